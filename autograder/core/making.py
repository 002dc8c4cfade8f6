"""Make answer keys: draw the cases, ask the reference, and write down every misconception.

The only part of the core that runs an author's code. The references in ``solutions/`` are Keras
models; a key is certified by grading the reference's own answer with it.
"""

import inspect
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.core.calling import Observe, perform
from autograder.core.checking import Examination, examine
from autograder.core.comparing import compare, summarise_draws
from autograder.core.consistency import contradictions
from autograder.core.exercise import (
    MASK_CALLS,
    UNSEEN_CALLS,
    VALUE_CALLS,
    Case,
    Exercise,
    Misconception,
)
from autograder.core.finding import Finding
from autograder.core.key import (
    AnswerKey,
    Behaviour,
    CaseKey,
    ExerciseKey,
    MisconceptionKey,
    uses_float32,
)
from autograder.core.masks import share_is_plausible
from autograder.core.outcome import Call, KerasProbe, Result, Returned
from autograder.core.parts import collect, leaves, masks_of, take_apart
from autograder.core.program import evaluate, record
from autograder.core.values import FromCall, Rng, map_arrays, significant

SHARE_CALLS = 12
CALLS = {"value": VALUE_CALLS, "own_masks": MASK_CALLS, "unseen": UNSEEN_CALLS, "mean": 2}


class AuthoringError(Exception):
    """An exercise contradicts itself; the message says where and how to mend it."""


def make_answer_key(
    assignment: str,
    exercises: Iterable[Exercise],
    seed: int,
    *,
    public: bool,
    observe: Observe | None = None,
    fingerprint: str = "",
    progress: Callable[[str], None] = lambda name: None,
) -> AnswerKey:
    """Make the key of an assignment. The same seed gives the same key.

    observe: see `autograder.core.calling.perform`. progress: called with each exercise's name.
    Raises AuthoringError where the reference does not pass its own key.
    """
    keys = {}
    for exercise in exercises:
        progress(exercise.name)
        with np.errstate(all="ignore"):  # a misconception may divide by 0
            made = make_exercise_key(exercise, seed, public=public, observe=observe)
        keys[exercise.name] = made
    return AnswerKey(assignment, keys, public, seed, fingerprint)


def make_exercise_key(
    exercise: Exercise, seed: int, *, public: bool, observe: Observe | None = None
) -> ExerciseKey:
    """Make one exercise's key; see `make_answer_key`."""
    for contradiction in contradictions(exercise):
        raise AuthoringError(contradiction)
    key = ExerciseKey(
        exercise.name,
        exercise.title,
        exercise.points,
        exercise.parameters,
        exercise.returns,
        exercise.keeps,
        {item.name: _misconception_key(item) for item in exercise.misconceptions.values()},
        {},
    )
    for case in exercise.cases.values():
        if public or not case.public_only:
            key.cases[case.name] = _make_case(exercise, key, case, seed, observe)
    return key


def _misconception_key(item: Misconception) -> MisconceptionKey:
    return MisconceptionKey(item.name, item.sentence, item.credit, item.symptom, item.values)


def _make_case(
    exercise: Exercise, key: ExerciseKey, case: Case, seed: int, observe: Observe | None
) -> CaseKey:
    arguments = _draw_arguments(exercise, case, seed)
    calls, laws = _calls(exercise, case, arguments, seed)
    once = _once(case, arguments)
    shares = {leaf.name: float(arguments[leaf.share or ""]) for leaf in masks_of(exercise.returns)}
    made = CaseKey(
        name=case.name,
        title=case.title,
        weight=case.weight,
        judged=case.judged,
        calls=calls,
        expected=Behaviour(),
        shares=shares,
        unseen=_unseen_shapes(exercise, once),
        unseen_share=float(arguments[exercise.unseen_share]) if exercise.unseen_share else 1.0,
        count=int(arguments[case.repeats]) if case.repeats else 1,
        float32=uses_float32(tuple(arguments.values())),
        second_chance=_second_chance(arguments),
    )
    made = _with_reference(exercise, key, made, once, laws, observe)
    if not made.second_chance:
        for item in exercise.misconceptions.values():
            made.wrong[item.name] = _behaviour(exercise, key, made, once, item, observe)
    return made


def _second_chance(arguments: dict[str, Any]) -> bool:
    return any(isinstance(value, FromCall) for value in arguments.values())


