"""Whether the parts of a result are those of a behaviour (the reference or a misconception)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.core.comparing import compare, summarise_draws
from autograder.core.finding import Finding
from autograder.core.hidden_draws import judge_hidden
from autograder.core.key import Behaviour, CaseKey, ExerciseKey
from autograder.core.masks import share_is_plausible
from autograder.core.parts import Leaf, innermost_first, leaves, masks_of
from autograder.core.program import evaluate
from autograder.core.unseen import bits_in, explaining, matching, nearest, table, weights

SIGMAS = 6.5


def match(
    exercise: ExerciseKey,
    case: CaseKey,
    behaviour: Behaviour,
    taken: Sequence[Mapping[str, Any]],
) -> Finding | None:
    """Return None where the results follow the behaviour, else the first difference.

    taken: the parts of each repetition; all of them are judged where the masks are known.
    """
    if behaviour.program is None:
        if behaviour.parts is None:
            raise ValueError(f"case {case.name} of {exercise.name} has no expected values")
        return _match_parts(exercise, case, behaviour.parts, taken[0])
    if case.judged == "own_masks":
        return _match_own_masks(exercise, case, behaviour, taken)
    finding = _match_unseen(exercise, case, behaviour, draws_of(taken))
    if finding is not None or behaviour is not case.expected or case.second_chance:
        return finding  # only the right values need draws that rng alone decides
    return _match_same_seed(exercise, case, taken)


def draws_of(taken: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return all results but the last, which repeats the first with the same seed."""
    return taken[:-1] or taken


def _match_parts(
    exercise: ExerciseKey, case: CaseKey, expected: Mapping[str, Any], got: Mapping[str, Any]
) -> Finding | None:
    """Return the first difference; what stands in a cache was computed first."""
    for leaf in innermost_first(exercise.returns):
        if leaf.kind == "mask":
            continue
        finding = match_leaf(leaf, expected[leaf.name], got[leaf.name], case.float32)
        if finding is not None:
            return finding
    return None


def match_leaf(leaf: Leaf, expected: Any, got: Any, float32: bool) -> Finding | None:
    """Return None where one part has its expected value or distribution, else what differs."""
    if leaf.kind == "draws":
        return _match_draws(leaf.name, expected, got)
    return compare(leaf.name, expected, got, float32)


def _match_own_masks(
    exercise: ExerciseKey,
    case: CaseKey,
    behaviour: Behaviour,
    taken: Sequence[Mapping[str, Any]],
) -> Finding | None:
    assert behaviour.program is not None
    masks = {leaf.name for leaf in masks_of(exercise.returns)}
    for parts in taken:
        given = {
            name: parts[name] != 0 if name in masks else parts[name]
            for name in behaviour.program.inputs
        }
        expected = evaluate(behaviour.program, given)
        if (finding := _match_parts(exercise, case, expected, parts)) is not None:
            return finding
    return None


def _match_draws(name: str, expected: Any, got: np.ndarray) -> Finding | None:
    """Compare random outputs with a distribution: rows of (value, probability, drawn or 0).

    A row with a third entry above 0 was measured on that many draws (a misconception's), and
    widens the test.
    """
    support, counts = summarise_draws(got)
    rows = np.asarray(expected, dtype=np.float64).reshape(-1, 3)
    for value in support:
        near = np.abs(rows[:, 0] - value) <= 1e-4 * max(1.0, abs(value))
        if not near.any():
            facts = {"value": float(value), "expected": rows[:, 0].tolist()}
            return Finding("unexpected_draw", name, facts)
    for value, probability, measured in rows:
        near = np.abs(support - value) <= 1e-4 * max(1.0, abs(value))
        count, size = int(counts[near].sum()), int(counts.sum())
        if not _plausible(count, size, probability, measured):
            facts = {"share": count / size, "expected": probability, "value": float(value)}
            return Finding("draw_share", name, facts)
    return None


def _plausible(count: int, size: int, probability: float, measured: float) -> bool:
    if measured:
        spread = np.sqrt(max(probability * (1 - probability), 1e-3) * (1 / size + 1 / measured))
        return abs(count / size - probability) <= SIGMAS * spread
    return share_is_plausible(count, size, probability)


def _match_unseen(
    exercise: ExerciseKey,
    case: CaseKey,
    behaviour: Behaviour,
    taken: Sequence[Mapping[str, Any]],
) -> Finding | None:
    assert behaviour.program is not None
    rows, masks = table(behaviour.program, case.unseen)
    if case.judged == "mean":
        return _match_mean(case, rows, masks, taken)
    return _explained(exercise, case, rows, taken)[1]


