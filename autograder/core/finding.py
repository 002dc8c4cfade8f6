"""A finding: one fault, as data. Sentences are made from it in `autograder.core.words`."""

import re
from dataclasses import dataclass, field
from typing import Any

TOLD_APART_BY_FOUND = (
    "wrong_shape",
    "wrong_order",
    "wrong_length",
    "wrong_text",
    "mask_not_binary",
)


@dataclass(frozen=True)
class Finding:
    """The first rung of the ladder that broke.

    kind: a word of the ladder, such as ``wrong_shape``. part: name of the returned value's part.
    facts: what was found and expected; they may hold hidden values and never leave the grader
    unless the case is public.
    """

    kind: str
    part: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def signature(self) -> tuple[str, str | None, str]:
        """What two findings share when they are the same mistake."""
        found = self.facts.get("found") if self.kind in TOLD_APART_BY_FOUND else None
        if self.kind == "not_a_tuple":  # a text in its place is another mistake than an array
            found = " ".join(str(self.facts.get("found")).split()[:2])
        # Of an exception's text, the words count, not the shapes or the function's name.
        text = re.sub(r"\w+\(\)|\d+", "#", str(self.facts.get("text", "")))
        return (self.kind, self.part, f"{self.facts.get('type_name')} {found} {text}".rstrip())


@dataclass(frozen=True)
class Remark:
    """What is worth saying of an answer and costs nothing, as data.

    kind: a word that `Words.remarks` knows. about: the names that it speaks of.
    """

    kind: str
    about: tuple[str, ...] = ()


class Broken(Exception):  # noqa: N818 - it carries a finding about the student's value, not an error of ours
    """Raised while a value is taken apart; carries the finding."""

    def __init__(self, kind: str, part: str | None = None, **facts: Any) -> None:
        super().__init__(kind)
        self.finding = Finding(kind, part, facts)
