"""The Chinese sentences say what the English ones say, in Chinese."""

import re

import pytest

from autograder.core.finding import Remark
from autograder.core.outcome import Died, Raised, TimedOut
from autograder.core.words import Chinese, en, en_errors, exceptions, zh, zh_errors
from tests.core import strange
from tests.core.revealing import REVEALING
from tests.core.toy import bias_pulled, no_penalty
from tests.core.verdicts import key_of, verdict

WORDS = Chinese()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b(is|are|has|of|expected|which|with|the|an?|and|returns?|not)\b")


def is_chinese(text):
    """Chinese throughout: only names of the code, and Python's own texts, are not."""
    return bool(CHINESE.search(text)) and not ENGLISH.search(text) and text.endswith("。")


def test_the_languages_know_the_same_findings_and_exceptions():
    assert zh.SENTENCES.keys() == en.SENTENCES.keys()
    assert zh.REMARKS.keys() == en.REMARKS.keys()
    assert zh_errors.HINTS.keys() == en_errors.HINTS.keys()
    assert zh_errors.HINTS.keys() == {kind for _, _, kind in exceptions.KINDS}


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("name", strange.FOREIGN)
def test_a_strange_result_is_told_in_chinese(name, public):
    value, _ = strange.FOREIGN[name]
    for exercise in ("scale", "masked_scale"):
        report = verdict(
            exercise,
            lambda *arguments: value if len(arguments) == 2 else (arguments[0], value),
            public=public,
            words=WORDS,
        )
        said = report.message.replace(key_of(exercise).cases[report.case].title, "")
        assert is_chinese(said), said


@pytest.mark.parametrize(("name", "function"), REVEALING)
def test_a_wrong_answer_is_told_in_chinese(name, function):
    report = verdict(name, function, public=True, words=WORDS)
    if report.status == "failed" and report.misconception is None:
        assert is_chinese(report.message), report.message


def test_what_authors_say_comes_from_the_catalogue():
    words = Chinese({"Add the penalty's slope.": "请加上惩罚项的斜率。"})
    report = verdict("slopes", no_penalty, words=words)
    assert report.message == "请加上惩罚项的斜率。"
    other = verdict("slopes", bias_pulled, words=words)
    assert other.message == "Leave the bias alone."


def test_titles_of_cases_come_from_the_catalogue():
    title = key_of("scale").cases["wide"].title
    words = Chinese({title: "宽的数组"})
    hidden = verdict("scale", lambda A, factor: A + factor, words=words)
    public = verdict("scale", lambda A, factor: A + factor, words=words, public=True)
    assert hidden.message.endswith("（隐藏用例：宽的数组）。")
    assert public.details[0] == "用例：宽的数组。"
    assert re.search(r"A_scaled\[\d, \d\] 是 [\d.]+；应当是 [\d.]+（相差 ", public.details[1])
    assert public.details[2].endswith('from autograder import case; scale(*case("scale", "wide"))')


@pytest.mark.parametrize(
    "error", [Raised("Error", "", 3, "x = y"), TimedOut(9), Died("signal SIGKILL"), Died()]
)
def test_a_stopped_cell_is_told_in_chinese(error):
    assert is_chinese(WORDS.cell_stopped(key_of("scale"), error))


def test_a_hint_follows_in_chinese():
    said = WORDS.cell_stopped(key_of("scale"), Raised("NameError", "x", 1, "x"))
    assert said.endswith("因此函数不存在。这个名字在那里没有定义：请检查拼写，或者先定义它。")


@pytest.mark.parametrize("kind", en.REMARKS)
def test_every_remark_has_its_chinese(kind):
    note = Remark(kind, ("W1", "w1"))
    (said,) = WORDS.remarks(key_of("scale"), [note, note])
    assert is_chinese(said)


def test_the_other_sentences_are_chinese():
    key = key_of("scale")
    for said in (
        WORDS.passed(key),
        WORDS.right_in_own_way(key),
        WORDS.unwritten(key),
        WORDS.missing(key),
        WORDS.not_a_function(key, "ndarray"),
        WORDS.grader_trouble(),
    ):
        assert is_chinese(said)
