import sqlite3
import stat
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError, StatementError

from autograder.database import Database, UnusableDatabaseError, open_database, opening
from autograder.database.columns import Base
from autograder.database.revisions import VERSION_TABLE, config
from autograder.database.tables import Alert, Invitation, Link

NOW = datetime(2026, 11, 28, 9, 30, 15, 123456, tzinfo=UTC)


FIRST_PLATFORM = """
INSERT INTO platform (id, issuer, client_id, name, product, auth_url, token_url, keyset_url, active,
    created_at)
VALUES (1, 'i', 'c', '', '', '', '', '', true, '2026-03-01 12:00:00')
"""
FIRST_LINK = """
INSERT INTO link (id, platform_id, deployment_id, context_id, context_title, resource_link_id,
    title, assignment, scopes, score_maximum, due_at, late_penalty_per_day, late_penalty_cap, keep,
    cool_down_seconds, created_at)
VALUES (1, 1, '1', '7', '', '9', '', 'toy', '["a"]', 10, '2026-04-01 12:00:00Z', 0.1, 0.5, 'last',
    0, '2026-03-01 12:00:00')
"""


def alert(words: str, created_at: datetime = NOW) -> Alert:
    return Alert(text=words, created_at=created_at)


def shape(connection: Connection) -> dict:
    """Everything that a database knows about its tables, but for the order of columns."""
    inspector = inspect(connection)
    questions = {
        "columns": lambda table: [
            {**column, "type": str(column["type"])} for column in inspector.get_columns(table)
        ],
        "primary key": lambda table: [inspector.get_pk_constraint(table)],
        "foreign keys": inspector.get_foreign_keys,
        "unique": inspector.get_unique_constraints,
        "checks": inspector.get_check_constraints,
        "indexes": inspector.get_indexes,
    }
    return {
        (table, question): sorted(map(str, answer(table)))
        for table in inspector.get_table_names()
        if table != VERSION_TABLE
        for question, answer in questions.items()
    }


def test_alembic_finds_no_difference_between_models_and_migrations(database: Database):
    with database.engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []


def test_alembic_would_find_a_difference(database: Database):
    with database.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_attempt_link_id"))
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) != []


def test_migrations_give_the_tables_that_the_models_would_make(database: Database):
    with database.engine.begin() as connection:
        migrated = shape(connection)
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f"DROP TABLE {table.name}"))
        Base.metadata.create_all(connection)
        assert shape(connection) == migrated


def test_what_the_first_tables_hold_is_kept(url: str):
    database = Database(url)
    with database.engine.begin() as connection:
        command.upgrade(config(connection), "0001")
        connection.execute(text(FIRST_PLATFORM))
        connection.execute(text(FIRST_LINK))
    database.upgrade()
    with database.reading() as session:
        link = session.query(Link).one()
    database.close()
    assert (link.assignment, link.scopes, link.late_penalty_cap) == ("toy", ["a"], 0.5)
    assert (link.due_at, link.lms_due_at) == (datetime(2026, 4, 1, 12, tzinfo=UTC), None)


def test_upgrading_again_changes_nothing(database: Database):
    with database.transaction() as session:
        session.add(alert("keep me"))
    database.upgrade()
    with database.reading() as session:
        assert session.query(Alert).one().text == "keep me"


class Locked:
    """A connection whose first calls meet a locked database."""

    def __init__(self, times: int, words: str = "database is locked") -> None:
        self.times, self.words, self.asked = times, words, 0

    def execute(self, _pragma: str) -> None:
        self.asked += 1
        if self.asked <= self.times:
            raise sqlite3.OperationalError(self.words)


def test_a_pragma_is_tried_again_while_the_database_is_locked(monkeypatch: pytest.MonkeyPatch):
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    one, never, other = Locked(3), Locked(1000), Locked(1, "disk I/O error")
    opening.patiently(one, "PRAGMA x")
    assert (one.asked, len(pauses)) == (4, 3)
    for connection in (never, other):
        with pytest.raises(sqlite3.OperationalError, match=connection.words):
            opening.patiently(connection, "PRAGMA x")
    assert (never.asked, other.asked) == (opening.TRIES + 1, 1)


