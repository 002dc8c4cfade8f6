"""Comments: the score first, everything escaped, as long as they may be."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.comments import clean, comment_html, comment_text, points_text
from tests.lms.making import record, task

OURS = {"p", "strong", "ul", "li", "br", "code"}


class Tags(HTMLParser):
    """Collects the tags, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    found.close()
    return found


@given(st.text(), st.text(min_size=1))
def test_no_tag_of_a_students_text_is_left(message: str, name: str):
    html = comment_html(record(tasks=(task(name=name, message=message),)))
    found = parsed(html)
    assert found.tags <= OURS
    assert found.attributes == []
    assert not re.search("[\n\r\x00]", html)


def test_an_attack_is_shown_as_text():
    message = "<script>alert(1)</script> & \"x\" 'y'\nsecond `W < 3`"
    html = comment_html(record(tasks=(task(message=message),)))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in html
    assert "<br>second <code>W &lt; 3</code>" in html


def test_the_score_comes_first():
    assert comment_html(record(score=18.5)).startswith("<p><strong>Score: 18.5 of 20</strong></p>")
    assert comment_text(record(score=18.5)).startswith("Score: 18.5 of 20\n")


def test_what_is_to_be_mended_comes_before_what_is_right():
    mended_first = record(tasks=(task("above", status="passed"), task("below")))
    for comment in (comment_html(mended_first), comment_text(mended_first)):
        assert comment.index("below") < comment.index("above")


def test_an_open_score_is_never_a_zero():
    for comment in (comment_html(record(score=None)), comment_text(record(score=None))):
        assert "none yet" in comment
        assert "0 of" not in comment
        assert "– / 20" in comment


def test_a_late_penalty_is_said():
    assert "Late penalty: 2.5 points" in comment_html(record(late_penalty=2.5))
    assert "Late penalty: 2.5 points" in comment_text(record(late_penalty=2.5))


def test_the_comment_speaks_the_notebooks_language():
    assert "得分：15 / 20" in comment_html(record(language="zh"))


def test_a_hidden_task_is_left_out():
    made = record(tasks=(replace(task(), visibility="hidden"),))
    assert "dropout_forward" not in comment_html(made) + comment_text(made)


@given(st.text(), st.integers(120, 400))
def test_a_text_keeps_its_length_its_score_and_its_address(message: str, longest: int):
    made = record(tasks=(task(message=message),) * 3, feedback_url="https://example.org/a/1")
    text = comment_text(made, longest)
    assert len(text) <= longest
    assert text.startswith("Score: 15 of 20\n")
    assert text.endswith("Feedback: https://example.org/a/1")


@given(st.floats(0, 1e5))
def test_points_have_two_decimals_at_most(points: float):
    text = points_text(points)
    assert re.fullmatch(r"\d+(\.\d{1,2})?", text)
    assert abs(float(text) - points) <= 0.00501


@given(st.text())
def test_a_cleaned_text_turns_no_reading_direction(text: str):
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", clean(text))