def match_hidden(
    exercise: ExerciseKey, case: CaseKey, taken: Sequence[Mapping[str, Any]]
) -> tuple[Finding | None, dict[str, tuple[int, int]]]:
    """Judge values and hidden masks at once, each draw of the masks by itself.

    Return the first fault, and how many elements of each mask were kept and drawn where the values
    tell it. Only here are the draws judged: a misconception is told by its values.
    """
    assert case.expected.program is not None
    rows, masks = table(case.expected.program, case.unseen)
    found, finding = _explained(exercise, case, rows, draws_of(taken), every=True)
    if finding is not None:
        return finding, {}
    if case.second_chance:
        return None, {}  # the draws are those of another function
    finding, kept = judge_hidden(rows, masks, found, case.unseen_share)
    return finding or _match_same_seed(exercise, case, taken), kept


def same_draws(results: Sequence[tuple[CaseKey, Mapping[str, Any]]]) -> bool:
    """Tell whether one choice of the hidden masks explains the results of all these cases."""
    common: np.ndarray | None = None
    for case, parts in results:
        if case.expected.program is None:
            return False
        rows, _ = table(case.expected.program, case.unseen)
        found, _ = explaining(rows, parts, case.float32)
        common = found if common is None else np.intersect1d(common, found)
    return common is not None and common.size > 0


def _explained(
    exercise: ExerciseKey,
    case: CaseKey,
    rows: Mapping[str, np.ndarray],
    taken: Sequence[Mapping[str, Any]],
    *,
    every: bool = False,
) -> tuple[list[np.ndarray], Finding | None]:
    """Return the assignments of the hidden masks that explain each draw, or what none explains.

    A result is one draw; where each number of a sequence is judged, each of them is one. every:
    look at all results for the first part that is not explained, for in one it may be by chance.
    """
    repeated = [leaf.name for leaf in leaves(exercise.returns) if leaf.kind == "numbers"]
    if case.judged == "unseen":
        repeated = []
    explained: list[np.ndarray] = []
    unexplained: list[str] = []
    for parts in taken:
        at_once = {name: parts[name] for name in rows if name not in repeated}
        found, part = explaining(rows, at_once, case.float32)
        draws = [found] if not repeated and part is None else []
        for name in repeated if part is None else ():
            near = nearest(rows[name], parts[name], case.float32, found)
            part = name if any(item.size == 0 for item in near) else None
            draws += near
        explained += draws
        if part is not None:
            unexplained.append(part)
            if not every:
                break
    if unexplained:
        first = min(unexplained, key=list(rows).index)
        return [], Finding("unexplained", first, {"draws": bits_in(case.unseen)})
    return explained, None


def _match_mean(
    case: CaseKey,
    rows: Mapping[str, np.ndarray],
    masks: Mapping[str, np.ndarray],
    taken: Sequence[Mapping[str, Any]],
) -> Finding | None:
    chance = weights(masks, case.unseen_share)[:, None]
    for name, values in rows.items():
        mean = (chance * values).sum(axis=0)
        spread = np.sqrt((chance * (values - mean) ** 2).sum(axis=0) / case.count)
        found = np.array([np.ravel(parts[name]) for parts in taken], dtype=np.float64)
        far = np.abs(found - mean) > SIGMAS * spread + 1e-9
        all_far = np.abs(found.mean(axis=0) - mean) > SIGMAS * spread / np.sqrt(len(found)) + 1e-9
        if not far.any() and not all_far.any():
            continue
        medians = _are_medians(found, values, chance, case)
        facts = {"count": case.count, "mean": found[0].tolist(), "spread": spread.tolist()}
        facts["medians"] = medians
        if not all(matching(values, parts[name], case.float32).any() for parts in taken):
            return Finding("wrong_mean", name, facts)
        if medians:
            return Finding("median_of_passes", name, facts)
        return Finding("single_pass", name, {"count": case.count})
    return None


def _are_medians(found: np.ndarray, values: np.ndarray, chance: np.ndarray, case: CaseKey) -> bool:
    """Tell whether all results lie where a median of so many passes lies, element by element.

    A single pass lies there too by chance, but hardly in every element of every call.
    """
    slack = SIGMAS / (2 * np.sqrt(case.count))
    order = np.argsort(values, axis=0)
    reached = np.cumsum(np.take_along_axis(np.broadcast_to(chance, values.shape), order, 0), axis=0)
    ordered = np.take_along_axis(values, order, 0)
    for element, (column, at) in enumerate(zip(ordered.T, reached.T, strict=True)):
        low, high = (column[np.searchsorted(at, 0.5 + side)] for side in (-slack, slack))
        if not ((found[:, element] >= low - 1e-6) & (found[:, element] <= high + 1e-6)).all():
            return False
    return True


def _match_same_seed(
    exercise: ExerciseKey, case: CaseKey, taken: Sequence[Mapping[str, Any]]
) -> Finding | None:
    for leaf in leaves(exercise.returns):
        if compare(leaf.name, taken[0][leaf.name], taken[-1][leaf.name], case.float32) is not None:
            return Finding("mask_ignores_rng", leaf.name)
    return None
