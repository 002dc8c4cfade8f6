"""The service's database: opened, copied and put back, with what is wrong said in a sentence."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.core.errors import ExplainedError
from autograder.database import Database, UnusableDatabaseError, open_database
from autograder.database import backup as copying
from autograder.service.settings import Settings

COPY = "lti.db"
KEYS = "keys"


class StorageError(ExplainedError):
    """The database or a backup cannot be used; the message says why, and what to do."""


@contextmanager
def explained() -> Iterator[None]:
    """Raise StorageError for what is wrong with a database."""
    try:
        yield
    except UnusableDatabaseError as error:
        raise StorageError(f"{error}.") from error


def opened(settings: Settings) -> Database:
    """Return the database, ready to be used. Raises StorageError."""
    with explained():
        return open_database(settings.database)


def upgraded(settings: Settings) -> Database:
    """Make the tables, or bring them up to date; return the database. Raises StorageError."""
    with explained():
        database = Database(settings.database)
        database.upgrade()
        return database


def back_up(settings: Settings, folder: Path) -> None:
    """Write the database and the private keys into a new folder that only its owner can read.

    The service may go on meanwhile. Raises StorageError, and then leaves no folder: of PostgreSQL,
    which has programs of its own, and where the folder is there already.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise StorageError(f"{folder} is there already. Name a folder that is not.") from error
    try:
        with explained():
            copying.backup(settings.database, folder / COPY)
        _copy_keys(settings.keys_folder, folder / KEYS)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def put_back(settings: Settings, folder: Path) -> None:
    """Make the database and the keys from such a folder, where neither is there.

    Raises StorageError, and OSError.
    """
    if not (folder / COPY).is_file():
        raise StorageError(
            f"{folder} is no backup: it holds no {COPY}. Expected what `autograder lti backup` "
            "wrote."
        )
    if any(settings.keys_folder.glob("*.pem")):
        raise StorageError(
            f"{settings.keys_folder} holds keys. Nothing is written over them: move them away."
        )
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with explained():
        copying.restore(folder / COPY, settings.database)
    _copy_keys(folder / KEYS, settings.keys_folder)
    upgraded(settings).close()


def _copy_keys(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.glob("*.pem")):
        copy = target / path.name
        copy.touch(mode=0o600)
        copy.write_bytes(path.read_bytes())
