"""Which mistake it is: a wrong answer is compared with what every misconception would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.checking import Examination
from autograder.core.comparing import compare
from autograder.core.finding import Finding
from autograder.core.hidden_pairs import may_explain, mistakes_shown
from autograder.core.key import Behaviour, ExerciseKey, MisconceptionKey
from autograder.core.masks import share_is_plausible
from autograder.core.matching import match, match_leaf
from autograder.core.parts import Leaf, leaves, masks_of
from autograder.core.program import evaluate


@dataclass(frozen=True)
class Diagnosis:
    """One misconception, or two at once, that explain every case.

    parts: the only parts that a single one shows in, where it would show in others too.
    """

    misconceptions: tuple[MisconceptionKey, ...]
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Their ids joined by ``+``."""
        return "+".join(item.name for item in self.misconceptions)

    @property
    def credit(self) -> float:
        """The share of the points that is granted; two mistakes multiply theirs."""
        return float(np.prod([item.credit for item in self.misconceptions]))


def diagnose(exercise: ExerciseKey, examined: Sequence[Examination]) -> Diagnosis | None:
    """Return the misconception, else the pair of misconceptions, that explains every case.

    One that explains some parts, where all others are right, comes before a pair; and both of a
    pair are needed. So nobody reads of a mistake that the answer does not show.
    """
    known = list(exercise.misconceptions.values())
    examined = sorted(examined, key=lambda case: case.finding is None)  # what fails tells most
    for item in known:
        if all(_explains(exercise, item, case) for case in examined):
            return Diagnosis((item,))
    for item in known:
        if not item.symptom and _needed(exercise, (item,), examined) == {item.name}:
            return Diagnosis((item,), _wrong_parts(exercise, examined))
    for one, other in _pairs(known):
        if _pair_explains(exercise, one, other, examined):
            return Diagnosis((one, other))
    return None


def _pairs(known: list[MisconceptionKey]) -> list[tuple[MisconceptionKey, MisconceptionKey]]:
    return [
        (one, other)
        for position, one in enumerate(known)
        for other in known[position + 1 :]
        if not (one.symptom and other.symptom)
    ]


def _explains(exercise: ExerciseKey, item: MisconceptionKey, examined: Examination) -> bool:
    behaviour = examined.case.wrong[item.name]
    if item.symptom:
        masked = bool(masks_of(exercise.returns))
        return _same_symptom(examined, behaviour, masked) and _values_follow(
            exercise, item, examined
        )
    return _no_mask_fault(examined) and _follows(exercise, behaviour, examined)


def _no_mask_fault(examined: Examination) -> bool:
    """Tell whether values may be compared; hidden masks are compared by them alone."""
    mask_fault = examined.finding is not None and examined.finding.kind.startswith("mask_")
    return bool(examined.case.unseen) or not mask_fault


def _follows(exercise: ExerciseKey, behaviour: Behaviour, examined: Examination) -> bool:
    """Tell whether values are those of a misconception (or break at the same rung)."""
    if behaviour.finding is not None:
        found = examined.finding
        return found is not None and found.signature == behaviour.finding.signature
    return _follows_values(exercise, behaviour, examined)


def _same_symptom(examined: Examination, behaviour: Behaviour, masked: bool) -> bool:
    """Compare the rungs that broke; shares of masks by what the draws allow, not by the verdict."""
    found, wanted = examined.finding, behaviour.finding
    if wanted is not None and "shares" in wanted.facts:
        return _same_shares(examined, wanted.facts["shares"])
    if wanted is not None and wanted.kind == "mask_share" and wanted.part in examined.kept:
        count, size = examined.kept[wanted.part]
        if found is not None and found.kind != "mask_share" and found.kind.startswith("mask_"):
            return False
        return share_is_plausible(count, size, wanted.facts["share"])
    if wanted is not None and wanted.kind == "differs_between_calls" and found is None:
        return True  # few labels may be the same by chance
    if wanted is None:
        return found is None or (masked and found is examined.values)
    if found is None or found.signature != wanted.signature:
        return False
    return wanted.kind != "wrong_mean" or _same_mean(found, wanted)


def _same_shares(examined: Examination, shares: Mapping[str, float]) -> bool:
    """Tell whether each returned mask may have its share; a mask that ignores rng may too."""
    kind = examined.finding.kind if examined.finding is not None else ""
    if kind.startswith("mask_") and kind not in ("mask_share", "mask_ignores_rng"):
        return False
    return all(
        name in examined.kept and share_is_plausible(*examined.kept[name], share)
        for name, share in shares.items()
    )


def _same_mean(found: Finding, wanted: Finding) -> bool:
    """Tell whether two wrong means, each of as many draws, may be of the same distribution."""
    one, other = (np.asarray(item.facts["mean"], dtype=float) for item in (found, wanted))
    spread = np.sqrt(2) * np.asarray(wanted.facts["spread"], dtype=float)
    return bool((np.abs(one - other) <= 4.5 * spread + 1e-9).all())


def _values_follow(exercise: ExerciseKey, item: MisconceptionKey, examined: Examination) -> bool:
    hidden = not masks_of(exercise.returns)
    if examined.parts is None or (
        hidden and (item.values is None or examined.case.judged != "value")
    ):
        return True
    if item.values is None:
        return examined.values is None
    return _follows_values(exercise, examined.case.wrong[item.values], examined)


