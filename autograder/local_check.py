"""`check(f)`: what a student runs below each exercise. Public cases, no TensorFlow, one sentence.

The answer key lies beside the notebook as ``answer_key.h5``: nothing is sent anywhere, and nothing
of the hidden cases is here.
"""

import contextlib
import inspect
import io
import os
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.core.calling import perform
from autograder.core.finding import Remark
from autograder.core.grading import grade_exercise
from autograder.core.key import ExerciseKey
from autograder.core.outcome import Call, Definition, ExerciseOutcome
from autograder.core.report import PASSED, ExerciseReport
from autograder.core.sources import find_definition
from autograder.core.values import Rng, copy_value
from autograder.core.words import SOURCE
from autograder.course.layout import PUBLIC_KEY
from autograder.feedback.block import html_block, text_block
from autograder.feedback.labels import BY_LANGUAGE, ENGLISH, Labels
from autograder.kernel.quiet import quiet_stderr
from autograder.storage.answer_key_file import AnswerKeyFileError, load_answer_key
from autograder.storage.catalogue_file import words_in


class CheckFailed(Exception):  # noqa: N818 - a verdict on the student's work, not an error of ours
    """The check did not pass, or could not be made; the text says why.

    shown: what to say where the verdict stands above already, so that it is not said twice.
    """

    def __init__(self, message: str, *, shown: str | None = None) -> None:
        super().__init__(message)
        self.shown = shown

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows in place of a traceback (IPython's protocol).

        nbgrader's Validate reads them alone, and gets the whole sentence.
        """
        if self.shown and "NBGRADER_VALIDATING" not in os.environ:
            return [self.shown]
        return str(self).splitlines()


def check(function: Any, *, language: str = SOURCE) -> None:
    """Try a function on the public cases and show what is right, or the first thing that is wrong.

    Raises CheckFailed where something is wrong, so that nbgrader's Validate sees it too.
    """
    report, labels = check_report(function, language=language), BY_LANGUAGE[language]
    _show(report, labels)
    if report.status != PASSED:
        raise CheckFailed(report.message, shown=labels.see_above)


def check_report(function: Any, *, language: str = SOURCE) -> ExerciseReport:
    """Return the verdict on a function without showing it."""
    labels, words = BY_LANGUAGE[language], words_in(language, Path())
    exercise = _exercise(_name_of(function), labels)
    if not callable(function):
        kind = type(function).__name__
        raise CheckFailed(labels.not_callable.format(name=exercise.name, kind=kind))
    with _quiet():
        results = {
            name: tuple(
                result for call in case.calls for result in perform(call, function, _observe)
            )
            for name, case in exercise.cases.items()
        }
    definition = Definition(unwritten=_is_unwritten(exercise.name, function))
    outcome = ExerciseOutcome(exercise.name, definition, results)
    report = grade_exercise(exercise, outcome, reveal=True, words=words)
    if _asks_keras(function) and not _is_about_keras(exercise):
        said = words.remarks(exercise, [Remark("keras_is_absent")])
        report = replace(report, remarks=report.remarks + said)
    return report


def _name_of(function: Any) -> str:
    """Return the name that the notebook gave a function, as grading looks it up; else its own.

    ``predict = lambda X, parameters: ...`` is called <lambda>, and is predict all the same.
    """
    own = str(getattr(function, "__name__", None) or repr(function)[:40])
    notebook = vars(sys.modules["__main__"])
    if notebook.get(own) is function:
        return own
    given = [name for name, value in notebook.items() if value is function]
    try:
        exercises = load_answer_key(Path(PUBLIC_KEY)).exercises
    except AnswerKeyFileError:
        return own  # whoever reads the key next says what is wrong with it
    return next((name for name in given if name in exercises), own)


def _asks_keras(function: Any) -> bool:
    """Tell whether a function uses Keras or TensorFlow by a name of its notebook."""
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    known = getattr(function, "__globals__", {})
    used = [known[name] for name in names if name in known]
    origins = [getattr(item, "__module__", None) or getattr(item, "__name__", "") for item in used]
    return any(str(origin).split(".")[0] in ("keras", "tensorflow") for origin in origins)


def _is_about_keras(exercise: ExerciseKey) -> bool:
    return any(call.probes for case in exercise.cases.values() for call in case.calls)


def _is_unwritten(name: str, function: Any) -> bool:
    """Tell whether a function's body computes nothing so far, where its text can be had."""
    try:
        found = find_definition(name, [textwrap.dedent(inspect.getsource(function))])
    except (OSError, TypeError, SyntaxError):  # made by exec, a built-in, cut out of an expression
        return False
    return found is not None and found.unwritten


def case(exercise: str, name: str) -> tuple[Any, ...]:
    """Return a public case's arguments, to repeat it: ``f(*case("f", "small"))``."""
    found = _exercise(exercise, ENGLISH)
    if name not in found.cases:
        raise CheckFailed(f"{exercise} has no case {name!r}; it has {', '.join(found.cases)}.")
    arguments = found.cases[name].calls[0].arguments
    return tuple(
        np.random.default_rng(value.seed) if isinstance(value, Rng) else copy_value(value)
        for value in arguments
    )


def _exercise(name: str, labels: Labels) -> ExerciseKey:
    try:
        found = load_answer_key(Path(PUBLIC_KEY), only=name).exercises.get(name)
        known = [] if found else list(load_answer_key(Path(PUBLIC_KEY)).exercises)
    except AnswerKeyFileError as error:
        raise CheckFailed(str(error)) from None
    if found is None:
        raise CheckFailed(labels.unknown_exercise.format(name=name, known=", ".join(known)))
    return found


def _observe(value: Any, call: Call) -> Any:
    from autograder.kernel.models import observe

    return observe(value, call)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide what the function prints while it is tried, and TensorFlow's own log lines.

    nbgrader's Validate takes any line on stderr for a failure.
    """
    out, err = io.StringIO(), io.StringIO()
    with quiet_stderr(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def _show(report: ExerciseReport, labels: Labels) -> None:
    """Show the verdict as HTML in a notebook, as text elsewhere."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(text_block(report, labels))
        return
    bundle = {"text/html": html_block(report, labels), "text/plain": text_block(report, labels)}
    display(bundle, raw=True)
