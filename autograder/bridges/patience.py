"""One call that fails is one student's trouble; several in a row are the LMS's."""

from dataclasses import dataclass

from autograder.lms.addresses import UnreachableError

IN_A_ROW = 3


@dataclass
class Patience:
    """Counts calls in a row that got no answer."""

    failed: int = 0

    def succeeded(self) -> None:
        """Begin to count anew."""
        self.failed = 0

    def lost(self, error: UnreachableError) -> None:
        """Count one; raise the error where it is time to give up."""
        self.failed += 1
        if self.failed >= IN_A_ROW:
            raise error