def _follows_values(exercise: ExerciseKey, behaviour: Behaviour, examined: Examination) -> bool:
    if behaviour.finding is not None or examined.parts is None:
        return False
    if id(behaviour) not in examined.followed:
        taken = [examined.parts, *examined.again]
        examined.followed[id(behaviour)] = (
            examined.case.judged != "unseen" or may_explain(behaviour, examined)
        ) and match(exercise, examined.case, behaviour, taken) is None
    return examined.followed[id(behaviour)]


def _pair_explains(
    exercise: ExerciseKey,
    one: MisconceptionKey,
    other: MisconceptionKey,
    examined: Sequence[Examination],
) -> bool:
    if not one.symptom and not other.symptom:
        return _needed(exercise, (one, other), examined) == {one.name, other.name}
    symptom, value = (one, other) if one.symptom else (other, one)
    if symptom.values is not None or not masks_of(exercise.returns):
        return False
    return all(
        _same_symptom(case, case.case.wrong[symptom.name], True)
        and _follows_values(exercise, case.case.wrong[value.name], case)
        for case in examined
    )


def _needed(
    exercise: ExerciseKey, items: Sequence[MisconceptionKey], examined: Sequence[Examination]
) -> set[str] | None:
    """Return which of these mistakes it takes to explain every part in every case, or None."""
    names = [item.name for item in items]
    needed: set[str] = set()
    for case in examined:
        used = _mixture(exercise, names, case)
        if used is None:
            return None
        needed |= used
    return needed


def _wrong_parts(exercise: ExerciseKey, examined: Sequence[Examination]) -> tuple[str, ...]:
    """Return the parts that are not the right ones in some case, where parts are compared."""
    wrong: dict[str, None] = {}
    for case in examined:
        right = _parts_of(exercise, case, case.case.expected)
        if case.case.judged not in ("value", "own_masks") or right is None or case.parts is None:
            return ()
        for leaf in leaves(exercise.returns):
            if leaf.kind != "mask" and match_leaf(
                leaf, right[leaf.name], case.parts[leaf.name], case.case.float32
            ):
                wrong[leaf.name] = None
    return tuple(wrong)


def _mixture(exercise: ExerciseKey, names: Sequence[str], examined: Examination) -> set[str] | None:
    """Return the mistakes that show, where each part is the right one, one mistake's or both's."""
    if examined.parts is None or not _no_mask_fault(examined):
        return None
    behaviours = {name: examined.case.wrong[name] for name in names}
    right = examined.case.expected
    if examined.case.judged == "unseen":
        return mistakes_shown(names, examined)
    if examined.case.judged not in ("value", "own_masks"):
        if _follows_values(exercise, right, examined):
            return set()
        follows = (n for n, b in behaviours.items() if _follows_values(exercise, b, examined))
        return next(({name} for name in follows), None)
    base = _parts_of(exercise, examined, right)
    wrong = {name: _parts_of(exercise, examined, b) for name, b in behaviours.items()}
    if base is None or any(parts is None for parts in wrong.values()):
        return None
    known = {name: parts for name, parts in wrong.items() if parts is not None}
    needed: set[str] = set()
    for leaf in leaves(exercise.returns):
        if leaf.kind == "mask":
            continue
        theirs = {name: parts[leaf.name] for name, parts in known.items()}
        shown = _shown_in(leaf, base[leaf.name], theirs, examined)
        if shown is None:
            return None
        needed |= shown
    return needed


def _parts_of(
    exercise: ExerciseKey, examined: Examination, behaviour: Behaviour
) -> dict[str, Any] | None:
    if behaviour.program is None:
        return behaviour.parts
    parts = examined.parts or {}
    masks = {leaf.name for leaf in masks_of(exercise.returns)}
    given = {name: np.ones(shape) for name, shape in examined.case.unseen.items()}
    for name in behaviour.program.inputs & set(parts):
        given[name] = parts[name] != 0 if name in masks else parts[name]
    return evaluate(behaviour.program, given)


def _shown_in(leaf: Leaf, right: Any, wrong: dict[str, Any], at: Examination) -> set[str] | None:
    """Return the mistakes that one part shows: none where it is right; None where nothing fits."""
    assert at.parts is not None
    got = at.parts[leaf.name]
    for expected, names in ((right, ()), *((value, (name,)) for name, value in wrong.items())):
        if match_leaf(leaf, expected, got, at.case.float32) is None:
            return set(names)
    if len(wrong) == 2 and leaf.kind not in ("draws", "text"):
        for expected in _together(right, *wrong.values()):
            if compare(leaf.name, expected, got, at.case.float32) is None:
                return set(wrong)
    return None


def _together(right: Any, one: Any, other: Any) -> list[np.ndarray]:
    """Return what two mistakes in one number may give.

    A sum, where each adds its own error, or a product, where each has its own factor.
    """
    arrays = [np.asarray(value, dtype=np.float64) for value in (right, one, other)]
    if len({array.size for array in arrays}) != 1:
        return []
    base, first, second = (array.reshape(arrays[0].shape) for array in arrays)
    added = first + second - base
    with np.errstate(all="ignore"):
        return [added, np.where(base == 0, added, first * second / base)]
