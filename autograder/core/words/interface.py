"""What a language must be able to say."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from autograder.core.finding import Finding, Remark
from autograder.core.outcome import Died, ExerciseOutcome, Raised, TimedOut

if TYPE_CHECKING:
    from autograder.core.checking import Examination
    from autograder.core.key import ExerciseKey

Sentence = Callable[[str, Finding, bool], str]
"""Takes the exercise's name, the finding, and whether numbers may be shown."""


class Words(Protocol):
    """The sentences of one language. They are plain text; whoever shows them escapes them."""

    def passed(self, exercise: "ExerciseKey") -> str:
        """Say that everything is right."""

    def right_in_own_way(self, exercise: "ExerciseKey") -> str:
        """Say that it is right for arguments of the notebook's own conventions."""

    def unwritten(self, exercise: "ExerciseKey") -> str:
        """Say that the solution is not written yet."""

    def missing(self, exercise: "ExerciseKey") -> str:
        """Say that no function of that name exists."""

    def other_order(self, exercise: "ExerciseKey", own: Sequence[str]) -> str:
        """Say that the definition has the parameters in an order of its own."""

    def not_a_function(self, exercise: "ExerciseKey", type_name: str) -> str:
        """Say that the name stands for something else."""

    def cell_stopped(self, exercise: "ExerciseKey", error: Raised | TimedOut | Died) -> str:
        """Say that the cell with the function stopped."""

    def grader_trouble(self) -> str:
        """Say that the grader could not do its work."""

    def sentence(self, exercise: "ExerciseKey", examined: "Examination", reveal: bool) -> str:
        """Say what is wrong, in one sentence; numbers of the case only if `reveal`."""

    def diagnosed(self, sentences: Sequence[str], parts: Sequence[str]) -> str:
        """Say which known mistakes it is; parts: the only ones that show it, or none."""

    def details(
        self,
        exercise: "ExerciseKey",
        examined: "Examination",
        outcome: ExerciseOutcome,
        reveal: bool,
    ) -> tuple[str, ...]:
        """Say more: values found and expected, and a line to paste (only if `reveal`)."""

    def repaired(self, what: str, cell: str) -> str:
        """Say what was restored in a notebook; what: a kind of `autograder.notebook.repair`."""

    def of_another_assignment(self, names: Sequence[str]) -> str:
        """Say that a notebook holds none of the assignment's exercises, whose names these are."""

    def remarks(self, exercise: "ExerciseKey", notes: Sequence[Remark]) -> tuple[str, ...]:
        """Say what cost nothing and is still worth knowing."""
