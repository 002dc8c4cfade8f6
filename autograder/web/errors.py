"""A page that says why something was not done."""


class StopError(Exception):
    """Ends a request with a message. code: that of the words; sentence: what an LMS or we add.

    values: what the words have braces for.
    """

    def __init__(self, code: str, status: int, sentence: str = "", **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.sentence = sentence
        self.values = values
