"""The fixed words around a report. Another language is another `Labels`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from autograder.core.report import (
    CRASHED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_GRADABLE,
    PASSED,
    TIMED_OUT,
)


@dataclass(frozen=True)
class Labels:
    """Words of one language, plain text. In braces: what `str.format` fills in."""

    lang: str
    direction: str
    status: Mapping[str, str]
    meaning: Mapping[str, str]
    points: str
    out_of: str
    points_so_far: str
    remarks: str
    feedback: str
    assignment: str
    student: str
    attempt: str
    score: str
    exercise: str
    result: str
    part_of_total: str
    trouble: str
    trouble_next: str
    repairs: str
    your_code: str
    no_code: str
    lines_left_out: str
    about_points: str
    overview: str
    submissions: str
    median: str
    full_points: str
    waiting: str
    scores: str
    scores_alt: str
    scores_axis: str
    as_table: str
    in_exercise: str
    about_overview: str
    score_range: str
    no_score: str
    students_count: str
    mean: str
    by_exercise: str
    misconceptions: str
    no_misconceptions: str
    students: str
    main_remark: str
    flagged: str
    about_flags: str
    legend: str
    scrollable: str


ENGLISH = Labels(
    lang="en",
    direction="ltr",
    status=MappingProxyType(
        {
            PASSED: "Passed",
            FAILED: "Not right yet",
            CRASHED: "Stopped with an error",
            TIMED_OUT: "Took too long",
            NOT_ATTEMPTED: "Not written yet",
            NOT_GRADABLE: "Waits for a person",
        }
    ),
    meaning=MappingProxyType(
        {
            NOT_GRADABLE: (
                "No points are lost: a person grades this exercise by hand, and the score follows. "
                "Nothing needs to be handed in again. If the score is still missing when marks are "
                "returned, ask the instructor and name the exercise {name}."
            ),
        }
    ),
    points="{out_of} points",
    out_of="{score} / {max_score}",
    points_so_far="{out_of} points so far",
    remarks="Worth knowing (costs nothing)",
    feedback="Feedback",
    assignment="Assignment",
    student="Student",
    attempt="Attempt",
    score="Score",
    exercise="Exercise",
    result="Result",
    part_of_total="{name}: {status}, {points}",
    trouble="This submission could not be graded automatically",
    trouble_next=(
        "A person will look at it, and the score follows. If it is still missing when marks are "
        "returned, ask the instructor."
    ),
    repairs="Repaired before grading",
    your_code="Submitted code",
    no_code="The notebook holds no code for this exercise.",
    lines_left_out="… {count} more lines",
    about_points=(
        "The points are those of the exercises on this page. Written answers, where an assignment "
        "has any, are graded by a person and are not counted here."
    ),
    overview="Overview",
    submissions="Submissions",
    median="Median score",
    full_points="Full points",
    waiting="Waiting for a person",
    scores="Scores",
    scores_alt="Number of submissions by score, in percent of the points",
    scores_axis="score, in percent",
    as_table="As a table",
    in_exercise="in {name}",
    about_overview=(
        "Percentages are of the points that are graded automatically; submissions that wait for a "
        "person have no score yet and are left out of means and medians. Two misconceptions at "
        "once count for both."
    ),
    score_range="Score",
    no_score="none yet",
    students_count="Submissions",
    mean="Mean",
    by_exercise="Exercise by exercise",
    misconceptions="Commonest misconceptions",
    no_misconceptions="No known misconception was recognised.",
    students="Students",
    main_remark="What cost most",
    flagged="Worth a look",
    about_flags=(
        "These notebooks hold code that no exercise asks for. It changed no score, and most of it "
        "is harmless; a person decides what it means."
    ),
    legend="Legend",
    scrollable="{name} (scrolls sideways)",
)


def status_word(labels: Labels, status: str) -> str:
    """Return the words for a status; one that is unknown here waits for a person."""
    return labels.status.get(status, labels.status[NOT_GRADABLE])


def meaning_of(labels: Labels, status: str, name: str) -> str | None:
    """Return what a status means and what to do next, where the sentence alone does not say."""
    meaning = labels.meaning.get(status)
    return meaning.format(name=name) if meaning else None
