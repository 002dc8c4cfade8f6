"""What the checks of one exercise look at: its keys and what its programs do, each made once."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import wraps
from typing import Any

from autograder.authoring.drawn_answers import answers_with_drawn_masks, takes_masks
from autograder.authoring.faults import CourseFault, faults_of, place, raise_all
from autograder.core.calling import Observe, perform
from autograder.core.exercise import Exercise, Misconception
from autograder.core.grading import grade_exercise
from autograder.core.key import CaseKey, ExerciseKey
from autograder.core.making import make_exercise_key
from autograder.core.outcome import Definition, ExerciseOutcome, Result
from autograder.core.report import PASSED, ExerciseReport
from autograder.core.values import Rng

SEEDS = (1, 2, 3)

Results = dict[str, tuple[Result, ...]]


class Subject:
    """One exercise under check.

    observe: see `autograder.core.calling.perform`. Keys and results are kept, so that all checks
    of the exercise share them.
    """

    def __init__(self, exercise: Exercise, observe: Observe | None = None) -> None:
        self.exercise, self.observe = exercise, observe
        self._keys: dict[int, ExerciseKey | CourseFault] = {}
        self._results: dict[tuple[Callable[..., Any], int], Results] = {}
        self._answers: dict[str, list[ExerciseReport]] = {}

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that keys are made of; two for Keras models, each of which takes its time."""
        return SEEDS if self.exercise.make_probes is None else SEEDS[:2]

    def where(self, function: Callable[..., Any] | None = None) -> str:
        """Name the exercise, or one of its functions, and its place."""
        meant = function or self.exercise.reference
        name = self.exercise.name
        full = name if meant is self.exercise.reference else f"{name}.{meant.__name__}"
        return f"{full} ({place(meant)})"

    def key(self, seed: int, *, public: bool = True) -> ExerciseKey:
        """Return the key of this seed. Raises CourseFault where none can be made."""
        if seed not in self._keys:
            self._keys[seed] = self._make_key(seed)
        made = self._keys[seed]
        if isinstance(made, CourseFault):
            raise made
        return made if public else replace(made, cases=self._hidden(made))

    def make_key(self, seed: int) -> ExerciseKey:
        """Make a public key afresh; a hidden one has the same cases but for those public only."""
        with _quiet():
            return make_exercise_key(self.exercise, seed, public=True, observe=self.observe)

    def _make_key(self, seed: int) -> ExerciseKey | CourseFault:
        try:
            return self.make_key(seed)
        except Exception as error:
            return CourseFault(
                f"No answer key can be made of it: {type(error).__name__}: {error}",
                self.where(),
                "Run the case that is named, and the reference on what it returns"
                + (", and compare the twin with it." if self.exercise.given_masks else "."),
            )

    def _hidden(self, key: ExerciseKey) -> dict[str, CaseKey]:
        cases = self.exercise.cases
        return {name: case for name, case in key.cases.items() if not cases[name].public_only}

    def results(self, function: Callable[..., Any], seed: int) -> Results:
        """Return what a function of the exercise's own parameters does in every case."""
        if (function, seed) not in self._results:
            key = self.key(seed)
            self._results[function, seed] = {
                name: self._perform(case, function) for name, case in key.cases.items()
            }
        return self._results[function, seed]

    def redrawn(self, function: Callable[..., Any], seed: int, turn: int) -> Results:
        """Return what a function does when the generators start from another seed."""
        cases = self.key(seed).cases
        return {
            name: self._perform(_with_other_draws(case, turn), function)
            for name, case in cases.items()
        }

    def _perform(self, case: CaseKey, function: Callable[..., Any]) -> tuple[Result, ...]:
        with _quiet():
            return tuple(r for call in case.calls for r in perform(call, function, self.observe))

    def answers(self, item: Misconception, seed: int) -> Results:
        """Return the results of a notebook that has this misconception and no other."""
        if not takes_masks(self.exercise, item):
            return self.results(item.wrong, seed)
        if (item.wrong, seed) not in self._results:
            reference = self.results(self.exercise.reference, seed)
            with _quiet():
                self._results[item.wrong, seed] = {
                    name: answers_with_drawn_masks(self.exercise, case, item, reference[name])
                    for name, case in self.key(seed).cases.items()
                }
        return self._results[item.wrong, seed]

    def report(
        self, results: Results, seed: int, *, public: bool, unwritten: bool = False
    ) -> ExerciseReport:
        """Grade results with the public or the hidden key of a seed."""
        outcome = ExerciseOutcome(
            self.exercise.name, Definition(unwritten=unwritten), dict(results)
        )
        with _quiet():
            return grade_exercise(self.key(seed, public=public), outcome, reveal=public)

    def reports(
        self, function: Callable[..., Any], *, unwritten: bool = False
    ) -> Iterator[ExerciseReport]:
        """Grade a function with the hidden and the public key of every seed."""
        for seed in self.seeds:
            results = self.results(function, seed)
            for public in (False, True):
                yield self.report(results, seed, public=public, unwritten=unwritten)

    def reports_on(self, item: Misconception) -> list[ExerciseReport]:
        """Grade a misconception's answers with every key that differs in its cases."""
        if item.name not in self._answers:
            differs = any(case.public_only for case in self.exercise.cases.values())
            self._answers[item.name] = [
                self.report(self.answers(item, seed), seed, public=public)
                for seed in self.seeds
                for public in ((False, True) if differs else (False,))
            ]
        return self._answers[item.name]


