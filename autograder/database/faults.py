"""What can be wrong with a database, said in a sentence."""


class UnusableDatabaseError(Exception):
    """The database cannot be used. The message says why, and what to do."""
