import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.core.program import MAX_NODES, OPERATIONS, Program, arity, evaluate, record

A = np.array([[1.5, -2.0, 0.5], [3.0, 0.25, -1.0]])
W = np.array([[0.5, -1.0], [2.0, 0.75]])

TWINS = {
    "rescaled": lambda D: A * D / 0.3,
    "reversed operands": lambda D: 1 - D + 2 * D - D**2 + A / (D + 0.5),
    "products": lambda D: W @ (A * D) @ D.T,
    "ufuncs": lambda D: np.tanh(A * D) + np.exp(-np.maximum(A * D, 0.1)) + np.log1p(D),
    "total": lambda D: np.sum(A * D),
    "rows": lambda D: np.sum(A * D, axis=1, keepdims=True),
    "mean": lambda D: np.mean(A * D),
    "where": lambda D: np.where(D > 0, A, -A) + np.where(D == 0, 1.0, D),
    "dot and transpose": lambda D: np.dot(np.transpose(D), W),
    "relu": lambda D: np.maximum(W @ (A * D), 0) * (W @ (A * D) > 0),
    "no mask at all": lambda D: A * 2,
    "the mask itself": lambda D: D,
}

masks = npst.arrays("f8", (2, 3), elements=st.sampled_from([0.0, 1.0]))


def recorded(twin) -> Program:
    return record(twin, {}, {"D": np.ones((2, 3))}, lambda value: {"part": value})


@pytest.mark.parametrize("name", TWINS)
@given(mask=masks)
def test_a_recorded_program_does_what_its_twin_does(name, mask):
    found = evaluate(recorded(TWINS[name]), {"D": mask})["part"]
    expected = TWINS[name](mask)
    assert np.allclose(found.reshape(np.shape(expected)), expected, rtol=1e-15)


@pytest.mark.parametrize("name", TWINS)
def test_a_batch_of_masks_gives_what_each_of_them_gives(name):
    program = recorded(TWINS[name])
    batch = np.random.default_rng(1).integers(0, 2, size=(8, 2, 3))
    together = evaluate(program, {"D": batch})["part"]
    one_by_one = [evaluate(program, {"D": mask})["part"] for mask in batch]
    assert np.allclose(np.broadcast_to(together, np.shape(one_by_one)), one_by_one, rtol=1e-14)


@pytest.mark.parametrize("name", TWINS)
def test_a_recorded_program_is_valid(name):
    recorded(TWINS[name]).validate()


def test_arguments_that_are_known_are_computed_while_recording():
    program = recorded(lambda D: (W @ A + 1) * D)
    assert [operation for operation, _ in program.nodes] == ["input", "constant", "multiply"]


def test_a_node_that_no_output_needs_is_dropped():
    def twin(D):
        np.exp(W @ (A * D))
        return A * D

    assert len(recorded(twin).nodes) == 3


def test_a_constant_that_no_output_needs_is_dropped():
    def twin(D):
        D * np.ones((2, 3))
        return A * D

    assert [constant.tolist() for constant in recorded(twin).constants] == [A.tolist()]


def test_a_mask_that_no_output_needs_is_no_input():
    assert recorded(lambda D: A).inputs == set()


def test_several_parts_share_their_nodes():
    program = record(
        lambda D: (A * D, A * D), {}, {"D": A}, lambda pair: {"one": pair[0], "two": pair[1]}
    )
    assert program.outputs.keys() == {"one", "two"}


@pytest.mark.parametrize(
    "twin",
    [
        lambda D: np.sort(D),
        lambda D: np.sin(D),
        lambda D: np.sum(D, axis=0),
        lambda D: np.mean(D, axis=1, keepdims=True),
        lambda D: np.add.reduce(D),
        lambda D: np.concatenate([D, D]),
        lambda D: D.sum(),
        lambda D: D.astype(int),
        lambda D: np.asarray(D),
        lambda D: np.array([D, D]),
        lambda D: A if D.any() else -A,
        lambda D: A if D > 0 else -A,
        lambda D: ~D,
        lambda D: np.multiply(D, 2, out=A.copy()),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_the_place_to_look(twin):
    with pytest.raises((TypeError, AttributeError), match=r"a twin cannot .*core/program.py"):
        recorded(twin)


@pytest.mark.parametrize("twin", [lambda D: D[0], lambda D: list(D), lambda D: float(D)])
def test_what_is_no_matrix_operation_is_refused(twin):
    with pytest.raises(TypeError):
        recorded(twin)


def test_an_operation_in_place_is_refused():
    def twin(D):
        D *= 2
        return D

    with pytest.raises(TypeError, match=r"a twin cannot use np\.multiply"):
        recorded(twin)


@pytest.mark.parametrize(
    "program",
    [
        Program((("input", ()),), (), {}),
        Program((("input", (3,)),), (), {}),
        Program((("constant", (0,)),), (), {}),
        Program((("constant", (-1,)),), (np.ones(1),), {}),
        Program((("constant", ("0",)),), (np.ones(1),), {}),
        Program((("system", ()),), (), {}),
        Program((("input", ("D",)), ("__class__", (0,))), (), {}),
        Program((("input", ("D",)), ("exp", (1,))), (), {}),
        Program((("input", ("D",)), ("exp", (2,)), ("exp", (0,))), (), {}),
        Program((("input", ("D",)), ("add", (0, -1))), (), {}),
        Program((("input", ("D",)), ("add", (0,))), (), {}),
        Program((("input", ("D",)), ("add", (0, 0, 0))), (), {}),
        Program((("input", ("D",)), ("transpose", (0, 0))), (), {}),
        Program((("input", ("D",)),), (), {"part": 1}),
        Program((("input", ("D",)),), (), {"part": -1}),
        Program((("input", ("D",)),) * (MAX_NODES + 1), (), {}),
    ],
)
def test_a_hostile_program_is_refused(program):
    with pytest.raises(ValueError, match="program"):
        program.validate()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_takes_as_many_operands_as_its_arity_says(operation):
    operands = [np.ones((2, 2))] * arity(operation)
    assert np.all(np.isfinite(OPERATIONS[operation](*operands)))


def test_evaluating_a_program_leaves_its_constants_alone():
    program = recorded(lambda D: A * D + A)
    before = [constant.copy() for constant in program.constants]
    evaluate(program, {"D": np.ones((2, 3))})
    assert all(map(np.array_equal, before, program.constants))


def test_a_division_by_zero_is_a_value_and_no_warning():
    assert np.isinf(evaluate(recorded(lambda D: 1 / D), {"D": np.zeros((2, 3))})["part"]).all()
