"""What a twin or a misconception does in one case, written down as data.

Either values, or a replay program of the masks, or the rung of the ladder that it breaks.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.core.calling import Observe, perform
from autograder.core.checking import Examination, examine
from autograder.core.comparing import compare, summarise_draws
from autograder.core.exercise import AuthoringError, Exercise, Misconception
from autograder.core.finding import Finding
from autograder.core.key import Behaviour, CaseKey, ExerciseKey
from autograder.core.masks import share_is_plausible
from autograder.core.outcome import Result, Returned
from autograder.core.parts import collect, leaves, masks_of
from autograder.core.program import evaluate, record
from autograder.core.taking_apart import take_apart
from autograder.core.values import double, map_arrays, significant

SHARE_CALLS = 12
HIDDEN_SHARE_CALLS = 216  # hidden masks are small


def rounded(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts with as many digits as a key keeps, the same on every machine."""
    return {
        name: significant(value) if isinstance(value, np.ndarray) else value
        for name, value in parts.items()
    }


def in_double(made: CaseKey) -> CaseKey:
    """Return the case with float64 for float32 arguments: what follows from them is then exact."""
    calls = (replace(call, arguments=map_arrays(call.arguments, double)) for call in made.calls)
    return replace(made, calls=tuple(calls))


def _program(
    exercise: Exercise,
    made: CaseKey,
    twin: Callable[..., Any],
    once: dict[str, Any],
    sample: dict[str, Any],
) -> Any:
    """Record a twin or a value misconception with the masks (and other parts) it asks for."""
    shapes: dict[str, tuple[int, ...]] = dict(made.unseen)
    if not shapes:
        shapes = {leaf.name: made.shapes[leaf.name] for leaf in masks_of(exercise.returns)}
    wanted = _asks_for(twin)
    samples: dict[str, np.ndarray] = {}
    unknown = [name for name in wanted if name not in {*shapes, *once, *sample}]
    if unknown:
        raise AuthoringError(
            f"{exercise.name}.{made.name}: {twin.__name__} asks for {', '.join(unknown)}; "
            f"there are {', '.join(dict.fromkeys([*once, *shapes, *sample]))}."
        )
    for name in wanted:
        if name in shapes:
            samples[name] = np.ones(shapes[name])
        elif name not in once:
            samples[name] = np.asarray(sample[name], dtype=float)
    given = {name: once[name] for name in wanted if name in once and name not in samples}
    program = record(twin, given, samples, lambda value: collect(exercise.returns, value))
    return replace(program, constants=tuple(significant(c) for c in program.constants))


def _asks_for(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def replay(
    exercise: Exercise,
    made: CaseKey,
    twin: Callable[..., Any],
    once: dict[str, Any],
    sample: dict[str, Any],
) -> Behaviour:
    """Return what a twin or a value misconception does given masks: a program of them.

    Where nothing is drawn (``judged="value"``), the hidden masks are ones and values say it all.
    """
    if made.judged != "value":
        return _if_repeatable(
            exercise, made, Behaviour(program=_program(exercise, made, twin, once, sample))
        )
    given = once | {name: np.ones(shape) for name, shape in made.unseen.items()}
    with np.errstate(all="ignore"):
        value = twin(**{name: given[name] for name in _asks_for(twin)})
    parts = {
        name: np.asarray(item, dtype=np.float64)
        for name, item in collect(exercise.returns, value).items()
    }
    for name, item in parts.items():
        if not np.isfinite(item).all():
            return Behaviour(finding=Finding("not_finite", name))
    return Behaviour(parts=rounded(parts))


def _if_repeatable(exercise: Exercise, made: CaseKey, behaviour: Behaviour) -> Behaviour:
    """Return the behaviour, or a finding where one repetition does not tell of the others.

    Each repetition is judged by itself because the right answer leaves everything else as it was
    (a learning rate of 0). A mistake that moves the rest is seen by that.
    """
    right = made.expected.program
    if made.judged != "each" or right is None or behaviour.program is None:
        return behaviour
    ones = {name: np.ones(shape) for name, shape in made.unseen.items()}
    wanted, found = evaluate(right, ones), evaluate(behaviour.program, ones)
    for leaf in leaves(exercise.returns):
        moved = compare(leaf.name, wanted[leaf.name], found[leaf.name], made.float32)
        if leaf.kind != "numbers" and moved is not None:
            return Behaviour(finding=Finding("unexplained", leaf.name))
    return behaviour


def behaviour_of(
    exercise: Exercise,
    key: ExerciseKey,
    made: CaseKey,
    once: dict[str, Any],
    item: Misconception,
    observe: Observe | None,
) -> Behaviour:
    """Return what a misconception does. observe: see `autograder.core.calling.perform`."""
    if not item.symptom and set(_asks_for(item.wrong)) - set(exercise.parameters):
        sample = {name: np.ones(shape) for name, shape in made.shapes.items()}
        return replay(exercise, made, item.wrong, once, sample)
    made = in_double(made)
    results = [r for call in made.calls for r in perform(call, item.wrong, observe)]
    examined = examine(key, made, results)
    if item.symptom:
        return Behaviour(finding=_few_digits(_with_exact_share(key, made, item, examined)))
    if examined.parts is None or _says_all(examined.finding):
        return Behaviour(finding=_few_digits(examined.finding))
    return Behaviour(parts=rounded(_measured_draws(exercise, examined.parts)))


def _few_digits(finding: Finding | None) -> Finding | None:
    return finding and replace(finding, facts=_rounded_facts(finding.facts))


def _rounded_facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded_facts(item) for name, item in value.items()}
    return significant(np.array(value)).item() if isinstance(value, float) else value


