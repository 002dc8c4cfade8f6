"""`autograder lti erase | remove | purge | backup | restore`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.course.layout import Course
from autograder.database import platforms
from autograder.database.tables import Attempt, User
from autograder.lti.keys import ToolKeys
from autograder.service.settings import load_settings
from tests.cli.lti import NAME, URL, add, attempts, database, hand_in


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
