"""Draws that are known only by their results are judged as those that are returned."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.hidden_draws import _patterns, judge_hidden
from autograder.core.masks import ALARM
from autograder.core.unseen import all_masks

SHAPES = {"D1": (3, 2), "D2": (2, 2)}
(MASKS,) = all_masks(SHAPES)
DRAWS = 40


def results_of(masks):
    """Another result for every assignment."""
    return {"value": np.arange(float(len(next(iter(masks.values())))))[:, None]}


def index_of(masks):
    """The assignment in which the masks have these values."""
    flat = np.concatenate([masks[name].ravel() for name in SHAPES])
    return np.array([int((flat * 2 ** np.arange(flat.size)).sum())])


def judged(draw, keep_prob, seed=1):
    rng = np.random.default_rng(seed)
    explained = [index_of(draw(rng, keep_prob)) for _ in range(DRAWS)]
    return judge_hidden(results_of(MASKS), MASKS, explained, keep_prob)


def well(rng, keep_prob):
    return {name: rng.random(shape) < keep_prob for name, shape in SHAPES.items()}


def normal(rng, keep_prob):
    return {name: rng.standard_normal(shape) < keep_prob for name, shape in SHAPES.items()}


def shared_by_examples(rng, keep_prob):
    return {"D1": np.tile(rng.random((3, 1)) < keep_prob, 2), "D2": rng.random((2, 2)) < keep_prob}


def shared_by_units(rng, keep_prob):
    return {
        "D1": np.tile(rng.random((1, 2)) < keep_prob, (3, 1)),
        "D2": rng.random((2, 2)) < keep_prob,
    }


def same_in_layers(rng, keep_prob):
    mask = rng.random(6) < keep_prob
    return {"D1": mask.reshape(3, 2), "D2": mask[:4].reshape(2, 2)}


def repeated(rng, keep_prob):
    return well(np.random.default_rng(3), keep_prob)


@given(st.floats(0.3, 0.8), st.integers(0, 2**32))
def test_masks_that_are_drawn_well_have_no_fault(keep_prob, seed):
    assert judged(well, keep_prob, seed)[0] is None


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (normal, "mask_share"),
        (shared_by_examples, "mask_shared_by_examples"),
        (shared_by_units, "mask_shared_by_units"),
        (same_in_layers, "mask_same_in_layers"),
        (repeated, "mask_repeats"),
    ],
)
def test_a_faulty_way_of_drawing_is_found(draw, kind, seed):
    keep_prob = 0.5 if kind != "mask_share" else 0.3
    assert judged(draw, keep_prob, seed)[0].kind == kind


def test_masks_that_serve_two_draws_each_are_found():
    rng = np.random.default_rng(1)
    explained = [index_of(well(rng, 0.5)) for _ in range(30)]
    twice = [found for found in explained for _ in range(2)]
    finding, _ = judge_hidden(results_of(MASKS), MASKS, twice, 0.5)
    assert finding.kind == "mask_often_repeats"


def test_one_layers_mask_drawn_once_is_found_with_its_name():
    rng = np.random.default_rng(1)
    once = rng.random((2, 2)) < 0.5
    finding, _ = judged(lambda rng, keep: well(rng, keep) | {"D2": once}, 0.5)
    assert (finding.kind, finding.part) == ("mask_often_repeats", "D2")


def test_a_layer_that_takes_its_draws_from_the_other_is_found_in_any_order():
    def derived(rng, keep_prob):
        mask = rng.random((3, 2)) < keep_prob
        return {"D1": mask, "D2": mask[::-1][:2, ::-1]}

    assert judged(derived, 0.5)[0].kind == "mask_same_in_layers"


def test_units_that_share_their_draws_are_found():
    def mirrored(rng, keep_prob):
        mask = well(rng, keep_prob)
        mask["D1"][2] = mask["D1"][0]
        return mask

    assert judged(mirrored, 0.5)[0].kind == "mask_draws_depend"


def test_kept_elements_are_counted_by_mask():
    assert judged(lambda rng, keep: {"D1": np.ones((3, 2)), "D2": np.zeros((2, 2))}, 0.5)[1] == {
        "D1": (6 * DRAWS, 6 * DRAWS),
        "D2": (0, 4 * DRAWS),
    }


def test_an_exact_count_is_found_in_many_draws():
    (masks,) = all_masks({"D": (4, 3)})
    rng = np.random.default_rng(1)
    halves = np.flatnonzero(masks["D"].sum(axis=(1, 2)) == 6)
    explained = [rng.choice(halves, 1) for _ in range(200)]
    assert judge_hidden(results_of(masks), masks, explained, 0.5)[0].kind == "mask_exact_count"


def test_where_several_masks_explain_a_draw_their_expectation_is_counted():
    none = {"D1": np.zeros((3, 2)), "D2": np.zeros((2, 2))}
    both = np.concatenate([index_of(none), index_of(none | {"D1": np.ones((3, 2))})])
    assert judge_hidden(results_of(MASKS), MASKS, [both] * 10, 0.5)[1]["D1"] == (30, 60)


def test_where_all_masks_explain_every_draw_nothing_is_known_to_be_wrong():
    everything = np.arange(len(MASKS["D1"]))
    assert judge_hidden(results_of(MASKS), MASKS, [everything], 0.5)[0] is None


def test_a_pattern_in_too_many_draws_is_found_where_some_are_ambiguous():
    rng = np.random.default_rng(1)
    shared = [index_of(shared_by_examples(rng, 0.5)) for _ in range(20)]
    ambiguous = [np.concatenate([index_of(well(rng, 0.5)), found]) for found in shared[:4]]
    finding, _ = judge_hidden(
        {"value": np.zeros((len(MASKS["D1"]), 1))}, MASKS, shared + ambiguous, 0.5
    )
    assert finding.kind == "mask_shared_by_examples"


def test_all_tests_of_hidden_masks_together_refuse_right_ones_less_than_once_in_a_million():
    (masks,) = all_masks({"D1": (2, 3), "D2": (2, 3)})
    patterns = list(_patterns(masks, 0))
    counted = [given for _, _, given in patterns if not given]
    # All draws; two lags, twice, a mask; its share; each pattern; pairs of elements.
    tests = 1 + len(SHAPES) * 4 + len(SHAPES) + len(patterns) + len(counted) + 1
    assert tests == 26
    assert tests * ALARM < 1e-6
