"""What an export did: a file's content, and what its maker has to know."""

from dataclasses import dataclass, field


@dataclass
class Exported:
    """A file for an LMS.

    grades, comments: how many it holds. notes: worth knowing. attention: a sentence for each thing
    that is not in the file and that a person has to see to.
    """

    content: bytes
    grades: int = 0
    comments: int = 0
    notes: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)


def waits(student: str) -> str:
    """Say that a student has no score yet."""
    return (
        f"{student}: no score yet, something waits for a person. Its grade was left as it was. "
        "Grade it in the formgrader, and export again."
    )


def listed(names: list[str]) -> str:
    """Return names on one line."""
    return ", ".join(names) if names else "none"
