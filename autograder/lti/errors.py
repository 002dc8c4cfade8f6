"""What can go wrong with an LMS, in sentences; no message ever holds a token or a key."""

from autograder.core.errors import ExplainedError


class LaunchError(ExplainedError):
    """A login or a launch is refused. code: what was wrong, a word such as ``nonce``."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class FetchError(ExplainedError):
    """A URL gave no answer. kind: ``url``, ``address``, ``dns``, ``connection``, and so on.

    The others are ``timeout``, ``tls``, ``redirect``, ``size`` and ``json``.
    """

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class ServiceError(ExplainedError):
    """An LMS's service answered, and said no. code: ``token``, ``keyset``, ``item`` and so on.

    status: HTTP's.
    """

    def __init__(self, sentence: str, code: str, status: int) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status


class RegistrationError(ExplainedError):
    """A platform could not be registered; the message says what it answered."""
