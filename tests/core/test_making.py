import numpy as np
import pytest

from autograder.core.exercise import AuthoringError, Exercise, exercise
from autograder.core.making import make_answer_key, make_exercise_key
from autograder.core.parts import Array, Mask, Number, TupleOf
from autograder.core.values import FromCall, Rng, map_arrays, same_value, significant
from tests.core.toy import COURSE, masked_scale
from tests.core.verdicts import key_of
from tests.storage.answer_keys import same

NAMES = [item.name for item in COURSE]


def made(name: str, seed: int, *, public: bool = False):
    (found,) = (item for item in COURSE if item.name == name)
    return make_exercise_key(found, seed, public=public)


def arguments_of(key):
    return {name: case.calls[0].arguments for name, case in key.cases.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_key(name):
    assert same(made(name, 5), made(name, 5))


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_changes_every_case(name):
    one, other = (arguments_of(made(name, seed)) for seed in (5, 6))
    assert not any(same_value(list(one[case]), list(other[case])) for case in one)


def test_the_cases_of_an_exercise_do_not_depend_on_the_other_exercises():
    alone = make_answer_key("toy", COURSE[:1], 5, public=True)
    among = make_answer_key("toy", COURSE[:2], 5, public=True)
    assert same(alone.exercises["scale"], among.exercises["scale"])


@pytest.mark.parametrize("name", NAMES)
def test_arguments_have_few_digits_so_that_every_machine_writes_the_same(name):
    def rounded(array):
        return np.array([float(f"{item:.9g}") for item in array.ravel()]).reshape(array.shape)

    for arguments in arguments_of(key_of(name)).values():
        assert all(same_value(map_arrays(value, rounded), value) for value in arguments)


def test_public_only_cases_are_in_public_keys():
    assert "worked_example" in made("masked_scale", 1, public=True).cases


def test_public_only_cases_are_not_in_hidden_keys():
    assert made("masked_scale", 1).cases.keys() == {"few_kept", "many_kept"}


def test_public_and_hidden_keys_differ_in_nothing_else():
    public, hidden = (made("masked_scale", 1, public=public) for public in (True, False))
    assert same(public.cases["few_kept"], hidden.cases["few_kept"])


def test_progress_is_told_by_exercise():
    told: list[str] = []
    make_answer_key("toy", COURSE[:2], 1, public=True, progress=told.append)
    assert told == ["scale", "masked_scale"]


def test_a_key_knows_what_every_misconception_does_in_every_case():
    cases = key_of("masked_scale").cases.values()
    assert all(case.wrong.keys() == masked_scale.misconceptions.keys() for case in cases)


def test_a_generator_is_an_argument_only_by_its_seed():
    arguments = key_of("masked_scale").cases["few_kept"].calls[0].arguments
    assert isinstance(arguments[2], Rng)


def test_the_share_of_a_faulty_mask_is_known_precisely():
    finding = key_of("masked_scale").cases["few_kept"].wrong["normal_draws"].finding
    assert finding.facts["shares"]["D"] == pytest.approx(0.6179, abs=0.01)


# --- exercises that contradict themselves -----------------------------------------------------


def exercise_of(reference, returns, case, **more) -> Exercise:
    planted = exercise(points=1, returns=returns, **more)(reference)
    planted.case(lambda rng: case) if not callable(case) else planted.case(case)
    return planted


def doubled(A):
    """Double."""
    return 2 * A


def one_case(rng):
    return {"A": np.ones((2, 3))}


def refused(planted: Exercise) -> str:
    with pytest.raises(AuthoringError) as caught:
        make_exercise_key(planted, 1, public=False)
    return str(caught.value)


def test_a_case_with_other_arguments_than_the_function_is_refused():
    planted = exercise_of(doubled, Array("A2"), lambda rng: {"a": 1})
    assert refused(planted) == "doubled.<lambda> gives a; expected the parameters of doubled: A."


def test_an_exercise_without_a_case_is_refused():
    assert "has no case" in refused(exercise(points=1, returns=Array("A2"))(doubled))


def test_a_misspelt_promise_to_keep_an_argument_is_refused():
    assert "keeps names 'a'" in refused(exercise_of(doubled, Array("A2"), one_case, keeps=("a",)))


@pytest.mark.parametrize(
    "reference", [lambda A: np.full_like(A, np.nan), lambda A: np.full_like(A, np.inf)]
)
def test_a_reference_that_gives_no_number_is_refused(reference):
    assert "does not pass its own key" in refused(exercise_of(reference, Array("A2"), one_case))


def test_a_reference_that_stops_is_refused():
    planted = exercise_of(lambda A: A @ A, Array("A2"), one_case)
    assert "the reference gives Raised(type_name='ValueError'" in refused(planted)


def test_a_reference_that_changes_what_it_promises_to_keep_is_refused():
    def overwrites(A):
        A += 1
        return A.copy()

    planted = exercise_of(overwrites, Array("A2"), one_case, keeps=("A",))
    assert "does not pass its own key" in refused(planted)


def drops(A, keep_prob, rng):
    """Drop."""
    D = rng.random(A.shape) < keep_prob
    return A * D, D


def mask_case(rng):
    return {"A": rng.normal(size=(20, 30)), "keep_prob": 0.5}


DROPPED = TupleOf("A2", Mask("D", share="keep_prob"))


def test_masks_without_a_twin_are_refused():
    planted = exercise_of(drops, DROPPED, mask_case)
    assert refused(planted) == "drops draws masks and has no twin; write @drops.twin."


def test_a_twin_that_differs_from_the_reference_is_refused():
    planted = exercise_of(drops, DROPPED, mask_case)
    planted.twin(lambda A, keep_prob, D: (A * D * 1.001, D))
    assert "A2 of drops is wrong in" in refused(planted)


def test_a_twin_that_asks_for_something_else_is_refused():
    planted = exercise_of(drops, DROPPED, mask_case)
    planted.twin(lambda A, keep_prob, mask: (A * mask, mask))
    assert "asks for mask; there are A, keep_prob, D, A2." in refused(planted)


def test_a_reference_whose_masks_are_faulty_is_refused():
    def faulty(A, keep_prob, rng):
        D = rng.standard_normal(A.shape) < keep_prob
        return A * D, D

    planted = exercise_of(faulty, DROPPED, mask_case)
    planted.twin(lambda A, D: (A * D, D))
    assert "keeps 70.0% of the elements" in refused(planted)


def test_hidden_masks_that_do_not_explain_the_reference_are_refused():
    planted = exercise(points=1, returns=Number("total"))(
        lambda A, keep_prob, rng: drops(A, keep_prob, rng)[0].sum()
    )
    planted.unseen_masks(share="keep_prob")(lambda A, keep_prob: {"D": A.shape})
    planted.twin(lambda A, keep_prob, D: np.sum(A * D) / keep_prob)
    planted.case(judged="unseen")(
        lambda rng: {"A": 1.7 ** np.arange(8).reshape(2, 4), "keep_prob": 0.4}
    )
    assert "fits no draw of the dropout masks" in refused(planted)


def test_a_case_that_computes_in_float32_is_refused():
    planted = exercise_of(doubled, Array("A2"), lambda rng: {"A": np.ones((2, 3), np.float32)})
    assert refused(planted) == (
        "doubled.<lambda> gives float32 arrays, whose last digits depend on the processor; give "
        "float64 and write @doubled.case(float32=True)."
    )


# --- what is made of the arguments ------------------------------------------------------------


def test_numpy_scalars_become_pythons_numbers():
    planted = exercise_of(
        lambda A, m: A * m, Array("A2"), lambda rng: {"A": np.ones((2, 3)), "m": rng.integers(3, 9)}
    )
    (case,) = make_exercise_key(planted, 1, public=False).cases.values()
    assert type(case.calls[0].arguments[1]) is int


@pytest.fixture(scope="module")
def products_in_float32():
    @exercise(points=1, returns=Array("product"))
    def product(A, B):
        """Multiply."""
        return A @ B

    @product.case(float32=True)
    def drawn(rng):
        A = rng.normal(size=(5, 40))
        return {"A": A, "B": A.T @ rng.normal(size=(5, 3))}

    @product.misconception
    def doubled_product(A, B):
        """Multiply once."""
        return 2 * A @ B

    return product


def test_arguments_in_float32_are_rounded_from_float64(products_in_float32):
    (case,) = make_exercise_key(products_in_float32, 1, public=False).cases.values()
    A, B = case.calls[0].arguments
    assert (A.dtype, B.dtype, case.float32) == (np.float32, np.float32, True)


def test_no_value_of_a_key_is_computed_in_float32(products_in_float32):
    (case,) = make_exercise_key(products_in_float32, 1, public=False).cases.values()
    A, B = (array.astype(np.float64) for array in case.calls[0].arguments)
    expected, wrong = (
        behaviour.parts["product"] for behaviour in (case.expected, case.wrong["doubled_product"])
    )
    assert same_value(expected, significant(A @ B))
    assert same_value(wrong, significant(2 * A @ B))


def test_a_case_asked_of_the_students_own_function_is_a_second_chance():
    planted = exercise_of(lambda A, drawn: A + drawn, Array("A2"), lambda rng: {
        "A": np.ones((2, 3)), "drawn": FromCall("drops_once", (), 0)
    })  # fmt: skip
    (case,) = make_exercise_key(planted, 1, public=False).cases.values()
    assert (case.second_chance, case.wrong) == (True, {})


def drops_once():
    return (np.ones((2, 3)),)