def test_several_upgrades_at_once_make_the_tables_once(url: str):
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Database.upgrade, databases))
    for database in databases:
        database.check()
        database.close()


def test_an_upgrade_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch):
    database = Database(url)
    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", broken)
        with pytest.raises(UnusableDatabaseError, match="broken"):
            database.upgrade()
    with database.engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
    database.upgrade()
    database.close()


def broken(*_arguments: object, **_options: object) -> None:
    raise SQLAlchemyError("broken")


def test_an_upgraded_database_opens(database: Database):
    open_database(database.url.render_as_string(hide_password=False)).close()


def test_an_empty_database_says_how_to_make_its_tables(url: str):
    with pytest.raises(UnusableDatabaseError, match=r"is empty\. `autograder lti init` makes"):
        open_database(url)


def test_looking_for_a_file_makes_none(sqlite_url: str, tmp_path):
    with pytest.raises(UnusableDatabaseError):
        open_database(sqlite_url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", [Database.upgrade, Database.check])
def test_a_newer_revision_is_refused(database: Database, use):
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(UnusableDatabaseError, match="revision 9999"):
        use(database)


def test_an_older_revision_says_how_to_bring_it_up_to_date(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _: "9999")
    with pytest.raises(UnusableDatabaseError, match="brings it up to date"):
        database.check()


@pytest.mark.parametrize("use", [Database.upgrade, Database.check])
def test_another_programs_tables_are_left_alone(url: str, use):
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR)"))
    with pytest.raises(UnusableDatabaseError, match=r"another program \(alembic_version\)"):
        use(database)
    database.close()


@pytest.mark.parametrize(
    "address", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "secret", "a:secret@b"]
)
def test_other_addresses_are_refused_without_repeating_them(address: str):
    with pytest.raises(UnusableDatabaseError, match=r"sqlite:////folder/file\.db") as raised:
        Database(address)
    assert "secret" not in str(raised.value)


def test_a_server_that_is_not_there_is_said_in_a_sentence_without_the_password(tmp_path):
    with pytest.raises(UnusableDatabaseError, match="cannot be used") as raised:
        open_database(f"postgresql://kit:secret@/kit?host={tmp_path}")
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_database_is_said_in_a_sentence(sqlite_url: str, tmp_path):
    (tmp_path / "kit.db").write_text("this is a letter, and a long one " * 9, encoding="utf-8")
    with pytest.raises(UnusableDatabaseError, match="not a database"):
        open_database(sqlite_url)


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(UnusableDatabaseError, match="No such file"):
        Database(f"sqlite:///{tmp_path / 'none' / 'kit.db'}").upgrade()


def test_only_its_owner_reads_the_file(sqlite_url: str, tmp_path):
    database = Database(sqlite_url)
    database.upgrade()
    with database.transaction() as session:
        session.add(alert("private"))
        session.flush()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    database.close()
    assert modes == dict.fromkeys(["kit.db", "kit.db-shm", "kit.db-wal"], 0o600)


def test_a_deleted_row_is_overwritten_on_the_disk(sqlite_url: str, tmp_path):
    database = Database(sqlite_url)
    database.upgrade()
    with database.transaction() as session:
        session.add(alert("erase this sentence"))
    with database.transaction() as session:
        session.delete(session.query(Alert).one())
    database.close()  # the last connection puts the journal into the file
    assert b"erase this" not in (tmp_path / "kit.db").read_bytes()


def test_a_deleted_row_leaves_the_log_while_others_use_the_database(sqlite_url: str, tmp_path):
    database, other = Database(sqlite_url), Database(sqlite_url)
    database.upgrade()
    with other.transaction() as session:
        session.add(alert("erase this sentence"))
    with database.transaction() as session:
        session.delete(session.query(Alert).one())
    log = tmp_path / "kit.db-wal"
    assert b"erase this" in log.read_bytes()
    assert database.empty_log()
    assert log.read_bytes() == b""
    other.close()
    database.close()


