"""Make answer keys: draw the cases, ask the reference, and write down every misconception.

The only part of the core that runs an author's code. The references in ``solutions/`` are Keras
models; a key is certified by grading the reference's own answer with it.
"""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.core.behaving import behaviour_of, in_double, replay, rounded
from autograder.core.calling import Observe, perform
from autograder.core.checking import examine
from autograder.core.consistency import contradictions
from autograder.core.exercise import (
    MASK_CALLS,
    UNSEEN_CALLS,
    VALUE_CALLS,
    AuthoringError,
    Case,
    Exercise,
    Misconception,
)
from autograder.core.key import (
    AnswerKey,
    Behaviour,
    CaseKey,
    ExerciseKey,
    MisconceptionKey,
    uses_float32,
)
from autograder.core.outcome import Call, KerasProbe, Returned
from autograder.core.parts import leaves, masks_of
from autograder.core.taking_apart import take_apart
from autograder.core.values import FromCall, Rng, double, map_arrays, significant, single
from autograder.core.words import english

CALLS = {"value": VALUE_CALLS, "own_masks": MASK_CALLS, "unseen": UNSEEN_CALLS, "mean": 2}


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
            made.wrong[item.name] = behaviour_of(exercise, key, made, once, item, observe)
    return made


def _second_chance(arguments: dict[str, Any]) -> bool:
    return any(isinstance(value, FromCall) for value in arguments.values())


def _draw_arguments(exercise: Exercise, case: Case, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([seed, _hash(exercise.name), _hash(case.name)])
    try:
        drawn = case.make(rng)
    except Exception as error:
        raise AuthoringError(
            f"{exercise.name}.{case.name} stops: {type(error).__name__}: {error}."
        ) from error
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
    if uses_float32(tuple(arguments.values())):
        raise AuthoringError(
            f"{exercise.name}.{case.name} gives float32 arrays, whose last digits depend on the "
            f"processor; give float64 and write @{exercise.name}.case(float32=True)."
        )
    arguments = map_arrays(arguments, significant)
    return map_arrays(arguments, single) if case.float32 else arguments


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
    once = {name: map_arrays(value, double) for name, value in arguments.items() if name != "rng"}
    if case.repeats and case.judged == "each":
        once[case.repeats] = 1
    return once


def _unseen_shapes(exercise: Exercise, once: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {} if exercise.unseen_shapes is None else exercise.unseen_shapes(**once)


def _of_reference(exercise: Exercise, made: CaseKey, observe: Observe | None) -> list[Returned]:
    results = []
    for result in (r for call in made.calls for r in perform(call, exercise.reference, observe)):
        if not isinstance(result, Returned):
            raise AuthoringError(f"{exercise.name}.{made.name}: the reference gives {result}.")
        results.append(result)
    return results


def _with_reference(
    exercise: Exercise,
    key: ExerciseKey,
    made: CaseKey,
    once: dict[str, Any],
    laws: dict[str, Any],
    observe: Observe | None,
) -> CaseKey:
    results = _of_reference(exercise, made, observe)
    exact = _of_reference(exercise, in_double(made), observe) if made.float32 else results
    parts = take_apart(exercise.returns, exact[0].value)
    shapes = {
        leaf.name: tuple(np.shape(parts[leaf.name]))
        for leaf in leaves(exercise.returns)
        if leaf.kind in ("array", "mask", "numbers")
    }
    made = replace(made, shapes=shapes)
    if made.judged == "value":
        made = replace(made, expected=Behaviour(parts=rounded(parts) | laws))
    elif exercise.given_masks is None:
        raise AuthoringError(
            f"{exercise.name} draws masks and has no twin; write @{exercise.name}.twin."
        )
    else:
        made = replace(made, expected=replay(exercise, made, exercise.given_masks, once, parts))
    examined = examine(key, made, results)
    if examined.finding is not None:
        said = english.sentence(key, examined, True)
        raise AuthoringError(
            f"{exercise.name}.{made.name}: the reference does not pass its own key: {said}"
        )
    return made
