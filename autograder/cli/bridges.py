"""`autograder moodle sync` and `autograder canvas sync`: one round, or round after round."""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from autograder.bridges.journal import load_journal
from autograder.bridges.outcome import Outcome
from autograder.bridges.settings import FILE, BridgeError, Named, Place, load_file, place, token
from autograder.bridges.sync import Round, synchronize
from autograder.classroom.run import Progress
from autograder.cli.collect import lines as collected_lines
from autograder.cli.grading import run_settings, submitted_folder
from autograder.cli.progress import ClassProgress
from autograder.course.layout import Course
from autograder.lms.addresses import UnreachableError
from autograder.lms.calls import Site
from autograder.lms.canvas_rest import CanvasRest
from autograder.lms.comments import clean
from autograder.lms.moodle_rest import MoodleRest
from autograder.lms.online import Lms

EXIT_OK, EXIT_ATTENTION = 0, 1


def sync_command(
    options: argparse.Namespace,
    course: Course,
    console: Console,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Synchronize, and say what was done; exit code 1 where a person has to see to something.

    sleep: waits between rounds and between calls.
    """
    asked = _round(options, course, sleep)
    shown = _Shown(console, asked)
    if options.watch is None:
        outcome = shown.round()
        shown.say(outcome)
        return EXIT_ATTENTION if outcome.needs_attention else EXIT_OK
    seen_all = False
    while True:
        try:
            shown.say_new(shown.round(only_new=seen_all))
            seen_all = True
        except UnreachableError as error:
            shown.line(f"{error} The next look is in {options.watch:g} seconds.")
        sleep(options.watch)


def _round(options: argparse.Namespace, course: Course, sleep: Callable[[float], None]) -> Round:
    """Return what is to be done. Raises BridgeError or CourseError."""
    course.require(options.assignment)
    course.require_released(options.assignment)
    if options.config is not None and not options.config.is_file():
        raise BridgeError(f"{options.config} is no file; expected a {FILE}.")
    part = load_file(options.config or course.root / FILE, options.system)
    named = Named(options.url, options.course, options.id, options.token_file, options.allow_http)
    where = place(named, part, options.assignment, options.system)
    settings = run_settings(options, course)
    return Round(
        lms=_lms(options.system, where, token(named, part, course.root, options.system), sleep),
        assignment=options.assignment,
        submitted=submitted_folder(options, course),
        run=settings,
        journal=load_journal(settings.output, options.system, options.assignment, where),
        overwrite=options.overwrite,
        dry_run=options.dry_run,
        look_again=options.look_again,
    )


def _lms(system: str, where: Place, secret: str, sleep: Callable[[float], None]) -> Lms:
    if system == "moodle":
        site = Site(where.url, sleep=sleep)
        return MoodleRest(site, secret, where.course, where.assignment)
    return CanvasRest(Site(where.url, secret, sleep=sleep), where.course, where.assignment)


@dataclass
class _Shown:
    """Rounds, and what is said of them. before: what needed attention in the last one."""

    console: Console
    asked: Round
    before: tuple[list[str], ...] = ()

    def round(self, *, only_new: bool = False) -> Outcome:
        """Do one round, with a bar while the grader runs."""
        with ClassProgress(self.console, quiet=False) as shown:
            progress = Progress(
                keys=shown.keys,
                start=shown.start,
                begun=shown.begun,
                graded=shown.graded,
                say=shown.say,
            )
            return synchronize(self.asked, progress, only_new=only_new)

    def say_new(self, outcome: Outcome) -> None:
        """Say what a round did, unless it did nothing that was not said before."""
        if outcome.did_something or (any(outcome.attention) and outcome.attention != self.before):
            self.say(outcome)
        self.before = outcome.attention

    def say(self, outcome: Outcome) -> None:
        """Say what a round did."""
        for line in lines_of(outcome, self.asked):
            self.line(line)

    def line(self, text: str) -> None:
        """Print a line; what is in it of others' words is cleaned."""
        self.console.print(clean(text), markup=False, highlight=False, soft_wrap=True)


def lines_of(outcome: Outcome, asked: Round) -> list[str]:
    """Return what to say about a round."""
    name, title = asked.lms.name, outcome.target.title
    found = [f"{asked.assignment}: “{title}” in {name}", *outcome.target.notes]
    if asked.dry_run:
        found += ["Nothing was done. A run without --dry-run:", *_listed(outcome.would)]
    else:
        found += collected_lines(f"From {name}", asked.submitted, outcome.taken)
        found += [f"Sent and read back: {len(outcome.sent)}", *_listed(outcome.sent)]
    found.append(f"Stands already: {outcome.stands}")
    if outcome.strangers:
        found.append(
            f"Handed in, and no active student of the course, so left alone: "
            f"{', '.join(outcome.strangers)}"
        )
    for heading, lines in (
        (f"Left as {name} has it:", outcome.kept),
        ("Without a score yet:", outcome.waits),
        ("Not done:", outcome.faults),
    ):
        if lines:
            found += ["", heading, *_listed(lines)]
    return found


def _listed(lines: list[str]) -> list[str]:
    return [f"  * {line}" for line in lines]
