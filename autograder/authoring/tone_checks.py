"""Checks of an exercise's texts: what a student reads keeps the course's tone."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from autograder.authoring.faults import CourseFault
from autograder.authoring.subject import Subject, each_case, each_misconception
from autograder.core.exercise import Case, Misconception

SHORTEST, LONGEST = 20, 300
BELITTLING = re.compile(
    r"\b(just|simply|simple|obvious(ly)?|clearly|of course|easy|easily|trivial(ly)?)\b", re.I
)
BLAMING = re.compile(
    r"\b(you|your|yours|yourself|forgot|forgotten|silly|stupid|careless)\b|!(?!=)", re.I
)
OPENINGS = re.compile(r"(wrong|incorrect|error|mistake|oops|sorry|please|no)\b", re.I)
READABLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MEANINGLESS = re.compile(r"(case|test|example|check)?_?\d*|.{1,2}")


@each_misconception
def check_sentence_has_a_readable_length(subject: Subject, item: Misconception) -> None:
    """One thing at a time."""
    length = len(item.sentence)
    if not SHORTEST <= length <= LONGEST:
        raise CourseFault(
            f"Its sentence has {length} characters; expected {SHORTEST} to {LONGEST}.",
            subject.where(item.wrong),
            "Say what to do first, then why, in one or two short sentences.",
        )


@each_misconception
def check_sentence_ends_with_a_full_stop(subject: Subject, item: Misconception) -> None:
    """Two sentences may follow one another."""
    if not item.sentence.endswith("."):
        raise CourseFault(
            f'Its sentence ends with "{item.sentence[-10:]}".',
            subject.where(item.wrong),
            "End it with a full stop.",
        )


@each_misconception
def check_sentence_begins_with_what_to_do(subject: Subject, item: Misconception) -> None:
    """An imperative or the fault; at least no verdict, no excuse and no small letter."""
    first = item.sentence.split()[0]
    code = not first.isalpha() or first in subject.exercise.parameters
    if OPENINGS.match(first) or (first[0].islower() and not code):
        raise CourseFault(
            f'Its sentence begins with "{item.sentence[:20]}".',
            subject.where(item.wrong),
            "Begin with what to do (Divide ..., Put ...), or with the fault as a full sentence.",
        )


@each_misconception
def check_sentence_belittles_nothing(subject: Subject, item: Misconception) -> None:
    """Nothing is simple to whoever does not see it yet."""
    if found := BELITTLING.search(item.sentence):
        raise CourseFault(
            f'Its sentence says "{found[0]}"; nothing is simple to whoever does not see it yet.',
            subject.where(item.wrong),
            "Leave the word out.",
        )


@each_misconception
def check_sentence_blames_nobody(subject: Subject, item: Misconception) -> None:
    """The code is the subject, never the person."""
    if found := BLAMING.search(item.sentence):
        raise CourseFault(
            f'Its sentence says "{found[0]}".',
            subject.where(item.wrong),
            "Make the code the subject, never the person, and do not shout.",
        )


@each_misconception
def check_sentence_is_plain_ascii(subject: Subject, item: Misconception) -> None:
    """It is shown in notebooks, terminals and spreadsheets alike."""
    odd = "".join(sorted({letter for letter in item.sentence if not letter.isascii()}))
    if odd or re.search(r"[<>]{2}|</|\\", item.sentence):
        raise CourseFault(
            f"Its sentence holds {odd or 'markup or backslashes'}.",
            subject.where(item.wrong),
            "Write it in plain ASCII: it is also shown in terminals and spreadsheets.",
        )


@each_misconception
def check_sentence_does_not_give_the_solution(subject: Subject, item: Misconception) -> None:
    """The student writes the line."""
    said = _squeezed(item.sentence)
    for solution in solution_lines(subject):
        if _squeezed(solution) in said:
            raise CourseFault(
                f'Its sentence holds a complete line of a solution: "{solution}".',
                subject.where(item.wrong),
                "Say what is missing and why, and leave the line to the student.",
            )


@each_misconception
def check_sentence_is_its_own(subject: Subject, item: Misconception) -> None:
    """Two mistakes with one sentence are one mistake."""
    for other in subject.exercise.misconceptions.values():
        if other.name == item.name:
            return
        if other.sentence == item.sentence:
            raise CourseFault(
                f"Its sentence is that of {other.name} too.",
                subject.where(item.wrong),
                "Say what is particular to this mistake, or make one misconception of them.",
            )


def solution_lines(subject: Subject) -> Iterator[str]:
    """Yield the assignments and returned formulas of the right styles that give a solution away."""
    for style in subject.exercise.right_styles.values():
        for node in ast.walk(_tree(style)):
            if isinstance(node, ast.Return) and node.value is not None and _is_formula(node.value):
                yield ast.unparse(node.value)
            elif isinstance(node, ast.Assign | ast.AugAssign) and _is_formula(node.value):
                yield ast.unparse(node)


def _tree(function: Callable[..., Any]) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return ast.Module([], [])


def _is_formula(node: ast.AST) -> bool:
    """Tell whether an expression has at least two operations or calls."""
    return sum(isinstance(part, ast.BinOp | ast.Call) for part in ast.walk(node)) >= 2


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def check_title_is_a_sentence(subject: Subject) -> None:
    """Students read it above the verdict."""
    title = subject.exercise.title
    if not title.endswith(".") or len(title) < SHORTEST or not title[:1].isupper():
        raise CourseFault(
            f'Its title is "{title}".',
            subject.where(),
            "Let the reference's docstring begin with one line that says what the function does, "
            "with a capital and a full stop.",
        )


@each_case
def check_case_has_a_readable_name(subject: Subject, case: Case) -> None:
    """Authors read it in reports, students in the line that repeats a case."""
    if not READABLE.fullmatch(case.name) or MEANINGLESS.fullmatch(case.name):
        raise CourseFault(
            f'The name "{case.name}" says nothing of the case.',
            subject.where(case.make),
            "Name what is special in it, in small letters: few_units_kept.",
        )


@each_case
def check_case_title_goes_into_a_sentence(subject: Subject, case: Case) -> None:
    """Messages write ``(hidden case: few units are kept)``."""
    if case.title.endswith((".", "!", "?")) or len(case.title) > 80:
        raise CourseFault(
            f'Its title is "{case.title}".',
            subject.where(case.make),
            "Write a short phrase without a full stop: messages put it into brackets.",
        )
