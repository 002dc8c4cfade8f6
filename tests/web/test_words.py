"""Both languages can say the same, with the same things filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

import autograder.web
from autograder.database.tables import AttemptState, OutboxState
from autograder.lti.steps import SENTENCES
from autograder.service import policies
from autograder.web.exports import FORMATS
from autograder.web.words import words_of

ENGLISH, CHINESE = words_of("en"), words_of("zh")
BRACES = re.compile(r"\{(\w*)\}")


def sentences(words: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Return every sentence with its place."""
    if isinstance(words, str):
        yield path, words
    elif isinstance(words, Mapping):
        for name, value in words.items():
            yield from sentences(value, f"{path}.{name}")
    elif is_dataclass(words):
        for field in fields(words):
            yield from sentences(getattr(words, field.name), f"{path}.{field.name}")


def test_both_say_the_same_things():
    assert dict(sentences(ENGLISH)).keys() == dict(sentences(CHINESE)).keys()


def test_the_same_is_filled_in():
    filled = [
        {path: sorted(BRACES.findall(text)) for path, text in sentences(words)}
        for words in (ENGLISH, CHINESE)
    ]
    assert filled[0] == filled[1]


def test_nothing_is_left_untranslated():
    english, chinese = dict(sentences(ENGLISH)), dict(sentences(CHINESE))
    same = {path for path, text in english.items() if chinese[path] == text}
    assert same == set()


def test_no_sentence_is_empty_or_ends_in_a_space():
    for words in (ENGLISH, CHINESE):
        assert [path for path, text in sentences(words) if text.strip() != text or not text] == []


def test_every_state_and_reason_has_a_word():
    for words in (ENGLISH, CHINESE):
        assert set(get_args(AttemptState)) <= words.student.states.keys()
        assert set(get_args(OutboxState)) <= words.student.gradebook.keys()
        assert set(get_args(OutboxState)) | {"none", "locked"} <= words.teacher.delivery.keys()
        assert words.teacher.because.keys() == SENTENCES.keys()
        assert words.teacher.formats.keys() == FORMATS.keys()
        assert words.teacher.keeps.keys() == words.student.keep.keys()
        reasons = {
            policies.CLOSED, policies.NO_ATTEMPT_LEFT, policies.ONE_AT_WORK,
            policies.TOO_MANY_THIS_HOUR, policies.COOLING_DOWN,
        }  # fmt: skip
        assert words.student.refusals.keys() == reasons


def test_every_page_that_stops_a_request_has_words():
    code = "".join(path.read_text() for path in Path(autograder.web.__path__[0]).glob("*.py"))
    codes = set(re.findall(r"StopError\(\s*\"(\w+)\"", code)) | set(
        re.findall(r'code="(\w+)"', code)
    )
    assert codes
    assert codes <= ENGLISH.messages.keys()


def test_every_word_is_used():
    package = Path(autograder.web.__path__[0])
    used = "".join(
        path.read_text() for pattern in ("*.py", "templates/*") for path in package.glob(pattern)
    )
    unused = [
        field.name
        for words in (ENGLISH, ENGLISH.student, ENGLISH.teacher)
        for field in fields(words)
        if not re.search(rf"\.{field.name}\b", used) and not field.name.startswith("done_")
    ]
    assert unused == []


def test_a_language_that_is_not_known_is_answered_in_english():
    assert words_of("de-DE") is words_of(None) is ENGLISH
    assert words_of("zh-TW") is words_of("ZH") is CHINESE
