"""Coursera: the feedback of a custom grader."""

from typing import Any

from autograder.lms.comments import clean, comment_text
from autograder.lms.record import ResultRecord

LONGEST_FEEDBACK = 5000


def feedback(record: ResultRecord) -> dict[str, Any] | None:
    """Return what feedback.json holds beside a page in htmlFeedback.html; None without a score.

    Coursera knows no open score: where there is none, the grader has to fail, and no file is
    written.
    """
    if record.score is None or record.max_score <= 0:
        return None
    share = min(max(record.score / record.max_score, 0.0), 1.0)
    return {
        "fractionalScore": float(share),
        "feedback": comment_text(record, LONGEST_FEEDBACK),
        "feedbackType": "HTML",
    }


def refusal(sentence: str) -> dict[str, Any]:
    """Return what feedback.json holds beside a text in txtFeedback.txt: for no notebook at all.

    Handing in again mends that, so it is 0 points and no failure of the grader.
    """
    return {"fractionalScore": 0.0, "feedback": clean(sentence), "feedbackType": "TXT"}
