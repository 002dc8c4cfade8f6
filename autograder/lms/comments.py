"""The comment beside a score: HTML for Moodle and Gradescope, plain text for LTI and tables.

Whatever a record says may come from a student's code, and LMSs print comments as they come:
everything is escaped here.
"""

import html
import re

from autograder.core.report import PASSED
from autograder.lms.record import ResultRecord, TaskResult
from autograder.lms.words import words_of

LONGEST_TEXT = 1000
LONGEST_MESSAGE = 1500

# Control characters, half characters, and the marks that turn the reading direction around.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_CODE = re.compile(r"(`{1,2})([^`\n]+)\1")


def clean(text: str) -> str:
    """Return the text without what cannot be shown, on Unix's line ends."""
    return _UNSHOWABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def points_text(points: float) -> str:
    """Return points as every LMS reads them: a point, at most two decimals, no needless zero."""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def comment_html(record: ResultRecord) -> str:
    """Return the comment as HTML on one line, everything escaped; no link, style or script."""
    words = words_of(record.language)
    parts = [f"<p><strong>{_escaped(_score_line(record))}</strong></p>"]
    if record.late_penalty:
        late = words.late.format(points=points_text(record.late_penalty))
        parts.append(f"<p>{_escaped(late)}</p>")
    if tests := _told(record):
        items = "".join(f"<li>{test_html(test, record.language)}</li>" for test in tests)
        parts.append(f"<ul>{items}</ul>")
    return "".join(parts)


def test_html(test: TaskResult, language: str) -> str:
    """Return what is said of one task, as HTML on one line."""
    head = f"<strong>{_escaped(test.name)}</strong>: {_escaped(_verdict(test))}"
    remarks = [words_of(language).remark.format(text=remark) for remark in test.remarks]
    said = [_escaped(text) for text in [test.message_text, *remarks] if text]
    return "<br>".join([head, *said])


def comment_text(record: ResultRecord, longest: int = LONGEST_TEXT) -> str:
    """Return the comment as plain text: the score, a line for each task, the page's address last.

    longest: characters; what is over it is cut, never the score or the address.
    """
    words = words_of(record.language)
    head = [_score_line(record)]
    if record.late_penalty:
        head.append(words.late.format(points=points_text(record.late_penalty)))
    tail = [words.page.format(url=record.feedback_url)] if record.feedback_url else []
    lines = [
        clean(f"{test.name}: {_verdict(test)} {test.message_text}".strip())
        for test in _told(record)
    ]
    room = longest - len("\n".join([*head, *tail])) - 1
    body = "\n".join(lines)
    if len(body) > room:
        body = body[: max(room - 1, 0)] + "…"
    return "\n".join([*head, *([body] if lines else []), *tail])


def _told(record: ResultRecord) -> list[TaskResult]:
    """Return what is said of, tasks with something to mend first: LMSs fold or cut a comment."""
    shown = [test for test in record.tests if test.visibility != "hidden"]
    return sorted(shown, key=lambda test: test.status == PASSED)


def _score_line(record: ResultRecord) -> str:
    words, out_of = words_of(record.language), points_text(record.max_score)
    if record.score is None:
        return words.no_score_yet.format(max_points=out_of)
    return words.score.format(points=points_text(record.score), max_points=out_of)


def _verdict(test: TaskResult) -> str:
    score = "–" if test.score is None else points_text(test.score)
    return f"{test.verdict or test.status}, {score} / {points_text(test.max)}."


def _escaped(text: str) -> str:
    """Return text as HTML: escaped, code in <code>, line ends as <br>."""
    text = clean(text)
    cut = text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"
    safe = html.escape(cut, quote=True)
    return _CODE.sub(r"<code>\2</code>", safe).replace("\n", "<br>").replace("\t", " ")