def _says_all(finding: Finding | None) -> bool:
    """Tell whether a misconception is told by the rung that it breaks, not by its values."""
    return finding is not None and finding.kind in ("changed_argument", "not_finite")


def _measured_draws(exercise: Exercise, parts: dict[str, Any]) -> dict[str, Any]:
    """Replace random outputs by what they are compared as: (value, share, number drawn)."""
    found = dict(parts)
    for leaf in leaves(exercise.returns):
        if leaf.kind == "draws":
            support, counts = summarise_draws(parts[leaf.name])
            rows = zip(support, counts / counts.sum(), strict=True)
            found[leaf.name] = np.array(
                [(v, share, counts.sum()) for v, share in rows], dtype=float
            )
    return found


def _is_other_mask_fault(finding: Finding | None) -> bool:
    """Tell whether masks have a fault that is not the share kept."""
    return finding is not None and finding.kind.startswith("mask_") and finding.kind != "mask_share"


def _shares(key: ExerciseKey, results: Sequence[Result]) -> Finding | None:
    """Return each mask's share kept, or None where every call draws the same."""
    taken = [take_apart(key.returns, r.value) for r in results if isinstance(r, Returned)]
    names = [leaf.name for leaf in masks_of(key.returns)]
    if all(np.array_equal(taken[0][name], other[name]) for other in taken for name in names):
        return None
    shares = {name: float(np.mean([other[name] != 0 for other in taken])) for name in names}
    return Finding("mask_share", names[0], {"shares": shares})


def _with_exact_share(
    key: ExerciseKey, made: CaseKey, item: Misconception, examined: Examination
) -> Any:
    """Measure the masks' shares on many draws, for the student's are compared with them."""
    finding = examined.finding
    if not examined.kept or _is_other_mask_fault(finding):
        return finding
    if made.unseen and not _odd_shares(made, examined):
        return finding
    first, *repeats = made.calls
    if masks_of(key.returns):
        many = tuple(replace(call, times=SHARE_CALLS) for call in made.calls)
        return _shares(key, [r for call in many for r in perform(call, item.wrong)]) or finding
    times = HIDDEN_SHARE_CALLS if made.judged == "unseen" else 4  # of many repetitions each
    many = (replace(first, times=times), *repeats)
    results = [r for call in many for r in perform(call, item.wrong)]
    again = examine(key, replace(made, calls=many), results).finding
    if again is None or again.kind != "mask_share":
        by_chance = finding is not None and finding.kind == "mask_share"
        return again if by_chance else finding
    kept, size = again.facts["count"], again.facts["size"]
    return replace(again, facts=again.facts | {"share": kept / size})


def _odd_shares(made: CaseKey, examined: Examination) -> bool:
    """Tell whether a share is so far off that measuring it on many draws is worth the time."""
    shares = [made.shares.get(name, made.unseen_share) for name in examined.kept]
    return any(
        not share_is_plausible(count, size, share, alarm=0.05)
        for (count, size), share in zip(examined.kept.values(), shares, strict=True)
    )
