"""Settings: what stands in lti.toml, and what is refused with a sentence."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Course
from autograder.service.settings import (
    KEYS,
    POLICY_KEYS,
    NewLinkPolicy,
    Settings,
    SettingsError,
    load_settings,
    settings_from,
)

URL = "https://keepprob.example.edu"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def made(course: Course, **found: Any) -> Settings:
    return settings_from(course, {"public_url": URL, **found})


def test_only_the_address_is_needed(course: Course):
    settings = made(course)
    assert settings.public_url == URL
    assert settings.data == course.root / ".autograder" / "lti"
    assert settings.database == f"sqlite:///{settings.data / 'lti.db'}"
    assert settings.keys_folder == settings.data / "keys"
    assert settings.policy == NewLinkPolicy()
    assert settings.url("/lti/launch") == f"{URL}/lti/launch"


def test_the_slash_at_the_end_is_left_out(course: Course):
    assert made(course, public_url=URL + "/").public_url == URL


def test_the_data_folder_takes_the_database_along(course: Course):
    settings = made(course, data="/srv/keepprob")
    assert settings.data == Path("/srv/keepprob")
    assert settings.database == "sqlite:////srv/keepprob/lti.db"
    other = made(course, database="postgresql+psycopg://keepprob@/keepprob")
    assert other.database == "postgresql+psycopg://keepprob@/keepprob"


def test_a_policy_for_new_links_is_read(course: Course):
    found = {"keep": "last", "attempts_allowed": 3, "late_penalty_per_day": 0.1}
    policy = made(course, policy=found).policy
    assert policy == NewLinkPolicy("last", 3, late_penalty_per_day=0.1)
    assert made(course, policy={"attempts_allowed": 0}).policy.attempts_allowed is None


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://kit.localhost", "https://a:8443"])
def test_an_address_may_be(course: Course, url: str):
    assert made(course, public_url=url).public_url == url


@pytest.mark.parametrize(
    "url",
    ["http://a.example", "https://", "a.example", "https://a.example/kit", "https://u@a.example",
     "https://a.example?x=1", "https://a:port", 3],
)  # fmt: skip
def test_an_address_may_not_be(course: Course, url: Any):
    with pytest.raises(SettingsError, match=r"lti\.toml: public_url is .*\. Expected "):
        made(course, public_url=url)


def test_an_address_must_be_there(course: Course):
    with pytest.raises(SettingsError, match="does not say public_url"):
        settings_from(course, {})


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"bind": "8000"}, "bind is '8000'"),
        ({"bind": "127.0.0.1:99999"}, "bind is"),
        ({"web_workers": 0}, "a whole number from 1 up"),
        ({"web_workers": True}, "a whole number from 1 up"),
        ({"retention_days": -1}, "a whole number from 0 up"),
        ({"ask_names": "yes"}, "true or false"),
        ({"title": 3}, "a text in quotes"),
        ({"policy": "best"}, r"a table \[policy\]"),
        ({"policy": {"keep": "worst"}}, "policy.keep is 'worst'. Expected best or last or first"),
        ({"policy": {"late_penalty_cap": 2}}, "a share of the points from 0 to 1"),
        ({"policy": {"late_penalty_cap": True}}, "a share of the points from 0 to 1"),
    ],
)
def test_a_value_that_cannot_be_is_refused(course: Course, found: dict[str, Any], sentence: str):
    with pytest.raises(SettingsError, match=sentence):
        made(course, **found)


def test_a_key_that_means_nothing_is_refused_and_its_neighbour_named(course: Course):
    with pytest.raises(SettingsError, match=r"a key webworkers, .*Is web_workers meant\?"):
        made(course, webworkers=2)
    with pytest.raises(SettingsError, match=r"a key policy\.kep, .*Is policy\.keep meant\?"):
        made(course, policy={"kep": "best"})
    with pytest.raises(SettingsError, match=r"which means nothing here\. Known are"):
        made(course, zzz=1)


def test_the_file_is_read(course: Course, tmp_path: Path):
    (tmp_path / "lti.toml").write_text(f'public_url = "{URL}"\nbind = "unix:/run/kp.sock"\n')
    assert load_settings(course).bind == "unix:/run/kp.sock"
    other = tmp_path / "other.toml"
    other.write_text(f'public_url = "{URL}"\n')
    assert load_settings(course, other).bind == "127.0.0.1:8000"


def test_the_file_that_init_writes_says_every_key_and_its_default(course: Course):
    text = files("autograder.service").joinpath("lti.toml").read_text(encoding="utf-8")
    assert settings_from(course, tomllib.loads(text)) == made(course)
    uncommented = re.sub(r"^# (?=\w+ = )", "", text, flags=re.M)
    found = tomllib.loads(uncommented)
    assert settings_from(course, found) == made(course)
    assert set(found) == set(KEYS)
    assert set(found["policy"]) == set(POLICY_KEYS)


def test_a_missing_or_broken_file_is_explained(course: Course, tmp_path: Path):
    with pytest.raises(SettingsError, match="autograder lti init"):
        load_settings(course)
    (tmp_path / "lti.toml").write_text("public_url = ")
    with pytest.raises(SettingsError, match="is no TOML file"):
        load_settings(course)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(course, tmp_path)
