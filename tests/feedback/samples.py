"""Reports as a class would get them, for the tests of the pages and tables."""

from autograder.core.report import (
    CRASHED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_GRADABLE,
    PASSED,
    TIMED_OUT,
    ExerciseReport,
    Report,
)

POINTS = {
    "dropout_forward": 20,
    "dropout_backward": 15,
    "forward_propagation_with_dropout": 20,
    "backward_propagation_with_dropout": 20,
    "predict": 10,
    "build_dropout_model": 15,
}
FORGETS_TO_RESCALE = (
    "Divide dA by keep_prob too: the forward pass scaled A by 1/keep_prob, so its gradient carries "
    "the same factor."
)
PASTE = 'from autograder import case; dropout_forward(*case("dropout_forward", "small"))'


def passed(name: str, **more) -> ExerciseReport:
    full = float(POINTS.get(name, 10))
    return ExerciseReport(name, full, full, PASSED, f"{name} is right in all 4 cases.", **more)


def lost(name: str, status: str, message: str, share: float = 0.0, **more) -> ExerciseReport:
    full = float(POINTS.get(name, 10))
    return ExerciseReport(name, full * share, full, status, message, **more)


def open_(name: str) -> ExerciseReport:
    message = (
        "The grader failed here. The notebook is not at fault, and it loses no points for this."
    )
    return ExerciseReport(name, None, float(POINTS.get(name, 10)), NOT_GRADABLE, message)


def public_failure() -> ExerciseReport:
    return lost(
        "dropout_forward",
        FAILED,
        "A_dropped of dropout_forward is 0.3 times the expected value in every element.",
        0.5,
        misconception="no_rescale",
        details=(
            "Case: small.",
            "A_dropped[0, 2] is 0.852221914; expected 2.84073971 (difference 1.99).",
            f"To repeat it: {PASTE}",
        ),
        remarks=(
            "dropout_forward changes its argument A in place. That costs nothing here, but the "
            "caller's array is different afterwards: work on a copy.",
        ),
    )


def one_of_each() -> tuple[ExerciseReport, ...]:
    """The six exercises, one of each status."""
    return (
        passed("dropout_forward"),
        lost(
            "dropout_backward",
            FAILED,
            FORGETS_TO_RESCALE,
            0.5,
            misconception="forgets_to_rescale",
            remarks=("The key keep_probability was read as keep_prob.",),
        ),
        lost(
            "forward_propagation_with_dropout",
            CRASHED,
            "forward_propagation_with_dropout stops with ValueError: operands could not be "
            "broadcast together with shapes (3,5) (2,5) at line 7 of its cell (A2 = A2 * D1). The "
            "two arrays have different shapes: print both shapes.",
        ),
        lost(
            "backward_propagation_with_dropout",
            TIMED_OUT,
            "backward_propagation_with_dropout was still running after 30 s and was stopped. Look "
            "for a loop that never ends.",
        ),
        lost(
            "predict",
            NOT_ATTEMPTED,
            "predict is not written yet: its body computes nothing.",
        ),
        open_("build_dropout_model"),
    )


def report(student: str = "ada", **more) -> Report:
    more.setdefault("exercises", one_of_each())
    more.setdefault("assignment", "dropout")
    return Report(student=student, **more)
