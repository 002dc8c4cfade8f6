"""The LTI tool's database, SQLite or PostgreSQL: docs/reference/lti-database.md."""

from autograder.database.faults import UnusableDatabaseError
from autograder.database.opening import Database, open_database

__all__ = ["Database", "UnusableDatabaseError", "open_database"]
