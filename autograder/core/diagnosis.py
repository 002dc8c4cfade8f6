"""Which mistake it is: a wrong answer is compared with what every misconception would have done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.checking import Examination
from autograder.core.finding import Finding
from autograder.core.hidden_pairs import is_right
from autograder.core.key import Behaviour, ExerciseKey, MisconceptionKey
from autograder.core.masks import share_is_plausible
from autograder.core.matching import match_leaf
from autograder.core.mixtures import (
    compared_leaves,
    follows_values,
    needed_mistakes,
    no_mask_fault,
    parts_of,
)
from autograder.core.parts import masks_of
from autograder.core.unseen import bits_in

DIFFERS = "differs_between_calls"
MEDIANS_SPREAD = 3.5  # times a mean's; up to 2.9 times were measured in the course's exercises


@dataclass(frozen=True)
class Diagnosis:
    """One misconception, or two at once, that explain every case.

    parts: the only parts that a single one shows in, where it would show in others too. shown:
    their share of the parts that it changes.
    """

    misconceptions: tuple[MisconceptionKey, ...]
    parts: tuple[str, ...] = ()
    shown: float = 1.0

    @property
    def name(self) -> str:
        """Their ids joined by ``+``."""
        return "+".join(item.name for item in self.misconceptions)

    @property
    def credit(self) -> float:
        """The share of the points that is granted; two mistakes multiply theirs.

        One that shows in a share of its parts alone loses that share of what it would lose.
        """
        full = float(np.prod([item.credit for item in self.misconceptions]))
        return full if self.shown == 1 else 1 - (1 - full) * self.shown


def diagnose(exercise: ExerciseKey, examined: Sequence[Examination]) -> Diagnosis | None:
    """Return the misconception, else the pair of misconceptions, that explains every case.

    One that explains some parts, where all others are right, comes before a pair; and both of a
    pair are needed. A part that shows a mistake in one case and is right in another, where the
    mistake would show too, has another cause. So nobody reads of a mistake that the answer does not
    show.
    """
    known = list(exercise.misconceptions.values())
    examined = sorted(examined, key=_cost)
    for item in known:
        if all(_explains(exercise, item, case) for case in examined) and _shows(item, examined):
            return Diagnosis((item,))
    if (partly := _partly(exercise, known, examined)) is not None:
        return partly
    fits = [pair for pair in _pairs(known) if _pair_explains(exercise, *pair, examined)]
    if not fits:
        return None
    return Diagnosis(min(fits, key=lambda pair: _changed_by_both(exercise, pair, examined)))


def _changed_by_both(
    exercise: ExerciseKey,
    pair: Sequence[MisconceptionKey],
    examined: Sequence[Examination],
) -> int:
    """Return how many parts two mistakes change: the fewer, the closer they are to the answer."""
    changed = [_changed_by(exercise, item, examined) for item in pair if not item.symptom]
    return len({part for parts in changed for part in parts})


def _cost(examined: Examination) -> tuple[bool, int]:
    """Order cases: what fails tells most, and few hidden draws are soon tried out."""
    tried = examined.case.judged in ("unseen", "each", "mean")
    return examined.finding is None, bits_in(examined.case.unseen) if tried else 0


def _shows(item: MisconceptionKey, examined: Sequence[Examination]) -> bool:
    """Tell whether some case has the symptom itself, where others may miss it by chance."""
    if not item.symptom:
        return True
    wanted = [case.case.wrong[item.name].finding for case in examined]
    if not any(finding is not None and finding.kind == DIFFERS for finding in wanted):
        return True
    return any(case.finding is not None and case.finding.kind == DIFFERS for case in examined)


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
        return _same_symptom(exercise, examined, behaviour) and _values_follow(
            exercise, item, examined
        )
    return (
        no_mask_fault(examined)
        and _follows(exercise, behaviour, examined)
        and not (_has_mask_fault(examined) and is_right(behaviour, examined))
    )


def _has_mask_fault(examined: Examination) -> bool:
    """Tell whether hidden masks are faulty: a mistake that leaves this case right is not why."""
    return examined.finding is not None and examined.finding.kind.startswith("mask_")


def _follows(exercise: ExerciseKey, behaviour: Behaviour, examined: Examination) -> bool:
    """Tell whether values are those of a misconception (or break at the same rung)."""
    if behaviour.finding is not None:
        found = examined.finding
        return found is not None and found.signature == behaviour.finding.signature
    return follows_values(exercise, behaviour, examined)


def _same_symptom(exercise: ExerciseKey, examined: Examination, behaviour: Behaviour) -> bool:
    """Compare the rungs that broke; shares of masks by what the draws allow, not by the verdict."""
    masked = bool(masks_of(exercise.returns))
    found, wanted = examined.finding, behaviour.finding
    if wanted is not None and "shares" in wanted.facts:
        return _same_shares(examined, wanted.facts["shares"])
    if wanted is not None and wanted.kind == "mask_share" and wanted.part in examined.kept:
        count, size = examined.kept[wanted.part]
        if found is not None and found.kind != "mask_share" and found.kind.startswith("mask_"):
            return False
        return share_is_plausible(count, size, wanted.facts["share"])
    if wanted is not None and wanted.kind == DIFFERS:
        return found is None or found.kind in (DIFFERS, "wrong_value")  # the same by chance
    if wanted is None:
        return found is None or (masked and found is examined.values)
    if found is None:
        return False
    if found.signature == wanted.signature:
        return wanted.kind != "wrong_mean" or _same_mean(found, wanted)
    return not masked and _same_by_chance(examined, found, wanted)


def _same_by_chance(examined: Examination, found: Finding, wanted: Finding) -> bool:
    """Tell whether the same mistake may show as either finding, with other hidden draws."""
    if "mean" in found.facts and "mean" in wanted.facts:
        return _same_mean(found, wanted)  # a median may be a pass's value, or between two
    if not _repeats_columns(wanted):
        return False
    if found.kind != "mask_share" or found.part is None:
        return _repeats_columns(found)
    _, columns = examined.case.unseen[found.part]  # the fewer are drawn, the farther shares stray
    count, size = (found.facts[name] // columns for name in ("count", "size"))
    return share_is_plausible(count, size, found.facts["keep_prob"])


def _repeats_columns(finding: Finding) -> bool:
    """Tell whether hidden draws are the same in columns: of examples, passes or iterations."""
    if finding.kind == "mask_draws_depend":
        return bool(finding.facts.get("same_unit"))
    return finding.kind == "mask_shared_by_examples"


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
    if found.facts.get("medians") and wanted.facts.get("medians"):
        spread *= MEDIANS_SPREAD
    return bool((np.abs(one - other) <= 4.5 * spread + 1e-9).all())


def _values_follow(exercise: ExerciseKey, item: MisconceptionKey, examined: Examination) -> bool:
    hidden = not masks_of(exercise.returns)
    if examined.parts is None or (
        hidden and (item.values is None or examined.case.judged != "value")
    ):
        return True
    if item.values is None:
        return examined.values is None
    return follows_values(exercise, examined.case.wrong[item.values], examined)


def _pair_explains(
    exercise: ExerciseKey,
    one: MisconceptionKey,
    other: MisconceptionKey,
    examined: Sequence[Examination],
) -> bool:
    if not one.symptom and not other.symptom:
        return needed_mistakes(exercise, (one, other), examined) == {one.name, other.name}
    symptom, value = (one, other) if one.symptom else (other, one)
    if symptom.values is not None or not masks_of(exercise.returns):
        return False
    return all(
        _same_symptom(exercise, case, case.case.wrong[symptom.name])
        and follows_values(exercise, case.case.wrong[value.name], case)
        for case in examined
    )


def _partly(
    exercise: ExerciseKey, known: Sequence[MisconceptionKey], examined: Sequence[Examination]
) -> Diagnosis | None:
    """Return the mistake that shows in some of its parts alone; the one that has fewest others."""
    fits = [
        item
        for item in known
        if not item.symptom and needed_mistakes(exercise, (item,), examined) == {item.name}
    ]
    if not fits:
        return None
    wrong = _changed_parts(exercise, examined, lambda case: case.parts)
    changed = {item.name: _changed_by(exercise, item, examined) for item in fits}
    closest = min(fits, key=lambda item: (len(changed[item.name]) - len(wrong), -item.credit))
    count = len(changed[closest.name])
    return Diagnosis((closest,), tuple(wrong), len(wrong) / count if wrong and count else 1.0)


def _changed_by(
    exercise: ExerciseKey, item: MisconceptionKey, examined: Sequence[Examination]
) -> list[str]:
    return _changed_parts(
        exercise, examined, lambda case: parts_of(exercise, case, case.case.wrong[item.name])
    )


def _changed_parts(
    exercise: ExerciseKey,
    examined: Sequence[Examination],
    parts_in: Callable[[Examination], Mapping[str, Any] | None],
) -> list[str]:
    """Return the parts that are not the right ones in some case, where parts are compared."""
    changed: dict[str, None] = {}
    for case in examined:
        right, found = parts_of(exercise, case, case.case.expected), parts_in(case)
        if case.case.judged not in ("value", "own_masks") or right is None or found is None:
            continue
        for leaf in compared_leaves(exercise):
            if match_leaf(leaf, right[leaf.name], found[leaf.name], case.case.float32):
                changed[leaf.name] = None
    return list(changed)
