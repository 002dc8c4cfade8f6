"""Points of ours as points of an LMS's column."""

from autograder.lms.comments import points_text
from autograder.lms.record import ResultRecord


def scaled(record: ResultRecord, maximum: float | None) -> str | None:
    """Return the score as text, on a scale up to `maximum`; None where there is no score.

    Never below 0 or above the maximum, which LMSs refuse without a word. Unscaled where the maximum
    is None.
    """
    if record.score is None:
        return None
    if maximum is None:
        return points_text(min(max(record.score, 0.0), record.max_score))
    if record.max_score <= 0:
        return None
    share = min(max(record.score / record.max_score, 0.0), 1.0)
    return points_text(min(share * maximum, maximum))


def number(text: str) -> float | None:
    """Read a number with a decimal point or comma; None for anything else."""
    text = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if "," in text and "." in text:
        thousands = "," if text.rindex(",") < text.rindex(".") else "."
        text = text.replace(thousands, "")
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if 0 <= found < 1e6 else None
