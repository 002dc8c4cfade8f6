"""The block below `check(f)` and in each grade cell of nbgrader's feedback: HTML and its text twin.

The HTML carries its style in attributes, takes the text's colour from the page around it (so it
fits light and dark themes), and uses only div, span, strong, code, ul and li, the elements that
nbconvert leaves in place when it sanitizes; without the styles it still reads line by line.
No template engine: students have jinja2 only by chance.
"""

import re
import textwrap
from collections.abc import Sequence
from html import escape

from autograder.core.report import ExerciseReport
from autograder.feedback.labels import ENGLISH, Labels, status_word
from autograder.feedback.looks import Look, look_of
from autograder.feedback.text import Span, name_of, points, spans

MONOSPACE = "font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:0.92em"
CHIP = f"{MONOSPACE};color:inherit;background-color:rgba(127,127,127,0.16);border-radius:3px"
# One click selects the whole line to paste.
PASTED = "display:block;padding:5px 9px;margin-top:2px;user-select:all"
TEXT_WIDTH = 80
WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")  # a Chinese sign takes two columns


def html_block(report: ExerciseReport, labels: Labels = ENGLISH) -> str:
    """Return the verdict on one exercise as a piece of HTML, all text escaped."""
    look = look_of(report.status)
    parts = [
        _head(report, look, labels),
        _div(_prose(report.message), "margin-top:6px"),
        *(_div(_prose(line), "margin-top:4px") for line in report.details),
        _remarks(report.remarks, labels),
    ]
    return _card(look, _title(report, labels), "".join(parts))


def text_block(report: ExerciseReport, labels: Labels = ENGLISH) -> str:
    """Return the same verdict as plain text, at most `TEXT_WIDTH` wide but for lines to paste."""
    paragraphs = [report.message, *report.details]
    lines = [f"{look_of(report.status).icon} {_title(report, labels)}"]
    lines += [line for paragraph in paragraphs for line in _wrapped(paragraph, "  ")]
    if report.remarks:
        lines.append(f"  {labels.remarks}:")
        lines += [line for remark in report.remarks for line in _wrapped(remark, "    ", "  - ")]
    return "\n".join(lines)


def points_of(report: ExerciseReport, labels: Labels = ENGLISH) -> str:
    """Return points earned and possible, in words; a dash where the grader gave none."""
    return labels.points.format(out_of=out_of(report.score, report.max_score, labels))


def out_of(score: float | None, max_score: float, labels: Labels = ENGLISH) -> str:
    """Return points earned and possible as numbers alone."""
    earned = "–" if score is None else points(score)
    return labels.out_of.format(score=earned, max_score=points(max_score))


def _title(report: ExerciseReport, labels: Labels) -> str:
    return labels.part_of_total.format(
        name=name_of(report.name),
        status=status_word(labels, report.status),
        points=points_of(report, labels),
    )


def _card(look: Look, title: str, content: str) -> str:
    style = (
        f"background-color:{look.tint(0.08)};border:1px solid {look.tint(0.45)};"
        f"border-left:6px solid {look.colour};border-radius:6px;color:inherit;"
        "padding:10px 14px;margin:6px 0;max-width:52em;font-size:14px;line-height:1.5;"
        "overflow-wrap:anywhere;white-space:normal"
    )
    return f'<div role="group" aria-label="{escape(title)}" style="{style}">{content}</div>'


def _head(report: ExerciseReport, look: Look, labels: Labels) -> str:
    badge = (
        f"background-color:{look.colour};color:#ffffff;border-radius:4px;padding:2px 8px;"
        "font-weight:600;white-space:nowrap"
    )
    plain = f"{MONOSPACE};color:inherit;background-color:transparent;padding:0 4px"
    word, name = escape(status_word(labels, report.status)), escape(name_of(report.name))
    return (
        f'<div><span style="{badge}"><span aria-hidden="true">{look.icon}</span> {word}</span> '
        f'<strong><code style="{plain}">{name}</code></strong> '
        f'<span style="white-space:nowrap">{escape(points_of(report, labels))}</span></div>'
    )


def _remarks(remarks: Sequence[str], labels: Labels) -> str:
    if not remarks:
        return ""
    items = "".join(f'<li dir="auto">{_prose(remark)}</li>' for remark in remarks)
    head = f"<strong>{escape(labels.remarks)}</strong>"
    listed = f'<ul style="margin:2px 0 0;padding-left:1.4em">{items}</ul>'
    return f'<div style="margin-top:8px">{head}{listed}</div>'


def _div(content: str, style: str) -> str:
    return f'<div dir="auto" style="{style}">{content}</div>'


def _prose(text: str) -> str:
    return "".join(_html_of(span) for span in spans(text)).replace("\n", " ")


def _html_of(span: Span) -> str:
    if not span.code:
        return escape(span.text)
    style = f"{CHIP};{PASTED if span.alone else 'padding:1px 4px'};white-space:pre-wrap"
    return f'<code dir="ltr" style="{style}">{escape(span.text)}</code>'


def _wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Wrap a paragraph; a line to paste stays whole, on a line of its own."""
    pieces = spans(text)
    prose = "".join(
        f"`{span.text}`" if span.code else span.text for span in pieces if not span.alone
    )
    lines = textwrap.wrap(
        prose,
        TEXT_WIDTH // 2 if WIDE.search(prose) else TEXT_WIDTH,
        initial_indent=first or indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return lines + [f"{indent}  {span.text}" for span in pieces if span.alone]
