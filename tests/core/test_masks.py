"""Masks are judged by their statistics: no right way of drawing is refused, no faulty one not."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core import masks
from autograder.core.exercise import MASK_CALLS
from autograder.core.masks import (
    ALARM,
    check_layers,
    check_mask,
    check_same_seed,
    share_is_plausible,
)

RIGHT = {
    "random": lambda rng, shape, keep: rng.random(shape) < keep,
    "above the drop": lambda rng, shape, keep: rng.random(shape) > 1 - keep,
    "uniform": lambda rng, shape, keep: rng.uniform(0, 1, size=shape) <= keep,
    "binomial": lambda rng, shape, keep: rng.binomial(1, keep, size=shape),
    "choice": lambda rng, shape, keep: rng.choice([0, 1], size=shape, p=[1 - keep, keep]),
    "as floats": lambda rng, shape, keep: (rng.random(shape) < keep).astype(float),
    "in single precision": lambda rng, shape, keep: rng.random(shape, np.float32) < keep,
    "own generator": lambda rng, shape, keep: (
        np.random.default_rng(rng.integers(2**63)).random(shape) < keep
    ),
}

FAULTY = {
    "mask_share: normal": lambda rng, shape, keep: rng.standard_normal(shape) < keep,
    "mask_share: above": lambda rng, shape, keep: rng.random(shape) > keep,
    "mask_share: one half": lambda rng, shape, keep: rng.random(shape) < 0.5,
    "mask_share: all kept": lambda rng, shape, keep: np.ones(shape),
    "mask_shared_by_examples": lambda rng, shape, keep: np.tile(
        rng.random((shape[0], 1)) < keep, (1, shape[1])
    ),
    "mask_shared_by_units": lambda rng, shape, keep: np.tile(
        rng.random((1, shape[1])) < keep, (shape[0], 1)
    ),
    "mask_exact_count: in all": lambda rng, shape, keep: (
        rng.permutation(math.prod(shape)).reshape(shape) < round(keep * math.prod(shape))
    ),
    "mask_exact_count: by example": lambda rng, shape, keep: (
        rng.permuted(np.indices(shape)[0], axis=0) < round(keep * shape[0])
    ),
    "mask_exact_count: by unit": lambda rng, shape, keep: (
        rng.permuted(np.indices(shape)[1], axis=1) < round(keep * shape[1])
    ),
    "mask_line_share: a column never dropped": lambda rng, shape, keep: (
        (rng.random(shape) < keep) | (np.arange(shape[1]) == 7)
    ),
    "mask_line_share: a row kept more often": lambda rng, shape, keep: (
        rng.random(shape) < np.where(np.arange(shape[0]) == 3, (1 + keep) / 2, keep)[:, None]
    ),
    "mask_lines_depend: some columns": lambda rng, shape, keep: (rng.random(shape) < keep)[
        :, np.arange(shape[1]) // 2
    ],
    "mask_lines_depend: two rows": lambda rng, shape, keep: (rng.random(shape) < keep)[
        np.where(np.arange(shape[0]) == 9, 4, np.arange(shape[0]))
    ],
    "mask_lines_depend: columns against each other": lambda rng, shape, keep: (
        (lambda u: np.hstack([u, 1 - u]))(rng.random((shape[0], shape[1] // 2))) < keep
    ),
    "mask_repeats": lambda rng, shape, keep: np.random.default_rng(3).random(shape) < keep,
    "mask_prescaled": lambda rng, shape, keep: (rng.random(shape) < keep) / keep,
    "mask_not_binary: no threshold": lambda rng, shape, keep: rng.random(shape),
    "mask_not_binary: counts": lambda rng, shape, keep: rng.binomial(5, keep, size=shape),
    "mask_not_binary: signs": lambda rng, shape, keep: rng.choice([-1, 1], size=shape),
    "mask_not_binary: nan": lambda rng, shape, keep: np.full(shape, np.nan),
}

shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
probabilities = st.floats(0.05, 0.95)
ways = st.sampled_from(sorted(RIGHT))
seeds = st.integers(0, 2**32)


def drawn(draw, shape, keep, seed):
    rng = np.random.default_rng(seed)
    return [draw(rng, shape, keep) for _ in range(MASK_CALLS)]


@given(ways, shapes, probabilities, seeds)
def test_a_right_mask_has_no_fault(way, shape, keep, seed):
    assert check_mask(drawn(RIGHT[way], shape, keep, seed), keep, "D") is None


@given(ways, shapes, shapes, probabilities, seeds)
def test_right_masks_of_two_layers_have_no_fault(way, one, other, keep, seed):
    rng = np.random.default_rng(seed)
    pairs = [(RIGHT[way](rng, one, keep), RIGHT[way](rng, other, keep)) for _ in range(MASK_CALLS)]
    first, second = zip(*pairs, strict=True)
    assert check_layers([("D1", first, keep), ("D2", second, keep)]) is None


@given(ways, shapes, probabilities, seeds)
def test_a_right_mask_is_the_same_for_the_same_seed(way, shape, keep, seed):
    one, again = (RIGHT[way](np.random.default_rng(seed), shape, keep) for _ in range(2))
    assert check_same_seed(one, again, "D") is None


@pytest.mark.parametrize("way", RIGHT)
def test_hundreds_of_small_right_masks_have_no_fault(way):
    findings = [
        check_mask(drawn(RIGHT[way], shape, keep, seed), keep, "D")
        for seed in range(25)
        for shape in ((4, 1), (3, 5), (2, 12))
        for keep in (0.2, 0.5, 0.86)
    ]
    assert not any(findings)


@pytest.mark.parametrize("keep", [0.0, 1.0])
def test_a_mask_of_which_nothing_is_left_to_chance_has_no_fault(keep):
    assert check_mask(drawn(RIGHT["random"], (20, 30), keep, 1), keep, "D") is None


def test_one_draw_missing_where_all_are_kept_is_a_fault():
    mask = np.ones((20, 30))
    mask[3, 4] = 0
    assert check_mask([mask], 1.0, "D").kind == "mask_share"


@pytest.mark.parametrize("keep", [0.3, 0.6])
@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_mask_is_found(fault, keep):
    finding = check_mask(drawn(FAULTY[fault], (30, 40), keep, 1), keep, "D")
    assert finding.kind == fault.split(":")[0]


def test_a_normal_draw_is_found_even_in_a_small_mask():
    assert check_mask(drawn(FAULTY["mask_share: normal"], (8, 10), 0.3, 1), 0.3, "D") is not None


def test_another_layers_mask_is_found():
    one, other = (np.random.default_rng(5).random(shape) < 0.6 for shape in ((9, 8), (5, 8)))
    assert check_layers([("D1", [one], 0.6), ("D2", [other], 0.6)]).part == "D2"


@pytest.mark.parametrize(
    "derived",
    [lambda u: u[[4, 2, 7, 1, 0]] < 0.6, lambda u: u[:5] > 0.4],
    ids=["the same draws", "the same draws, read the other way round"],
)
def test_rows_that_follow_another_layers_are_found(derived):
    rng = np.random.default_rng(5)
    drawn = [rng.random((9, 24)) for _ in range(MASK_CALLS)]
    one, other = [u < 0.6 for u in drawn], [derived(u) for u in drawn]
    assert check_layers([("D1", one, 0.6), ("D2", other, 0.6)]).part == "D2"


def test_a_shared_mask_that_comes_back_by_chance_is_called_shared():
    shared = np.tile([[1], [0], [1], [1]], (1, 9)).astype(bool)
    other = np.tile([[0], [0], [1], [0]], (1, 9)).astype(bool)
    assert masks._check_repeats([shared, other, shared], 0.6, "D").kind == "mask_shared_by_examples"


def test_a_mask_that_comes_back_at_a_later_call_is_found():
    rng = np.random.default_rng(5)
    one, other, third = (rng.random((9, 8)) < 0.6 for _ in range(3))
    assert check_mask([one, other, third, other], 0.6, "D").kind == "mask_repeats"


def test_masks_of_layers_too_small_to_tell_have_no_fault():
    mask = np.ones((2, 3))
    assert check_layers([("D1", [mask], 0.6), ("D2", [mask], 0.6)]) is None


def test_a_mask_that_ignores_the_generator_is_found():
    one, other = (np.random.random((5, 6)) < 0.5 for _ in range(2))
    assert check_same_seed(one, other, "D").kind == "mask_ignores_rng"


# --- how sure it is ---------------------------------------------------------------------------


def exact(size: int, keep: Fraction) -> list[Fraction]:
    """The binomial distribution in fractions."""
    return [
        math.comb(size, n) * keep**n * (1 - keep) ** (size - n) for n in range(size + 1)
    ]  # fmt: skip


@given(st.integers(0, 60), st.integers(1, 99))
def test_the_binomial_probabilities_agree_with_fractions(size, percent):
    expected = exact(size, Fraction(percent, 100))
    found = masks.binomial(size, percent / 100)
    assert np.allclose(found, [float(p) for p in expected], rtol=1e-10, atol=0)


@given(st.integers(1, 120), st.integers(1, 99), st.integers(1, 12))
def test_a_share_is_refused_as_rarely_as_is_said(size, percent, digits):
    alarm = 10.0**-digits
    probabilities = exact(size, Fraction(percent, 100))
    refused = sum(
        probability
        for count, probability in enumerate(probabilities)
        if not share_is_plausible(count, size, percent / 100, alarm)
    )
    assert refused <= alarm


@pytest.mark.parametrize(("size", "keep"), [(20, 0.5), (100, 0.3), (1200, 0.86)])
def test_a_share_is_refused_where_chance_does_not_lead(size, keep):
    spread = math.sqrt(keep * (1 - keep) / size)
    beyond = [share for share in (keep - 7 * spread, keep + 7 * spread) if 0 < share < 1]
    assert not any(share_is_plausible(round(share * size), size, keep) for share in beyond)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 99))
def test_the_chance_of_equal_counts_agrees_with_fractions(size, times, percent):
    expected = sum(p**times for p in exact(size, Fraction(percent, 100))) if times > 1 else 1
    assert masks._same_count(size, percent / 100, times) == pytest.approx(float(expected))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 99))
def test_the_chance_of_constant_lines_agrees_with_fractions(lines, length, percent):
    keep = Fraction(percent, 100)
    expected = (keep**length + (1 - keep) ** length) ** lines
    assert masks._all_equal(lines, length, percent / 100) == pytest.approx(float(expected))


def test_all_tests_of_a_mask_together_refuse_a_right_one_less_than_once_in_a_million():
    # Repeated calls; sharing, shares and repeats of rows and of columns; the share; three kinds of
    # counts; the layer before from its start and by rows.
    tests = 1 + 2 + 2 + 2 + 1 + 3 + 2
    assert tests * ALARM < 1e-6
    assert f"at most\n{'thirteen' if tests == 13 else tests}" in (masks.__doc__ or "")


@given(st.integers(1, 40), st.integers(51, 99), st.integers(2, 9))
def test_a_repeated_mask_is_a_fault_only_where_chance_hardly_repeats_one(size, percent, calls):
    mask = np.ones((1, size), dtype=bool)
    finding = masks._check_repeats([mask] * calls, percent / 100, "D")
    keep = Fraction(percent, 100)
    assert finding is None or math.comb(calls, 2) * (keep**2 + (1 - keep) ** 2) ** size <= ALARM
