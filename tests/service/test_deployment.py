"""The files of docs/deploy and the page of settings: what they name exists."""

import configparser
import dataclasses
import itertools
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.service.settings import KEYS, POLICY_KEYS, NewLinkPolicy, Settings
from tests.cli_reference import parsers
from tests.reading_docs import ROOT, read, rows, section

DEPLOY = ROOT / "docs" / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
UNITS = sorted(DEPLOY.glob("keepprob*"))
DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def commands(text: str) -> list[list[str]]:
    """What follows `autograder` in a unit's command lines."""
    found = re.findall(r"^Exec\w+=.*?bin/(autograder .*?)(?:'|$)", text, re.M)
    return [shlex.split(line)[1:] for line in found]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_start_commands_that_exist(path: Path):
    for command in commands(path.read_text(encoding="utf-8")):
        assert parsers()["autograder"].parse_args(command).command


def test_both_services_start_a_command():
    found = [commands(path.read_text(encoding="utf-8")) for path in UNITS]
    assert [command[0] for each in found for command in each] == ["lti", "serve"]


def test_the_timer_starts_the_backup():
    timer = unit(DEPLOY / "keepprob-backup.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:30:00"
    assert (DEPLOY / "keepprob-backup.service").is_file()


def test_nothing_that_keeps_bubblewrap_from_working_is_set():
    service = unit(DEPLOY / "keepprob.service")["Service"]
    forbidden = {"ProtectKernelTunables", "ProtectProc", "ProcSubset", "RestrictNamespaces",
                 "ProtectHostname", "SystemCallFilter", "PrivateUsers"}  # fmt: skip
    assert forbidden & set(service) == set()


def test_systemd_waits_longer_than_the_service_takes_to_end():
    from autograder.service.grader import FINISH_SECONDS
    from autograder.service.supervisor import GRACE_SECONDS

    service = unit(DEPLOY / "keepprob.service")["Service"]
    assert FINISH_SECONDS < GRACE_SECONDS < int(service["TimeoutStopSec"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(path: Path, tmp_path: Path):
    """The programs that a unit starts are those of this machine: only the rest is verified."""
    for each in UNITS:
        text = each.read_text(encoding="utf-8").replace(
            "/srv/keepprob/.venv/bin/autograder", "/bin/true"
        )
        (tmp_path / each.name).write_text(text)
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / path.name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")


def test_nginx_leads_to_where_the_pages_are_served_and_lets_uploads_through():
    addresses = set(re.findall(r"proxy_pass http://([\d.:]+);", NGINX))
    assert addresses == {DEFAULTS["bind"]}
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(megabytes) * 2**20 > DEFAULTS["upload_bytes"]
    assert NGINX.count("access_log off;") == NGINX.count("server_name ")


def test_nginx_bounds_floods_of_logins_and_uploads_but_not_a_class_behind_one_address():
    burst = {
        place: int(found[1])
        for place in ("location /lti/", "location = /a/submit")
        if (found := re.search(rf"{place} {{[^}}]*limit_req [^;]*burst=(\d+) nodelay", NGINX))
    }
    assert burst["location /lti/"] >= 3 * 100  # a launch takes three requests
    assert burst["location = /a/submit"] >= 100
    assert "limit_req_status 429" in NGINX
    assert "proxy_request_buffering on" in NGINX


@pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx here")
def test_nginx_takes_the_file(tmp_path: Path):
    certificate, key = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    text = NGINX.replace("/etc/letsencrypt/live/keepprob.example.edu", str(tmp_path))
    numbers = itertools.count()
    text = re.sub(
        r"listen [\[\]:\d]+", lambda found: f"listen unix:{tmp_path}/{next(numbers)}", text
    )  # nobody else listens there
    text = text.replace("/var/log/nginx", str(tmp_path))
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n"
        f"access_log off;\n{_folders(tmp_path)}\n{text}\n}}\n"
    )
    found = subprocess.run(
        ["nginx", "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False
    )
    assert "test is successful" in found.stderr, found.stderr


def _folders(place: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "\n".join(f"{kind}_temp_path {place}/{kind};" for kind in kinds)


# --- the page of settings


def documented(heading: str) -> dict[str, str]:
    text = section(read("docs/reference/lti-settings.md"), heading)
    return {row[0].strip("`"): row[1].strip("`") for row in rows(text)}


def test_every_setting_has_its_row_with_its_default():
    found = documented("Settings of the LTI tool")
    assert list(found) == sorted(KEYS, key=list(found).index)
    for name in KEYS:
        default = DEFAULTS[name]
        if isinstance(default, bool):
            assert found[name] == str(default).lower()
        elif isinstance(default, int):
            assert int(found[name].replace("_", "")) == default
        elif isinstance(default, str) and default:
            assert found[name] == default


def test_every_setting_of_the_policy_has_its_row_with_its_default():
    found = documented("`[policy]`")
    assert set(found) == set(POLICY_KEYS)
    default = NewLinkPolicy()
    assert found["keep"] == default.keep
    for name in ("cool_down_seconds", "late_penalty_per_day", "late_penalty_cap"):
        assert float(found[name]) == getattr(default, name)


def test_the_image_holds_what_the_tool_needs():
    (extras,) = re.findall(r"pip install .*?'\.\[(.*?)\]'", read("Containerfile"))
    assert {"grade", "lms", "lti"} <= set(extras.split(","))
