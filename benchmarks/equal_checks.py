"""The same checks for the others: an answer key's cases as asserts for nbgrader and for Otter.

They ask the same functions in the same cases, as often, with the same arguments, and compare with
the same expected values. What they lack is what KeepProb exists for: the reasons.
"""

import base64
import pickle
import zlib
from pathlib import Path
from typing import Any

from autograder.core.key import AnswerKey, CaseKey, ExerciseKey
from autograder.core.outcome import Call, KerasProbe
from autograder.core.parts import leaves
from autograder.core.values import FromCall, Rng

ASSERTS = Path(__file__).with_name("asserts.py").read_text(encoding="utf-8")

Cases = list[tuple[str, str, list[tuple[Any, ...]], Any]]


def grade_cells(key: AnswerKey) -> dict[str, str]:
    """Return the text of nbgrader's grade cells, by exercise: hidden tests."""
    return {
        name: "### BEGIN HIDDEN TESTS\n"
        f"{_cases_text(exercise)}bench_check(bench_cases, globals())\n"
        "### END HIDDEN TESTS"
        for name, exercise in key.exercises.items()
    }


def otter_tests(key: AnswerKey) -> dict[str, str]:
    """Return the text of Otter's test files, by exercise: one hidden test case each."""
    return {
        name: f"from otter.test_files import test_case\n\n{_cases_text(exercise)}"
        f'OK_FORMAT = False\nname = "{name}"\npoints = {exercise.points:g}\n\n\n'
        "@test_case(hidden=True)\ndef test_cases(env):\n    bench_check(bench_cases, env)\n"
        for name, exercise in key.exercises.items()
    }


def _cases_text(exercise: ExerciseKey) -> str:
    packed = zlib.compress(pickle.dumps(cases_of(exercise)))
    text = base64.b64encode(packed).decode("ascii")
    return (
        f"{ASSERTS}\n\nimport base64, pickle, zlib\n\n"
        f'bench_cases = pickle.loads(zlib.decompress(base64.b64decode("{text}")))\n'
    )


def cases_of(exercise: ExerciseKey) -> Cases:
    """Return an exercise's cases as plain data, as `benchmarks.asserts.bench_check` reads them."""
    drawn = {leaf.name for leaf in leaves(exercise.returns) if leaf.kind == "draws"}
    return [_case(case, drawn) for case in exercise.cases.values()]


def _case(case: CaseKey, drawn: set[str]) -> tuple[str, str, list[tuple[Any, ...]], Any]:
    calls = [_call(call) for call in case.calls]
    probes = case.calls[0].probes
    if probes:
        parts = case.expected.parts or {}
        return case.title, "model", calls, [_probe(probe, parts, drawn) for probe in probes]
    if case.judged == "own_masks":
        return case.title, "masks", calls, None
    if case.judged == "unseen":
        return case.title, "own pass", calls, _shapes(case.calls[0])
    return case.title, "values", calls, case.expected.parts


def _call(call: Call) -> tuple[Any, ...]:
    return call.function, [_given(value) for value in call.arguments], call.times, call.global_seed


def _given(value: Any) -> Any:
    if isinstance(value, Rng):
        return ("rng", value.seed)
    if isinstance(value, FromCall):
        return ("from call", value.function, [_given(item) for item in value.arguments], value.item)
    return value


def _probe(probe: KerasProbe, parts: dict[str, Any], drawn: set[str]) -> tuple[Any, ...]:
    """Return a question to a model, and either the law of its random answers or the answer."""
    answer = parts[probe.name]
    law, answer = (answer, None) if probe.name in drawn else (None, answer)
    return probe.name, probe.ask, probe.weights, probe.inputs, law, answer


def _shapes(call: Call) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the gradients of a network that another function was asked with."""
    asked = next(value for value in call.arguments if isinstance(value, FromCall))
    return {f"d{name}".lower(): array.shape for name, array in asked.arguments[1].items()}
