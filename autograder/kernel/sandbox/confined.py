"""The first program of a box: gives everything up, then runs a kernel, or what tries the box.

``python -m autograder.kernel.sandbox.confined DESCRIPTOR`` reads its settings, as JSON, from an
inherited descriptor. Nothing of a student's has run yet, and nothing of the grader's is in here.
"""

import base64
import json
import os
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.kernel.sandbox import landlock, privileges, standing_in
from autograder.kernel.sandbox.box import BUBBLEWRAP, DEVICES, Bounds

KERNEL, PROBES, CANARY = "kernel", "probes", "canary"


@dataclass(frozen=True)
class Settings:
    """What the program is told.

    run: ``kernel``, ``probes`` or ``canary``. lifeline: a pipe whose other end the grader holds.
    user: to become, or None. parent: the process to die with, or None. readable, writable: what
    Landlock allows. program: the seccomp filter, in base 64. hidden: packages that are stood in
    for. connection: Jupyter's connection information. sockets: a descriptor that listens, for each
    of its ports. probes: what the self-test needs.
    """

    run: str
    lifeline: int
    variant: str
    bounds: dict[str, int]
    program: str
    readable: list[str]
    writable: list[str]
    user: int | None = None
    parent: int | None = None
    hidden: list[str] = field(default_factory=list)
    connection: dict[str, Any] = field(default_factory=dict)
    sockets: dict[str, int] = field(default_factory=dict)
    probes: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the settings as they are handed over."""
        return json.dumps(asdict(self)).encode()


def read_settings(descriptor: int) -> Settings:
    """Read and close the descriptor."""
    with os.fdopen(descriptor, "rb") as file:
        return Settings(**json.loads(file.read()))


def confine(settings: Settings) -> int:
    """Give up user, capabilities, files and system calls; return Landlock's version, 0 for none."""
    bounds = Bounds(**settings.bounds)
    privileges.end_without(settings.lifeline)
    privileges.be_ended_first()
    if settings.variant == BUBBLEWRAP:
        privileges.bound_folders(bounds)
    privileges.drop_bounding_set()
    if settings.user is not None:
        privileges.become(settings.user)
    if settings.parent is not None:
        privileges.die_with_parent(settings.parent)
    privileges.drop_capabilities()
    privileges.bound_resources(bounds)
    held = landlock.restrict(settings.readable, settings.writable, DEVICES)
    privileges.filter_system_calls(base64.b64decode(settings.program))
    return held


def leave_debugger_out() -> None:
    """Have the import of the debugger fail: a kernel that grades has none, and starts faster."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # as documented by `import`


def main(arguments: list[str]) -> None:
    """Confine this process for good, and go on as what the settings say."""
    settings = read_settings(int(arguments[0]))
    held = confine(settings)
    if settings.run == PROBES:
        from autograder.kernel.sandbox.probes import report

        report(settings.probes, held)
        return
    standing_in.install(settings.hidden)
    if settings.run == CANARY:
        from autograder.kernel.sandbox.canary import sing

        sing()
        return
    leave_debugger_out()
    from autograder.kernel.sandbox.boxed_kernel import launch

    launch(settings.connection, {int(port): fd for port, fd in settings.sockets.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
