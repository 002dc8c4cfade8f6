"""The page of a submission."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.feedback import code
from autograder.feedback.code import code_lines
from autograder.feedback.page import feedback_page
from tests.feedback.reading_html import read
from tests.feedback.samples import (
    FORGETS_TO_RESCALE,
    POINTS,
    lost,
    one_of_each,
    open_,
    passed,
    report,
)

SOURCE = 'def f(A):\n    """Twice A."""\n    return A * 2 if A < 3 else "</code><script>"\n'
HOSTILE = ["<script>alert(1)</script>", "</code></pre>", "\"'><img src=x>", "&amp;", "{{ 7 * 7 }}"]


def test_the_page_shows_who_what_and_how_much():
    page = read(feedback_page(report("Ada", exercises=(passed("predict"),)), {}, "Dropout")).text
    for shown in ("Ada", "Dropout", "10 / 10 points", "predict is right in all 4 cases."):
        assert shown in page


def test_every_exercise_has_its_status_sentence_and_remarks():
    page = read(feedback_page(report(), {})).text
    assert FORGETS_TO_RESCALE in page
    assert "The key keep_probability was read as keep_prob." in page
    for exercise in one_of_each():
        assert exercise.message in page


def test_code_stands_beside_its_exercise():
    page = read(feedback_page(report(exercises=(passed("f"),)), {"f": SOURCE})).text
    assert SOURCE.strip() in page


def test_a_cell_with_all_functions_is_shown_once():
    cell = "".join(f"def {name}(x):\n    return x\n" for name in POINTS) + "# a long way\n" * 200
    page = feedback_page(report(), dict.fromkeys(POINTS, cell))
    assert page.count("def</span>") == len(POINTS)
    shown = [href for href in read(page).values("href") if href.startswith("#code-")]
    assert shown == ["#code-1"] * (len(POINTS) - 1)
    assert len(page.encode()) < 100_000


def test_missing_code_is_said():
    assert "holds no code for this exercise" in feedback_page(report(exercises=(passed("f"),)), {})


def test_not_gradable_asks_for_a_person_and_says_what_to_do():
    page = read(feedback_page(report(exercises=(open_("predict"),)), {})).text
    assert "a person grades this exercise by hand" in page
    assert "ask the instructor and name the exercise predict" in page


def test_an_open_score_is_a_score_so_far():
    assert "27.5 / 100 points so far" in feedback_page(report(), {})


def test_repairs_are_told():
    page = feedback_page(report(repairs=("The cell check_predict was missing.",)), {})
    assert "The cell check_predict was missing." in page


def test_trouble_with_the_whole_submission_is_told_once():
    troubled = report(trouble="The notebook is not valid JSON.", exercises=(open_("predict"),))
    page = read(feedback_page(troubled, {})).text
    assert "The notebook is not valid JSON." in page
    assert "– / 10 points" in page
    assert "Nothing needs to be handed in again" not in page
    assert "Submitted code" not in page


def test_a_report_without_exercises_has_a_page():
    page = read(feedback_page(report(exercises=(), trouble="It is not a notebook."), {}))
    assert "It is not a notebook." in page.text


def test_facts_for_the_instructor_never_appear():
    facts = {"seed": 123456789, "receipt": "r-secret", "expected": [1.5]}
    page = feedback_page(report(facts=facts), {"predict": SOURCE})
    assert "123456789" not in page
    assert "r-secret" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_strangers_stays_text(text: str):
    exercise = lost(text, "failed", text, details=(text,), remarks=(text,))
    page = feedback_page(
        report(text, exercises=(exercise,), repairs=(text,), trouble=text, assignment=text),
        {text: text},
        text,
    )
    reading = read(page)
    assert reading.text.count(text) >= 9


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_gives_a_page_that_can_be_written(text: str, source: str):
    exercise = lost("f", "failed", text, remarks=(text,))
    page = feedback_page(report(text, exercises=(exercise,)), {"f": source}, text)
    read(page)
    page.encode("utf-8")


def test_the_page_is_of_itself_complete():
    page = feedback_page(report(), dict.fromkeys(POINTS, SOURCE), "Dropout")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en"')
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_the_page_says_it_in_english_and_names_itself():
    reading = read(feedback_page(report("Ada"), {}, "Dropout"))
    assert "Feedback: Dropout – Ada" in reading.text
    assert reading.tags.count("h1") == 1


@pytest.mark.parametrize("coloured", [True, False])
def test_code_is_escaped_and_numbered_by_line(monkeypatch, coloured: bool):
    if not coloured:
        monkeypatch.setattr(code, "highlight", None)
    lines, left_out = code_lines(SOURCE)
    assert read(f"<pre>{lines}</pre>").text == SOURCE.strip("\n")
    assert lines.count('<span class="line">') == 3
    assert left_out == 0


@given(st.text())
def test_every_line_of_code_is_balanced_on_its_own(source: str):
    for line in code_lines(source)[0].split("\n"):
        read(str(line))


def test_endless_code_is_cut_and_says_so():
    lines, left_out = code_lines("x = 1\n" * 1000)
    assert lines.count('<span class="line">') == 300
    assert left_out == 700
    assert "700 more lines" in feedback_page(report(), {"predict": "x = 1\n" * 1000})
    assert len(code_lines("x" * 10_000_000)[0]) < 100_000
