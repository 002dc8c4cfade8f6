"""What one round of a bridge did, and what a person has to see to."""

from dataclasses import dataclass, field

from autograder.lms.choosing import Collected
from autograder.lms.online import Target


@dataclass
class Outcome:
    """Sentences, by what they are about; each begins with the student.

    taken: how work was laid out. strangers: who handed in and is no active student, which may well
    be right. would: what a dry run would do. sent: what was sent and read back. stands: how many
    needed nothing. kept: what was left as it stands in the LMS. waits: no score yet. faults: what
    went wrong with a student.
    """

    target: Target
    taken: Collected = field(default_factory=Collected)
    strangers: list[str] = field(default_factory=list)
    would: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    stands: int = 0
    kept: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def needs_attention(self) -> bool:
        """Whether anything is not as it should be."""
        return any(self.attention)

    @property
    def attention(self) -> tuple[list[str], ...]:
        """What is not as it should be: kept, waits, faults."""
        return self.kept, self.waits, self.faults

    @property
    def did_something(self) -> bool:
        """Whether anything was taken or sent, or would be."""
        return bool(self.has_new_work or self.would or self.sent)

    @property
    def has_new_work(self) -> bool:
        """Whether work was laid out in this round."""
        return bool(self.taken.new or self.taken.newer or self.taken.older)
