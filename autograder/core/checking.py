"""The ladder: ran, returned, parts, shapes, finite, masks, values, arguments left alone.

`examine` turns the results of one case into an `Examination`: the first rung that broke, and what
diagnosis needs to tell which mistake it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from autograder.core.comparing import compare
from autograder.core.finding import Broken, Finding, Remark
from autograder.core.key import CaseKey, ExerciseKey
from autograder.core.masks import check_layers, check_mask, check_same_seed
from autograder.core.matching import match, match_hidden
from autograder.core.outcome import Died, NotRun, Raised, Result, Returned, TimedOut
from autograder.core.parts import group_of, leaves, masks_of
from autograder.core.taking_apart import take_apart


@dataclass(frozen=True)
class Examination:
    """What the ladder says of one case.

    finding: the first rung that broke, or None. parts: the first result's parts, where it has them.
    values: what differs from the right values, given the student's own masks (also where a mask is
    faulty). kept: per mask, how many elements were kept and drawn in all. again: the further
    results, where masks are hidden: one draw alone may drop nothing, and hide a mistake. memory:
    what `remembered` was asked, for the diagnosis asks the same many times.
    """

    case: CaseKey
    finding: Finding | None
    parts: dict[str, Any] | None = None
    values: Finding | None = None
    kept: dict[str, tuple[int, int]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    again: tuple[dict[str, Any], ...] = ()


T = TypeVar("T")


def remembered(examined: Examination, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
    """Return what `compute` gives, which is asked once for each key."""
    if key not in examined.memory:
        examined.memory[key] = compute()
    found: T = examined.memory[key]
    return found


def examine(exercise: ExerciseKey, case: CaseKey, results: Sequence[Result]) -> Examination:
    """Climb the ladder with the results of one case's calls, in order."""
    remarks: list[Remark] = []
    try:
        if not results:
            return Examination(case, Finding("not_run", facts={"reason": "no result"}))
        taken = [take_apart(exercise.returns, _value(result), remarks) for result in results]
        _check_count(case, len(results))
        for parts in taken:
            _check_shapes(exercise, case, parts)
            _check_finite(exercise, case, parts)
    except Broken as broken:
        first = taken[0] if _comparable(exercise, case, broken.finding) else None
        finding = _wrong_text(exercise, case, results[0]) or broken.finding
        return Examination(case, finding, first, remarks=tuple(remarks))
    changed = _changed(exercise, results, remarks)
    return _examine_values(exercise, case, taken, changed, remarks)


def _comparable(exercise: ExerciseKey, case: CaseKey, finding: Finding) -> bool:
    """Tell whether parts that break a rung can be compared with those of a misconception.

    Some divide by 0, and some give another shape; where masks are replayed, shapes must fit.
    """
    if finding.kind == "wrong_shape":
        return case.judged == "value" and not masks_of(exercise.returns)
    return finding.kind == "not_finite"


def _wrong_text(exercise: ExerciseKey, case: CaseKey, result: Result) -> Finding | None:
    """Return what a model says of itself that is wrong: why its other answers are missing."""
    value = result.value if isinstance(result, Returned) else None
    expected = case.expected.parts
    if not isinstance(value, dict) or expected is None:
        return None
    for leaf in leaves(exercise.returns):
        if leaf.kind == "text" and isinstance(value.get(leaf.name), str):
            finding = compare(leaf.name, expected[leaf.name], value[leaf.name], case.float32)
            if finding is not None:
                return finding
    return None


def _examine_values(
    exercise: ExerciseKey,
    case: CaseKey,
    taken: list[dict[str, Any]],
    changed: Finding | None,
    remarks: list[Remark],
) -> Examination:
    masks, kept = _check_masks(exercise, case, taken)
    if case.judged in ("unseen", "each"):
        values, kept = match_hidden(exercise, case, taken)
    else:
        values = match(exercise, case, case.expected, taken)
    if masks is not None and masks.kind in ("mask_not_binary", "mask_elsewhere"):
        values = None
    finding = masks or _differs_between_calls(exercise, case, taken) or values or changed
    if changed is not None and finding is not changed:
        remarks.append(Remark("changed_too", (str(changed.facts["argument"]),)))
    return Examination(
        case,
        finding,
        taken[0],
        values,
        kept,
        tuple(dict.fromkeys(remarks)),
        again=tuple(taken[1:]) if case.unseen else (),
    )


def _differs_between_calls(
    exercise: ExerciseKey, case: CaseKey, taken: Sequence[Mapping[str, Any]]
) -> Finding | None:
    """Return a finding where the same arguments give another value, and nothing is to be drawn."""
    if case.judged != "value" or case.second_chance:
        return None
    for leaf in leaves(exercise.returns):
        for again in taken[1:]:
            if leaf.kind != "draws" and compare(
                leaf.name, taken[0][leaf.name], again[leaf.name], case.float32
            ):
                return Finding("differs_between_calls", leaf.name)
    return None


