"""`autograder doctor`: what the sandbox's self-test tries here, and what holds."""

from collections.abc import Sequence

from rich.console import Console

from autograder.classroom.running import confidential
from autograder.course.layout import Course
from autograder.kernel.sandbox.box import BUBBLEWRAP
from autograder.kernel.sandbox.probes import PROBES
from autograder.kernel.sandbox.self_test import Trial, candidates, refusal, try_variant, try_warm

EXIT_OK, EXIT_ATTENTION = 0, 1


def doctor_command(course: Course, console: Console) -> int:
    """Try every variant and show what was found; exit code 1 where none holds."""
    secrets = tuple(confidential(course.root))
    trials = [try_variant(variant, secrets) for variant in candidates()]
    lines = report(trials)
    if any(trial.holds and trial.variant == BUBBLEWRAP for trial in trials):
        lines.append(of_warm(try_warm(secrets)))
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
    return EXIT_OK if any(trial.holds for trial in trials) else EXIT_ATTENTION


def of_warm(trial: Trial) -> str:
    """Say how kernels are started where bubblewrap holds."""
    if trial.holds:
        return f"Kernels are started warm: the same {trial.tried} escapes were tried, and held."
    return f"Kernels are started cold, which takes longer: {trial.reason}"


def report(trials: Sequence[Trial]) -> list[str]:
    """Return the lines that say what was tried and found."""
    lines = [line for trial in trials for line in [*_of(trial), ""]]
    for trial in trials:
        if trial.holds:
            return [*lines, f"Submissions run in the variant {trial.variant}."]
    return [*lines, refusal(trials)]


def _of(trial: Trial) -> list[str]:
    if trial.trouble:
        return [f"{trial.variant}: not here", f"  {trial.trouble}", f"  {trial.remedy}".rstrip()]
    abi = f"Landlock {trial.landlock}" if trial.landlock else "without Landlock"
    state = "holds" if trial.holds else "does not hold"
    lines = [f"{trial.variant}: {state} ({trial.tried} escapes tried, {abi})"]
    for probe in PROBES:
        out, exempt = probe.__name__ in trial.escaped, probe.__name__ in trial.beyond
        verdict = "OUT " if out else "open" if exempt else "held"
        lines.append(f"  {verdict}  {(probe.__doc__ or '').rstrip('.')}")
    return lines if trial.holds else [*lines, f"  {trial.remedy}"]
