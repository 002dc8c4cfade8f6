"""KeepProb's autograder: exercises become answer keys, notebooks outcomes; grading compares them.

Notebooks need ``check``, ``load``, ``figures`` and, where they import TensorFlow, ``quiet_stderr``;
they are imported on first use, so that ``import autograder`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.kernel.quiet import quiet_stderr
    from autograder.local_check import case, check
    from autograder.storage.dataset_file import load_dataset as load

__version__ = "0.1.0"
__all__ = ["__version__", "case", "check", "load", "quiet_stderr"]


def __getattr__(name: str) -> Any:
    """Import what notebooks use when it is first asked for (PEP 562)."""
    if name in ("check", "case"):
        from autograder import local_check

        return getattr(local_check, name)
    if name == "load":
        from autograder.storage.dataset_file import load_dataset

        return load_dataset
    if name == "quiet_stderr":
        from autograder.kernel.quiet import quiet_stderr

        return quiet_stderr
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