def _draw_arguments(exercise: Exercise, case: Case, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([seed, _hash(exercise.name), _hash(case.name)])
    drawn = case.make(rng)
    expected = {name for name in exercise.parameters if name != "rng"}
    if set(drawn) != expected:
        raise AuthoringError(
            f"{exercise.name}.{case.name} gives {', '.join(sorted(drawn))}; expected the "
            f"parameters of {exercise.name}: {', '.join(sorted(expected))}."
        )
    drawn["rng"] = Rng(int(rng.integers(2**32)))
    arguments = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in ((name, drawn[name]) for name in exercise.parameters)
    }
    return {name: map_arrays(value, significant) for name, value in arguments.items()}


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def _calls(
    exercise: Exercise, case: Case, arguments: dict[str, Any], seed: int
) -> tuple[tuple[Call, ...], dict[str, Any]]:
    probes: tuple[KerasProbe, ...] = ()
    if exercise.make_probes is not None:
        probes = tuple(exercise.make_probes(**arguments))
    laws = {
        probe.name: np.array([(value, chance, 0.0) for value, chance in probe.law])
        for probe in probes
        if probe.law is not None
    }
    first = Call(
        exercise.name,
        tuple(arguments.values()),
        times=1 if probes else CALLS.get(case.judged, 1),
        global_seed=_hash(f"{seed} {exercise.name} {case.name}") % 2**31,
        probes=tuple(replace(probe, law=None) for probe in probes),
    )
    if _second_chance(arguments):
        return (replace(first, times=2),), laws
    if case.judged == "value":
        return (first,), laws
    return (first, replace(first, times=1, global_seed=first.global_seed + 1009)), laws


def _once(case: Case, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that a twin gets: in float64, and no generator.

    Where each repetition is judged by itself, there is one.
    """
    once = {name: map_arrays(value, _widen) for name, value in arguments.items() if name != "rng"}
    if case.repeats and case.judged == "each":
        once[case.repeats] = 1
    return once


def _widen(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype == np.float32 else array


def _unseen_shapes(exercise: Exercise, once: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {} if exercise.unseen_shapes is None else exercise.unseen_shapes(**once)


def _with_reference(
    exercise: Exercise,
    key: ExerciseKey,
    made: CaseKey,
    once: dict[str, Any],
    laws: dict[str, Any],
    observe: Observe | None,
) -> CaseKey:
    results = [r for call in made.calls for r in perform(call, exercise.reference, observe)]
    first = results[0]
    if not isinstance(first, Returned):
        raise AuthoringError(f"{exercise.name}.{made.name}: the reference gives {first}.")
    parts = take_apart(exercise.returns, first.value)
    shapes = {
        leaf.name: tuple(np.shape(parts[leaf.name]))
        for leaf in leaves(exercise.returns)
        if leaf.kind in ("array", "mask", "numbers")
    }
    made = replace(made, shapes=shapes)
    if made.judged == "value":
        made = replace(made, expected=Behaviour(parts=_rounded(parts) | laws))
    elif exercise.given_masks is None:
        raise AuthoringError(
            f"{exercise.name} draws masks and has no twin; write @{exercise.name}.twin."
        )
    else:
        made = replace(made, expected=_replay(exercise, made, exercise.given_masks, once, parts))
    examined = examine(key, made, results)
    if examined.finding is not None:
        raise AuthoringError(
            f"{exercise.name}.{made.name}: the Keras reference does not pass its own key: "
            f"{examined.finding}. Compare the twin with the reference."
        )
    return made


def _rounded(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: significant(value) if isinstance(value, np.ndarray) else value
        for name, value in parts.items()
    }


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
    given = {name: once[name] for name in wanted if name in once}
    program = record(twin, given, samples, lambda value: collect(exercise.returns, value))
    return replace(program, constants=tuple(significant(c) for c in program.constants))


def _asks_for(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _replay(
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
    return Behaviour(parts=_rounded(parts))


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


def _behaviour(
    exercise: Exercise,
    key: ExerciseKey,
    made: CaseKey,
    once: dict[str, Any],
    item: Misconception,
    observe: Observe | None,
) -> Behaviour:
    if not item.symptom and set(_asks_for(item.wrong)) - set(exercise.parameters):
        sample = {name: np.ones(shape) for name, shape in made.shapes.items()}
        return _replay(exercise, made, item.wrong, once, sample)
    results = [r for call in made.calls for r in perform(call, item.wrong, observe)]
    examined = examine(key, made, results)
    if item.symptom:
        return Behaviour(finding=_with_exact_share(key, made, item, examined))
    if examined.parts is None or _says_all(examined.finding):
        return Behaviour(finding=examined.finding)
    return Behaviour(parts=_rounded(_measured_draws(exercise, examined.parts)))


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
    times = SHARE_CALLS if made.judged != "each" else 4  # of many repetitions each
    many = tuple(replace(call, times=times) for call in made.calls)
    results = [r for call in many for r in perform(call, item.wrong)]
    if masks_of(key.returns):
        return _shares(key, results) or finding
    again = examine(key, replace(made, calls=many), results).finding
    if again is None or again.kind != "mask_share":
        return finding
    kept, size = again.facts["count"], again.facts["size"]
    return replace(again, facts=again.facts | {"share": kept / size})


def _odd_shares(made: CaseKey, examined: Examination) -> bool:
    """Tell whether a share is so far off that measuring it on many draws is worth the time."""
    shares = [made.shares.get(name, made.unseen_share) for name in examined.kept]
    return any(
        not share_is_plausible(count, size, share, alarm=0.05)
        for (count, size), share in zip(examined.kept.values(), shares, strict=True)
    )
