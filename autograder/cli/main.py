"""The command line: ``autograder release | keys | grade | check-course | …``."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

import autograder
from autograder.classroom.beginning import importing, leave_out_grammar
from autograder.cli.bridge_options import add_bridge_parsers
from autograder.cli.lms_options import add_collect_parser, add_export_parser
from autograder.cli.lti_options import add_lti_parser, add_serve_parser
from autograder.cli.options import (
    Subparsers,
    add_command,
    add_grade_options,
    number_of_jobs,
)
from autograder.cli.progress import bar
from autograder.cli.sentences import sentence_of
from autograder.course.layout import Course, CourseError, find_course

EXIT_OK, EXIT_ATTENTION, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
WIDTH_OF_FILES = 100


def parser() -> argparse.ArgumentParser:
    """Return the argument parser; docs/reference/cli.md is compared with its help."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="KeepProb's autograder: make a course's assignments and grade them.",
    )
    top.add_argument("--version", action="version", version=autograder.__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _release_parser(commands)
    _keys_parser(commands)
    _grade_parser(commands)
    _demo_parser(commands)
    _translate_parser(commands)
    _check_course_parser(commands)
    _doctor_parser(commands)
    add_collect_parser(commands, _collect)
    add_export_parser(commands, _export)
    add_serve_parser(commands)
    add_lti_parser(commands)
    add_bridge_parsers(commands, _sync)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code (0 done, 1 needs attention, 2 usage or course error)."""
    options = parser().parse_args(arguments)
    console = _console()
    _quiet_tensorflow()
    leave_out_grammar()
    try:
        return int(options.run(options, console))
    except KeyboardInterrupt:
        _error("Interrupted. What was finished is kept; the same command goes on from there.")
        return EXIT_INTERRUPTED
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        _error(sentence)
        return EXIT_USAGE


def _console() -> Console:
    """Return a terminal's console; a file or a pipe has no width, and tables need some."""
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH_OF_FILES
    return console


def _quiet_tensorflow() -> None:
    """Keep TensorFlow's notes about processors and drivers off the terminal; errors still show."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def _error(message: str) -> None:
    print(f"autograder: {message}", file=sys.stderr)


def _assignments(course: Course, chosen: Sequence[str]) -> list[str]:
    known = course.assignment_names()
    for name in chosen:
        if name not in known:
            raise CourseError(f"There is no assignment {name!r}; there are {', '.join(known)}.")
    return list(chosen) or known


def _command(
    commands: Subparsers, name: str, run: Callable[..., int], help_text: str
) -> argparse.ArgumentParser:
    made = add_command(commands, name, run, help_text)
    made.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="default: every assignment"
    )
    return made


def _release_parser(commands: Subparsers) -> None:
    made = _command(commands, "release", _release, "make assignments/ from solutions/")
    made.add_argument("--output", type=Path, help="write there instead of assignments/")


def _release(options: argparse.Namespace, console: Console) -> int:
    from autograder.authoring.release import release

    course = find_course(Path.cwd())
    for assignment in _assignments(course, options.assignments):
        with console.status(f"Releasing {assignment}") as status:
            folder = release(
                course,
                assignment,
                options.output,
                progress=lambda name: status.update(f"Keras certifies {name}"),
            )
        console.print(f"{folder}: {', '.join(sorted(item.name for item in folder.iterdir()))}")
    return EXIT_OK


def _keys_parser(commands: Subparsers) -> None:
    made = _command(commands, "keys", _keys, "build the pool of hidden answer keys")
    made.add_argument("--force", action="store_true", help="build all of them again")
    made.add_argument(
        "--jobs", type=number_of_jobs, default=0, help="processes (default: the cores)"
    )


def _keys(options: argparse.Namespace, console: Console) -> int:
    from autograder.authoring.keys import build_pool

    course = find_course(Path.cwd())
    for assignment in _assignments(course, options.assignments):
        with bar(console, f"{assignment}: keys") as advance:
            jobs = options.jobs or os.cpu_count() or 1
            build_pool(course, assignment, force=options.force, jobs=jobs, progress=advance)
    return EXIT_OK


def _grade_parser(commands: Subparsers) -> None:
    add_grade_options(_command(commands, "grade", _grade, "grade submissions"))


def _grade(options: argparse.Namespace, console: Console) -> int:
    with importing():
        from autograder.cli.grading import grade_command

    course = find_course(Path.cwd())
    return grade_command(options, course, _assignments(course, options.assignments), console)


def _demo_parser(commands: Subparsers) -> None:
    made = _command(commands, "demo", _demo, "grade the sample class into demo-output/")
    made.add_argument("--output", type=Path, default=Path("demo-output"), help="where to write")
    made.add_argument(
        "--jobs", type=number_of_jobs, default=0, help="worker processes (default: the cores)"
    )


def _demo(options: argparse.Namespace, console: Console) -> int:
    with importing():
        from autograder.cli.grading import grade_command

    course = find_course(Path.cwd())
    chosen = ["grade", *options.assignments, "--submitted", str(course.root / "tests/submissions")]
    chosen += ["--output", str(options.output), "--jobs", str(options.jobs)]
    chosen += ["--cell-seconds", "30", "--call-seconds", "10"]
    settings = parser().parse_args(chosen)
    grade_command(settings, course, _assignments(course, settings.assignments), console)
    return EXIT_OK


def _translate_parser(commands: Subparsers) -> None:
    _command(commands, "translate", _translate, "bring the files of translators up to date")


def _translate(options: argparse.Namespace, console: Console) -> int:
    from autograder.authoring.translations import LOCALES, texts_of, update_translation

    course = find_course(Path.cwd())
    for assignment in _assignments(course, options.assignments):
        texts = texts_of(course, assignment)
        for language in LOCALES:
            path = course.translation_file(assignment, language)
            new, changed = update_translation(path, language, texts)
            console.print(
                f"{path}: {len(texts)} texts, {new} new, {changed} changed", soft_wrap=True
            )
    return EXIT_OK


def _check_course_parser(commands: Subparsers) -> None:
    help_text = "check every exercise, and say how to mend it"
    _command(commands, "check-course", _check_course, help_text)


def _check_course(options: argparse.Namespace, console: Console) -> int:
    from autograder.authoring.check_course import check_course, render

    course = find_course(Path.cwd())
    names = _assignments(course, options.assignments)
    with console.status("Checking the course") as status:
        faults = check_course(course, names, progress=status.update)
    console.print(render(faults), markup=False, highlight=False)
    return EXIT_ATTENTION if faults else EXIT_OK


def _doctor_parser(commands: Subparsers) -> None:
    help_text = "try to get out of the sandbox, and say which variant of it holds here"
    add_command(commands, "doctor", _doctor, help_text)


def _doctor(options: argparse.Namespace, console: Console) -> int:
    from autograder.cli.doctor import doctor_command

    return doctor_command(find_course(Path.cwd()), console)


def _export(options: argparse.Namespace, console: Console) -> int:
    from autograder.cli.export import export_command

    return export_command(options, find_course(Path.cwd()), console)


def _collect(options: argparse.Namespace, console: Console) -> int:
    from autograder.cli.collect import collect_command

    return collect_command(options, find_course(Path.cwd()), console)


def _sync(options: argparse.Namespace, console: Console) -> int:
    from autograder.cli.bridges import sync_command

    return sync_command(options, find_course(Path.cwd()), console)
