"""The one kind of exception that is shown to people as it is."""


class ExplainedError(Exception):
    """Something outside the engine is not as it must be; the message says what, and what to do."""
