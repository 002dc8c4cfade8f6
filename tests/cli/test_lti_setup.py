"""`autograder lti init | invite | add | platforms | rotate-keys`."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from autograder.cli.main import main
from autograder.course.layout import Course
from autograder.database import invitations, platforms
from autograder.database.tables import Platform
from autograder.lti.keys import ToolKeys
from autograder.service.settings import load_settings
from tests.cli.lti import URL, add, attempts, database, hand_in

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