def _check_count(case: CaseKey, found: int) -> None:
    """Raise Broken where results are missing: a call without a result proves nothing."""
    expected = sum(call.times for call in case.calls)
    if found != expected:
        raise Broken("not_run", None, reason=f"{found} results of {expected} calls")


def _value(result: Result) -> Any:
    if isinstance(result, Returned):
        if result.value is None:
            raise Broken("returned_nothing")
        return result.value
    if isinstance(result, Raised):
        raise Broken("raised", None, **vars(result))
    if isinstance(result, TimedOut):
        raise Broken("timed_out", None, seconds=result.seconds)
    if isinstance(result, Died):
        raise Broken("died", None, detail=result.detail)
    raise Broken("not_run", None, reason=result.reason if isinstance(result, NotRun) else "")


def _check_shapes(exercise: ExerciseKey, case: CaseKey, parts: Mapping[str, Any]) -> None:
    expected = {
        leaf.name: case.shapes[leaf.name]
        for leaf in leaves(exercise.returns)
        if leaf.name in case.shapes and leaf.kind != "number"
    }
    found = {name: np.shape(parts[name]) for name in expected}
    wrong = [name for name in expected if found[name] != expected[name]]
    if not wrong:
        return
    name, facts = wrong[0], {"found": found[wrong[0]], "expected": expected[wrong[0]]}
    if len(wrong) > 2 and sorted(found.values()) == sorted(expected.values()):
        group = group_of(exercise.returns, name)
        raise Broken("wrong_order", name, group=group.name, names=group.names, **facts)
    raise Broken("wrong_shape", name, **facts)


def _check_finite(exercise: ExerciseKey, case: CaseKey, parts: Mapping[str, Any]) -> None:
    for leaf in leaves(exercise.returns):
        value = parts[leaf.name]
        if leaf.kind in ("text", "mask") or np.all(np.isfinite(value)):
            continue
        bad = "nan" if np.isnan(value).any() else "inf"
        raise Broken("not_finite", leaf.name, value=bad, count=int((~np.isfinite(value)).sum()))


def _check_masks(
    exercise: ExerciseKey, case: CaseKey, taken: list[dict[str, Any]]
) -> tuple[Finding | None, dict[str, tuple[int, int]]]:
    masks = masks_of(exercise.returns)
    if not masks:
        return None, {}
    if (finding := _mask_elsewhere(exercise, taken[0])) is not None:
        return finding, {}
    *draws, again = taken
    kept = {
        leaf.name: (
            sum(int(np.count_nonzero(draw[leaf.name])) for draw in draws),
            sum(draw[leaf.name].size for draw in draws),
        )
        for leaf in masks
    }
    for leaf in masks:
        finding = check_mask([draw[leaf.name] for draw in draws], case.shares[leaf.name], leaf.name)
        if finding is not None:
            return finding, kept
    layers = [
        (leaf.name, [draw[leaf.name] for draw in draws], case.shares[leaf.name]) for leaf in masks
    ]
    if (finding := check_layers(layers)) is not None:
        return finding, kept
    for leaf in masks:
        finding = check_same_seed(draws[0][leaf.name], again[leaf.name], leaf.name)
        if finding is not None:
            return finding, kept
    return None, kept


def _mask_elsewhere(exercise: ExerciseKey, parts: Mapping[str, Any]) -> Finding | None:
    """Return a finding where a mask is none, and another part of its shape is one."""
    for mask in masks_of(exercise.returns):
        if _is_mask(parts[mask.name]):
            continue
        for leaf in leaves(exercise.returns):
            value = parts[leaf.name]
            same = leaf.kind == "array" and value.shape == parts[mask.name].shape
            if same and value.any() and not value.all() and _is_mask(value):
                return Finding("mask_elsewhere", mask.name, {"where": leaf.name})
    return None


def _is_mask(value: np.ndarray) -> bool:
    return bool(np.isin(value, (0, 1)).all())


def _changed(
    exercise: ExerciseKey, results: Sequence[Result], remarks: list[Remark]
) -> Finding | None:
    """Return a finding where an argument that must stay was changed; else say what was."""
    positions = {
        position
        for result in results
        if isinstance(result, Returned)
        for position in result.changed
    }
    names = [exercise.parameters[position] for position in sorted(positions)]
    for name in names:
        if name in exercise.keeps:
            return Finding("changed_argument", None, {"argument": name})
        remarks.append(Remark("changed", (name,)))
    return None