def test_an_error_leaves_nothing_of_its_transaction(database: Database):
    def add_and_fail() -> None:
        with database.transaction() as session:
            session.add(alert("lost"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    with database.reading() as session:
        assert session.query(Alert).all() == []


def test_objects_stay_readable_after_their_transaction(database: Database):
    with database.transaction() as session:
        session.add(made := alert("read me"))
    assert (made.text, made.id > 0) == ("read me", True)


def test_reading_refuses_to_write(database: Database):
    with pytest.raises(SQLAlchemyError, match=r"readonly|read-only"), database.reading() as session:
        session.add(alert("no"))
    with database.transaction() as session:
        session.add(alert("yes"))


def test_a_reader_waits_for_no_writer(database: Database):
    with database.transaction() as writer:
        writer.add(alert("not yet seen"))
        writer.flush()
        with database.reading() as reader:
            assert reader.query(Alert).all() == []


def test_writers_wait_for_each_other_and_none_fails(database: Database):
    with database.transaction() as session:
        session.add(alert("0"))

    def add_one(_: int) -> None:
        with database.transaction() as session:
            row = session.query(Alert).with_for_update().one()
            row.text = str(int(row.text) + 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_one, range(40)))
    with database.reading() as session:
        assert session.query(Alert).one().text == "40"


def test_a_time_comes_back_as_it_was_in_utc(database: Database):
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    with database.transaction() as session:
        session.add(alert("time", local))
    with database.reading() as session:
        back = session.query(Alert).one().created_at
    assert (back, back.utcoffset()) == (NOW, timedelta(0))


def test_a_time_without_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="has no zone"), database.transaction() as session:
        session.add(alert("time", NOW.replace(tzinfo=None)))


def test_times_are_compared_as_times(database: Database):
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-9))
    with database.transaction() as session:
        session.add(alert("second", (NOW + timedelta(seconds=1)).astimezone(west)))
        session.add(alert("first", NOW.astimezone(east)))
    with database.reading() as session:
        rows = session.query(Alert).order_by(Alert.created_at)
        assert [row.text for row in rows] == ["first", "second"]


@pytest.mark.parametrize("words", ["", "Zoë 😀 עברית 中文", 'O\'Neil, "PhD" \\ %s {x}'])
def test_texts_come_back_as_they_were(database: Database, words: str):
    with database.transaction() as session:
        session.add(alert(words))
    with database.reading() as session:
        assert session.query(Alert).one().text == words


def test_what_no_database_can_hold_is_replaced(database: Database):
    with database.transaction() as session:
        session.add(alert("a\0b\ud800c"))
    with database.reading() as session:
        assert session.query(Alert).one().text == "a\ufffdb\ufffdc"


def test_an_error_tells_no_values(database: Database):
    def invite() -> None:
        with database.transaction() as session:
            session.add(Invitation(token_hash="private", note="", created_at=NOW, expires_at=NOW))

    invite()
    with pytest.raises(IntegrityError) as raised:
        invite()
    said = "".join(traceback.format_exception(raised.value))
    assert "private" not in said.replace('token_hash="private"', "")
    assert "parameters hidden" in str(raised.value)


def test_rows_print_without_their_values():
    assert "private" not in repr(alert("private"))


def test_sqlite_keeps_every_commit_on_the_disk(sqlite_url: str):
    database = Database(sqlite_url)
    database.upgrade()
    with database.engine.begin() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    full = 2
    assert settings == {
        "journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 30_000,
    }  # fmt: skip


def test_sqlite_itself_reads_the_file(sqlite_url: str, tmp_path):
    Database(sqlite_url).upgrade()
    file = sqlite3.connect(tmp_path / "kit.db")
    assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()
