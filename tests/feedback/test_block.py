"""The block below `check(f)`: what it shows, that it is safe, that it survives a sanitizer."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.report import STATUSES
from autograder.feedback.block import TEXT_WIDTH, html_block, text_block
from autograder.feedback.labels import ENGLISH
from autograder.feedback.looks import LOOKS
from tests.feedback.reading_html import read
from tests.feedback.samples import PASTE, one_of_each, open_, passed, public_failure

# What nbconvert leaves in place when it sanitizes.
PLAIN_TAGS = {"div", "span", "strong", "code", "ul", "li"}


@pytest.mark.parametrize("report", one_of_each(), ids=lambda report: report.status)
def test_a_status_is_told_by_a_word_and_an_icon(report):
    for shown in (read(html_block(report)).text, text_block(report)):
        assert ENGLISH.status[report.status] in shown
        assert LOOKS[report.status].icon in shown


def test_both_twins_show_name_points_and_sentence():
    report = public_failure()
    for shown in (read(html_block(report)).text, text_block(report)):
        assert "dropout_forward" in shown
        assert "10 / 20 points" in shown
        assert report.message in shown


def test_both_twins_show_values_and_remarks():
    for shown in (read(html_block(public_failure())).text, text_block(public_failure())):
        assert "A_dropped[0, 2] is 0.852221914; expected 2.84073971" in shown
        assert ENGLISH.remarks in shown
        assert "changes its argument A in place" in shown


def test_the_line_to_paste_is_code_and_whole():
    assert PASTE in read(html_block(public_failure())).text
    assert f"    {PASTE}" in text_block(public_failure()).splitlines()


def test_a_missing_score_is_no_zero():
    report = open_("predict")
    assert "– / 10 points" in html_block(report)
    assert "– / 10 points" in text_block(report)


def test_not_gradable_asks_for_a_person():
    assert "Waits for a person" in read(html_block(open_("predict"))).text
    assert "Waits for a person" in text_block(open_("predict"))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "</code></div><img src=x onerror=y>", "\"'><b>", "&lt;"]
)
def test_text_of_strangers_stays_text(text: str):
    report = replace(
        public_failure(), name=text, message=text, details=(text, f"`{text}`"), remarks=(text,)
    )
    reading = read(html_block(report))
    assert set(reading.tags) <= PLAIN_TAGS
    assert reading.text.count(text) == 5


@given(st.text(), st.sampled_from([*STATUSES, "of a later version"]))
def test_any_text_gives_a_balanced_block(text: str, status: str):
    report = replace(public_failure(), status=status, message=text, details=(text,), name=text)
    assert set(read(html_block(report)).tags) <= PLAIN_TAGS
    assert text_block(report)


def test_a_very_long_message_stays_readable():
    report = replace(passed("f"), message="word " * 100_000, name="n" * 10_000)
    assert len(html_block(report)) < 6000
    assert max(map(len, text_block(report).splitlines()[1:])) <= TEXT_WIDTH


def test_the_text_twin_controls_no_terminal():
    report = replace(passed("f"), message="\x1b[2Jgone \x1b]0;title\x07 \x9b31m")
    assert not set(text_block(report)) & set("\x1b\x07\x9b")


def test_two_blocks_fit_on_one_page():
    read(html_block(passed("f")) + html_block(passed("f")))


def test_the_block_survives_nbconverts_sanitizer():
    strings = pytest.importorskip("nbconvert.filters.strings")
    reading = read(strings.clean_html(html_block(public_failure())))
    assert public_failure().message in reading.text
    assert PASTE in reading.text
    assert "<" not in reading.text


def test_students_need_neither_jinja2_nor_rich():
    found = subprocess.run(
        [sys.executable, "-c", "import sys, autograder.feedback.block\n"
         "print({'jinja2', 'markupsafe', 'rich', 'pygments'} & set(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "set()"
