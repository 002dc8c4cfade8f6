"""The service's settings: the file `lti.toml` in the course's folder, or another one."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autograder.core.errors import ExplainedError
from autograder.course.layout import Course
from autograder.service.policies import BEST, FIRST, LAST, PER_HOUR

FILE = "lti.toml"
MAKE = "Write one, with comments, by: autograder lti init"


class SettingsError(ExplainedError):
    """The settings cannot be used; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class NewLinkPolicy:
    """The policy of an assignment that appears in a course for the first time.

    Its teacher may change it there; see `autograder.service.policies.Rules`.
    """

    keep: str = BEST
    attempts_allowed: int | None = None
    cool_down_seconds: int = 0
    late_penalty_per_day: float = 0.0
    late_penalty_cap: float = 1.0


@dataclass(frozen=True)
class Settings:
    """What `lti.toml` says. docs/reference/lti-settings.md describes every key.

    data: the folder for keys and the SQLite file. database: an address of SQLAlchemy's.
    grading_workers: 0 for one a core. ca_file: certificates of an authority of your own, or None.
    retention_days: 0 keeps everything.
    """

    course: Course
    public_url: str
    data: Path
    database: str
    title: str = "KeepProb"
    description: str = ""
    bind: str = "127.0.0.1:8000"
    web_workers: int = 2
    web_threads: int = 4
    grading_workers: int = 0
    upload_bytes: int = 5_000_000
    attempts_per_hour: int = PER_HOUR
    ask_names: bool = True
    ask_emails: bool = False
    retention_days: int = 400
    allow_private_addresses: bool = False
    ca_file: Path | None = None
    policy: NewLinkPolicy = field(default_factory=NewLinkPolicy)

    @property
    def keys_folder(self) -> Path:
        """Where the tool's private keys lie."""
        return self.data / "keys"

    def url(self, path: str = "") -> str:
        """Return the address of a path of ours, such as ``/lti/launch``."""
        return f"{self.public_url}{path}"

    def attempt_url(self, public_id: str) -> str:
        """Return the address of an attempt's page, which asks for a launch first."""
        return self.url(f"/a/attempt/{public_id}")


def load_settings(course: Course, file: Path | None = None) -> Settings:
    """Read the settings. Raises SettingsError."""
    file = file or course.root / FILE
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"There are no settings of the LTI tool: no {file}. {MAKE}") from error
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"{file} is no TOML file: {error}. Mend that line.") from error
    return settings_from(course, found, str(file))


def settings_from(course: Course, found: Mapping[str, Any], source: str = FILE) -> Settings:
    """Return settings from the file's contents. Raises SettingsError, which names `source`."""
    reading = _Reading(found, source)
    data = course.root / reading.text("data", str(course.state / "lti"))
    policy = _Reading(reading.table("policy"), source, "policy.")
    settings = Settings(
        course=course,
        public_url=reading.public_url(),
        data=data,
        database=reading.text("database", "") or f"sqlite:///{data / 'lti.db'}",
        bind=reading.bind(),
        ca_file=course.root / ca_file if (ca_file := reading.text("ca_file", "")) else None,
        policy=NewLinkPolicy(
            keep=policy.one_of("keep", (BEST, LAST, FIRST)),
            attempts_allowed=policy.number("attempts_allowed", 0, least=0) or None,
            cool_down_seconds=policy.number("cool_down_seconds", 0, least=0),
            late_penalty_per_day=policy.share("late_penalty_per_day", 0.0),
            late_penalty_cap=policy.share("late_penalty_cap", 1.0),
        ),
        **reading.simple_ones(),
    )
    reading.refuse_others(KEYS)
    policy.refuse_others(POLICY_KEYS)
    return settings


DEFAULTS: dict[str, Any] = {item.name: item.default for item in fields(Settings)}
TEXTS = ("title", "description")
NUMBERS = {
    "web_workers": 1,
    "web_threads": 1,
    "grading_workers": 0,
    "upload_bytes": 10_000,
    "attempts_per_hour": 1,
    "retention_days": 0,
}
SWITCHES = ("ask_names", "ask_emails", "allow_private_addresses")
KEYS = tuple(item.name for item in fields(Settings) if item.name != "course")
POLICY_KEYS = tuple(item.name for item in fields(NewLinkPolicy))


class _Reading:
    """Values of one table, each checked. Methods raise SettingsError."""

    def __init__(self, found: Mapping[str, Any], source: str, prefix: str = "") -> None:
        self._found, self._source, self._prefix = found, source, prefix

    def simple_ones(self) -> dict[str, Any]:
        """Return those whose kind is all that has to be right."""
        texts = {name: self.text(name, DEFAULTS[name]) for name in TEXTS}
        numbers = {name: self.number(name, DEFAULTS[name], NUMBERS[name]) for name in NUMBERS}
        switches = {name: self.switch(name, DEFAULTS[name]) for name in SWITCHES}
        return {**texts, **numbers, **switches}

    def text(self, key: str, default: str) -> str:
        value = self._found.get(key, default)
        return value if isinstance(value, str) else self._refuse(key, "a text in quotes")

    def number(self, key: str, default: int, least: int) -> int:
        value = self._found.get(key, default)
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        return int(value) if fits else self._refuse(key, f"a whole number from {least} up")

    def share(self, key: str, default: float) -> float:
        value = self._found.get(key, default)
        fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        return float(value) if fits else self._refuse(key, "a share of the points from 0 to 1")

    def switch(self, key: str, default: bool) -> bool:
        value = self._found.get(key, default)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self._found.get(key, known[0])
        return str(value) if value in known else self._refuse(key, " or ".join(known))

    def table(self, key: str) -> Mapping[str, Any]:
        value = self._found.get(key, {})
        return value if isinstance(value, dict) else self._refuse(key, f"a table [{key}]")

    def public_url(self) -> str:
        """Return the address without the slash at its end."""
        if "public_url" not in self._found:
            raise SettingsError(
                f"{self._source} does not say public_url, the address at which browsers reach the "
                'tool. Add a line such as: public_url = "https://keepprob.example.edu"'
            )
        value = self.text("public_url", "").rstrip("/")
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            return self._refuse("public_url", URL_EXPECTED)
        local = host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
        secure = parts.scheme == "https" or (parts.scheme == "http" and local)
        bare = value == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
        return value if secure and host and bare else self._refuse("public_url", URL_EXPECTED)

    def bind(self) -> str:
        value = self.text("bind", DEFAULTS["bind"])
        host, _, port = value.rpartition(":")
        fits = value.startswith("unix:/") or (host and port.isdecimal() and int(port) < 65536)
        return value if fits else self._refuse("bind", BIND_EXPECTED)

    def refuse_others(self, known: tuple[str, ...]) -> None:
        """Refuse a key that means nothing, which may be a slip of the pen."""
        for key in self._found:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                meant = f"Is {self._prefix}{near[0]} meant? " if near else ""
                raise SettingsError(
                    f"{self._source} has a key {self._prefix}{key}, which means nothing here. "
                    f"{meant}Known are {', '.join(known)}."
                )

    def _refuse(self, key: str, expected: str) -> Any:
        raise SettingsError(
            f"{self._source}: {self._prefix}{key} is {self._found.get(key)!r}. Expected "
            f"{expected}. Change it there and start again."
        )


URL_EXPECTED = (
    "an address of https without a path, such as https://keepprob.example.edu: an LMS shows the "
    "tool in a frame, where cookies need https (http works for localhost alone)"
)
BIND_EXPECTED = "an address to listen at, such as 127.0.0.1:8000 or unix:/run/keepprob/web.sock"
