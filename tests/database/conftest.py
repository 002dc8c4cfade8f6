"""Databases for the tests: a new SQLite file, or a new database in a PostgreSQL of our own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from autograder.database import Database

PROGRAMS = max(
    Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda bin: int(bin.parent.name)
)
GROUP = pytest.mark.xdist_group("postgresql")

SERVERS = ["sqlite", pytest.param("postgresql", marks=GROUP)]


def unprivileged() -> dict[str, int]:
    """Whom PostgreSQL runs as: it refuses to be root's."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder with the socket of a running PostgreSQL."""
    if PROGRAMS is None or not (PROGRAMS / "pg_ctl").is_file():
        pytest.skip("there is no PostgreSQL; on Debian: sudo apt-get install postgresql")
    # Not pytest's folder: its parents are closed to others, and its name too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="kit-postgresql-", dir="/tmp"))
    identity = unprivileged()
    if identity:
        os.chown(folder, identity["user"], identity["group"])

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [PROGRAMS / program, *arguments], cwd=folder, check=True, timeout=120,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            extra_groups=[] if identity else None, **identity,
        )  # fmt: skip

    data = str(folder / "data")
    options = f"-k {folder} -c listen_addresses='' -c max_connections=60 -c fsync=off"
    try:
        run("initdb", "-D", data, "-U", "kit", "-A", "trust", "-E", "UTF8", "--no-locale")
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield str(folder)
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'kit.db'}"


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """The address of an empty database of PostgreSQL's."""
    name = f"kit_{uuid4().hex}"
    with psycopg.connect(host=postgresql, user="kit", dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://kit@/{name}?host={postgresql}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, on either server."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database with its tables, on either server."""
    database = Database(url)
    database.upgrade()
    yield database
    database.close()
