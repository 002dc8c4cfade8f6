"""`autograder lti …`, and what `autograder serve` looks at before it starts."""

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.authoring.keys import build_pool
from autograder.cli import serve
from autograder.cli.main import main
from autograder.course.layout import Course
from autograder.database import Database, invitations, platforms, queue
from autograder.database.tables import Attempt, Link, Platform, User
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.lti.keys import ToolKeys
from autograder.service import readiness
from autograder.service.settings import load_settings
from tests.course.courses import make_course
from tests.redteam.conftest import EXERCISES, _release
from tests.service.world import NOON

URL = "https://kit.example"
NAME = "Ada Lovelace"
LMS = {
    "--issuer": "https://lms.example",
    "--client-id": "kit",
    "--deployment-id": "1",
    "--auth-url": "https://lms.example/auth",
    "--token-url": "https://lms.example/token",
    "--keyset-url": "https://lms.example/jwks",
    "--product": "Moodle",
}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with a released assignment, in which the command line stands."""
    made = make_course(tmp_path, toy=EXERCISES)
    _release(made)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def tool(course: Course) -> Course:
    """The same, with the LTI tool set up."""
    assert main(["lti", "init", "--url", URL]) == 0
    return course


def database(course: Course) -> Database:
    return Database(load_settings(course).database)


def add(**changes: str) -> list[str]:
    options = LMS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return ["lti", "add", *[word for option in options.items() for word in option]]


def hand_in(course: Course, received_at: datetime = NOON) -> None:
    """Have a student hand in at a link of the LMS that was added."""
    with database(course).transaction() as session:
        link = Link(platform_id=1, deployment_id="1", context_id="7", resource_link_id="9",
                    assignment="toy", created_at=NOON)  # fmt: skip
        user = User(platform_id=1, sub="42", pseudonym="s-ada", name=NAME, created_at=received_at)
        session.add_all([link, user])
        session.flush()
        attempt, _ = queue.put(session, user_id=user.id, link_id=link.id, content=b"{}",
                               file_name="toy.ipynb", now=received_at)  # fmt: skip
        attempt.state = "graded"


def attempts(course: Course) -> int:
    with database(course).reading() as session:
        return len(session.query(Attempt).all())


# --- init


def test_init_makes_settings_keys_and_tables_for_their_owner_alone(
    course: Course, capsys: pytest.CaptureFixture[str]
):
    assert main(["lti", "init", "--url", URL + "/"]) == 0
    settings = load_settings(course)
    assert settings.public_url == URL
    for place in (course.root / "lti.toml", course.state, settings.data, settings.keys_folder,
                  settings.data / "lti.db", *settings.keys_folder.glob("*.pem")):  # fmt: skip
        assert place.stat().st_mode & 0o077 == 0, place
    database(course).check()
    assert "autograder lti invite" in capsys.readouterr().out


def test_init_again_changes_nothing(tool: Course, capsys: pytest.CaptureFixture[str]):
    key = ToolKeys(load_settings(tool).keys_folder).current().kid
    text = (tool.root / "lti.toml").read_text()
    assert main(["lti", "init"]) == 0
    assert main(["lti", "init", "--url", URL]) == 0
    assert ToolKeys(load_settings(tool).keys_folder).current().kid == key
    assert (tool.root / "lti.toml").read_text() == text
    assert "stays as it is" in capsys.readouterr().out


def test_init_with_another_address_is_refused(tool: Course, capsys: pytest.CaptureFixture[str]):
    assert main(["lti", "init", "--url", "https://other.example"]) == 2
    assert "Change it there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [([], "autograder lti init --url"), (["--url", "http://kit.example"], "an address of https")],
)
def test_init_needs_an_address(
    course: Course, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
):
    assert main(["lti", "init", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not (course.root / "lti.toml").exists()


def test_without_settings_or_tables_the_command_to_make_them_is_named(
    course: Course, capsys: pytest.CaptureFixture[str]
):
    assert main(["lti", "platforms"]) == 2
    assert "autograder lti init" in capsys.readouterr().err
    (course.root / "lti.toml").write_text(f'public_url = "{URL}"\n')
    assert main(["lti", "platforms"]) == 2
    assert "autograder lti init" in capsys.readouterr().err


# --- who may launch


def test_an_invitation_is_printed_once_and_can_be_used(
    tool: Course, capsys: pytest.CaptureFixture[str]
):
    capsys.readouterr()
    assert main(["lti", "invite", "--note", "for the Moodle", "--days", "2"]) == 0
    printed = capsys.readouterr().out
    (token,) = re.findall(rf"^{URL}/lti/register/(\S+)$", printed, re.M)
    now = datetime.now(UTC)
    with database(tool).reading() as session:
        assert invitations.find(session, token, now + timedelta(days=1)) is not None
        assert invitations.find(session, token, now + timedelta(days=3)) is None
    assert token not in (load_settings(tool).data / "lti.db").read_bytes().decode("latin-1")


def test_a_platform_is_added_by_hand_and_listed(tool: Course, capsys: pytest.CaptureFixture[str]):
    assert main(add()) == 0
    with database(tool).reading() as session:
        row = session.get_one(Platform, 1)
    assert (row.issuer, row.client_id, row.product) == ("https://lms.example", "kit", "moodle")
    capsys.readouterr()
    assert main(["lti", "platforms"]) == 0
    printed = capsys.readouterr().out
    assert "1  https://lms.example (moodle), may launch" in printed
    assert "client id kit, deployments 1" in printed
    assert f"{URL}/lti/jwks" in printed


def test_what_is_no_platform_is_refused(tool: Course, capsys: pytest.CaptureFixture[str]):
    assert main(add(token_url="http://lms.example/token")) == 2
    assert "--token-url is 'http://lms.example/token'" in capsys.readouterr().err


def test_a_platform_that_is_known_is_corrected(tool: Course, capsys: pytest.CaptureFixture[str]):
    assert main(add()) == 0
    hand_in(tool)
    assert main(add(token_url="https://lms.example/right", deployment_id="2", product="")) == 0
    assert "is corrected" in capsys.readouterr().out
    with database(tool).reading() as session:
        (row,) = platforms.listed(session)
        assert (row.token_url, row.product) == ("https://lms.example/right", "moodle")
        assert list(platforms.deployments(session, row.id)) == ["1", "2"]
    assert attempts(tool) == 1


def test_a_platform_is_removed_with_what_was_handed_in(
    tool: Course, monkeypatch: pytest.MonkeyPatch
):
    assert main(add()) == 0
    hand_in(tool)
    monkeypatch.setattr("builtins.input", lambda prompt="": "n")
    assert main(["lti", "remove", "1"]) == 1
    assert attempts(tool) == 1
    assert main(["lti", "remove", "1", "--yes"]) == 0
    assert attempts(tool) == 0
    assert main(["lti", "remove", "1", "--yes"]) == 2
    with database(tool).reading() as session:
        assert (platforms.listed(session), session.query(User).all()) == ([], [])


def active(course: Course) -> bool:
    with database(course).reading() as session:
        return session.get_one(Platform, 1).active


def test_a_platform_may_launch_no_longer_and_again(
    tool: Course, capsys: pytest.CaptureFixture[str]
):
    main(add())
    assert main(["lti", "platforms", "--deactivate", "1"]) == 0
    assert not active(tool)
    assert "1  https://lms.example (moodle), may not launch" in capsys.readouterr().out
    assert main(["lti", "platforms"]) == 0
    assert not active(tool), "looking changes nothing"
    assert main(["lti", "platforms", "--activate", "1"]) == 0
    assert active(tool)


def test_a_platform_may_launch_from_more_deployments(
    tool: Course, capsys: pytest.CaptureFixture[str]
):
    assert main([*add(), "--deployment-id", "2"]) == 0
    for _ in range(2):  # the second time it is there
        assert main(["lti", "platforms", "--deployment", "1", "3:x"]) == 0
        assert "deployments 1, 2, 3:x\n" in capsys.readouterr().out
    assert active(tool)


@pytest.mark.parametrize(
    "change", [["--deactivate", "2"], ["--activate", "2"], ["--deployment", "two", "1"]]
)
def test_which_platform_to_change_must_be_known(
    tool: Course, capsys: pytest.CaptureFixture[str], change: list[str]
):
    main(add())
    assert main(["lti", "platforms", *change]) == 2
    assert f"No LMS has the number {change[1]}." in capsys.readouterr().err
    assert active(tool)


def test_keys_are_rotated_and_the_old_one_stays(tool: Course):
    keys = ToolKeys(load_settings(tool).keys_folder)
    (path,) = keys.folder.glob("*.pem")
    path.rename(path.with_name("20260101T000000Z-0.pem"))  # a name says when a key was made
    before = keys.current().kid
    assert main(["lti", "rotate-keys"]) == 0
    assert keys.current().kid != before
    assert before in {key["kid"] for key in keys.jwks()["keys"]}


# --- erasing, and copies


def test_a_person_is_erased_after_a_yes(tool: Course, monkeypatch: pytest.MonkeyPatch):
    main(add())
    hand_in(tool)
    monkeypatch.setattr("builtins.input", lambda prompt="": "n")
    assert main(["lti", "erase", "--user", "s-ada"]) == 1
    assert attempts(tool) == 1
    assert main(["lti", "erase", "--user", "s-ada", "--yes"]) == 0
    assert attempts(tool) == 0


@pytest.mark.parametrize(
    "command", ["erase --user s-ada --yes", "purge --days 1", "remove 1 --yes"]
)
def test_nothing_is_left_of_a_person_while_the_service_runs(tool: Course, command: str):
    main(add())
    hand_in(tool)
    serving = database(tool)
    with serving.reading() as session:
        assert session.query(Attempt).count() == 1
    assert main(["lti", *command.split()]) == 0
    data = load_settings(tool).data
    left = [
        path.name
        for path in data.rglob("*")
        if path.is_file() and NAME.encode() in path.read_bytes()
    ]
    serving.close()
    assert left == []


def test_a_course_is_erased(tool: Course, capsys: pytest.CaptureFixture[str]):
    main(add())
    hand_in(tool)
    assert main(["lti", "erase", "--course", "7", "--yes", "--platform", "1"]) == 0
    assert "1 people, 1 attempts" in capsys.readouterr().out
    assert attempts(tool) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--user", "nobody"], "0 people are called 'nobody'"), (["--course", "7", "--platform", "3"],
                                                             "--platform 1")],
)  # fmt: skip
def test_whom_to_erase_must_be_clear(
    tool: Course, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
):
    main(add())
    assert main(["lti", "erase", *arguments, "--yes"]) == 2
    assert sentence in capsys.readouterr().err


def test_what_is_old_is_purged_and_what_is_new_stays(tool: Course):
    main(add())
    hand_in(tool, datetime.now(UTC) - timedelta(days=30))
    assert main(["lti", "purge"]) == 0
    assert attempts(tool) == 1
    assert main(["lti", "purge", "--days", "29"]) == 0
    assert attempts(tool) == 0


def test_purge_keeps_everything_where_the_settings_say_so(
    tool: Course, capsys: pytest.CaptureFixture[str]
):
    (tool.root / "lti.toml").write_text(f'public_url = "{URL}"\nretention_days = 0\n')
    assert main(["lti", "purge"]) == 2
    assert "retention_days is 0" in capsys.readouterr().err


def test_a_backup_is_put_back(tool: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(add())
    hand_in(tool)
    settings, copy = load_settings(tool), tmp_path / "copies" / "monday"
    key = ToolKeys(settings.keys_folder).current()
    assert main(["lti", "backup", str(copy)]) == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in [copy, *copy.rglob("*")])
    assert main(["lti", "backup", str(copy)]) == 2
    assert main(["lti", "restore", str(copy)]) == 2  # what is there is never written over
    settings.data.rename(tmp_path / "lost")
    assert main(["lti", "restore", str(copy)]) == 0
    assert attempts(tool) == 1
    assert ToolKeys(settings.keys_folder).current() == key
    assert "is there already" in capsys.readouterr().err


def test_what_is_no_backup_is_refused(tool: Course, capsys: pytest.CaptureFixture[str]):
    assert main(["lti", "restore", str(tool.root)]) == 2
    assert "is no backup" in capsys.readouterr().err


def test_postgresql_is_copied_by_its_own_programs(
    tool: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f'public_url = "{URL}"\ndatabase = "postgresql://kit@localhost/kit"\n'
    (tool.root / "lti.toml").write_text(text)
    assert main(["lti", "backup", str(tmp_path / "copy")]) == 2
    assert "pg_dump" in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()


def test_a_database_that_is_held_is_called_the_tools_and_not_the_gradebook(
    tool: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("autograder.database.opening.BUSY_SECONDS", 0.1)
    with database(tool).transaction() as session:
        session.connection()  # the lock is taken with it
        assert main(["lti", "purge"]) == 2
    assert "The LTI tool's database cannot be used: database is locked" in capsys.readouterr().err


# --- serve


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """What `autograder serve` would look after."""
    found: list[dict[str, list[str]]] = []
    monkeypatch.setattr(serve, "supervise", found.append)
    return found


class Sandboxed:
    def require_sandbox(self) -> None:
        """It holds."""


def test_serve_refuses_before_it_starts_anything(
    course: Course, started: list[dict[str, list[str]]], capsys: pytest.CaptureFixture[str]
):
    assert main(["serve"]) == 2
    assert "autograder lti init" in capsys.readouterr().err
    main(["lti", "init", "--url", URL])
    assert main(["serve"]) == 2
    assert "autograder keys toy" in capsys.readouterr().err
    assert started == []


def test_serve_refuses_where_no_sandbox_holds(
    tool: Course,
    started: list[dict[str, list[str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    class Open:
        def require_sandbox(self) -> None:
            raise NoSandboxError("No sandbox holds here.")

    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Open())
    assert main(["serve"]) == 2
    assert "No sandbox holds here." in capsys.readouterr().err
    assert started == []


def test_serve_says_where_it_is_and_starts_three_parts(
    tool: Course,
    started: list[dict[str, list[str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Sandboxed())
    assert main(["serve"]) == 0
    printed = capsys.readouterr().out
    assert f"KeepProb's LTI tool: {URL} (listening at 127.0.0.1:8000)" in printed
    assert "Assignments: toy" in printed
    assert "No LMS may launch it yet. Register one by: autograder lti invite" in printed
    assert f"  Public keyset URL     {URL}/lti/jwks" in printed
    (parts,) = started
    assert list(parts) == ["web", "grader", "sender"]
    assert parts["web"][:4] == [sys.executable, "-m", "autograder.service.part", "web"]


def test_parts_can_be_served_alone_and_need_no_more_than_they_do(
    tool: Course, started: list[dict[str, list[str]]]
):
    assert main(["serve", "--only", "sender", "--only", "web"]) == 0
    assert list(started[0]) == ["sender", "web"]


def test_a_grader_needs_no_private_key(
    tool: Course, started: list[dict[str, list[str]]], monkeypatch: pytest.MonkeyPatch
):
    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Sandboxed())
    folder = load_settings(tool).keys_folder
    for path in folder.iterdir():
        path.unlink()
    assert main(["serve", "--only", "grader"]) == 0
    assert list(folder.iterdir()) == []
    assert list(started[0]) == ["grader"]


def test_packages_that_are_missing_are_named(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "autograder.cli.serve", None)
    assert main(["serve"]) == 2
    assert "pip install 'keepprob[grade,lms,lti]'" in capsys.readouterr().err