def earns_all(report: ExerciseReport) -> bool:
    """Tell whether the exercise was passed with all its points."""
    return report.status == PASSED and report.score == report.max_score


def verdict(report: ExerciseReport) -> str:
    """Describe a report for an author: ``0 of 10 points (failed, forgets_to_rescale, case x)``."""
    facts = [report.status, report.misconception or report.finding, report.case]
    shown = ", ".join(str(fact) for fact in facts if fact)
    score = "no" if report.score is None else f"{report.score:g}"
    return f"{score} of {report.max_score:g} points ({shown})"


ItemCheck = Callable[[Subject, Any], None]
ExerciseCheck = Callable[[Subject], None]


def for_each(
    items: Callable[[Exercise], Iterable[tuple[str, Any]]],
) -> Callable[[ItemCheck], ExerciseCheck]:
    """Turn a check of one item into a check of an exercise that tries every item.

    items: names and items of an exercise. Items that are exempted are tried too: an exemption
    that nothing needs is a fault.
    """

    def make(check: ItemCheck) -> ExerciseCheck:
        @wraps(check)
        def check_all(subject: Subject) -> None:
            found: list[CourseFault] = []
            for name, item in items(subject.exercise):
                faults = faults_of(lambda item=item: check(subject, item))  # type: ignore[misc]
                found += _exempted(subject, check.__name__, name, faults)
            raise_all(found)

        return check_all

    return make


each_misconception = for_each(lambda exercise: exercise.misconceptions.items())
each_right_style = for_each(lambda exercise: exercise.right_styles.items())
each_case = for_each(lambda exercise: exercise.cases.items())


def run_check(check: ExerciseCheck, subject: Subject) -> None:
    """Run one check, unless the exercise is exempted from it as a whole. Raises its faults."""
    faults = faults_of(lambda: check(subject))
    raise_all(_exempted(subject, check.__name__, None, faults))


def _exempted(
    subject: Subject, check: str, item: str | None, faults: list[CourseFault]
) -> list[CourseFault]:
    if (check, item) not in subject.exercise.exemptions:
        return faults
    if faults:
        return []
    shown = check if item is None else f"{check} for {item}"
    return [
        CourseFault(
            f"It is exempted from {shown}, and passes.",
            subject.where(),
            "Remove the exemption: it has served its time.",
        )
    ]


def _with_other_draws(case: CaseKey, turn: int) -> CaseKey:
    calls = tuple(
        replace(
            call,
            global_seed=(call.global_seed + 7919 * turn) % 2**31,
            arguments=tuple(
                Rng(value.seed + turn) if isinstance(value, Rng) else value
                for value in call.arguments
            ),
        )
        for call in case.calls
    )
    return replace(case, calls=calls)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let misconceptions divide by zero and print, as in a notebook, whatever the caller does."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with warnings.catch_warnings(), out, err:
        warnings.simplefilter("ignore")
        yield
