"""Which box holds on this machine: real escapes are tried in it, and the strongest is chosen."""

import contextlib
import functools
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.core.errors import ExplainedError
from autograder.kernel.sandbox import probes
from autograder.kernel.sandbox.box import BUBBLEWRAP, CONTAINER, KERAS_PACKAGES, Box
from autograder.kernel.sandbox.confined import PROBES
from autograder.kernel.sandbox.fork_client import ForkServer, ForkServerError
from autograder.kernel.sandbox.fork_server import ALWAYS
from autograder.kernel.sandbox.probes import Target
from autograder.kernel.sandbox.remedies import remedy
from autograder.kernel.sandbox.started import Started
from autograder.kernel.sandbox.starting import BoxError, Contents, start_cold, start_forked
from autograder.kernel.sandbox.system_calls import FilterError
from autograder.kernel.scratch import make_scratch

TEST_SECONDS = 30.0
MAX_REPORT = 100_000
MARK = "AUTOGRADER_SELF_TEST"
# A container's root may not mount: what bounds a folder there is the size of /dev/shm.
BEYOND_A_CONTAINER = ("fill_the_disk",)


class NoSandboxError(ExplainedError):
    """No box holds on this machine. The message names what failed, and what to do."""


@dataclass(frozen=True)
class Trial:
    """What the self-test found of one variant.

    trouble: why there is no such box, or "". escaped: the probes that got out. beyond: those that
    got out of a wall that this variant does not claim to have. landlock: its version, 0 for none.
    tried: how many probes ran.
    """

    variant: str
    trouble: str = ""
    escaped: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    landlock: int = 0
    tried: int = 0

    @property
    def holds(self) -> bool:
        """Whether a submission may be run in it."""
        return not self.trouble and not self.escaped

    @property
    def reason(self) -> str:
        """What is wrong with it, in a sentence."""
        if self.trouble:
            return f"{self.trouble.rstrip('.')}."
        return f"the self-test could {', '.join(name.replace('_', ' ') for name in self.escaped)}."

    @property
    def remedy(self) -> str:
        """What to do about it, in a sentence; "" where it holds."""
        return "" if self.holds else remedy(self.variant, self.trouble, self.escaped)


@functools.cache
def chosen_variant(confidential: tuple[str, ...] = ()) -> str:
    """Return the strongest variant that holds; tried once a process. Raises NoSandboxError.

    confidential: files and folders that a submission must not be able to read.
    """
    trials = []
    for variant in candidates():
        trials.append(try_variant(variant, confidential))
        if trials[-1].holds:
            return variant
    raise NoSandboxError(refusal(trials))


def candidates() -> list[str]:
    """Return the variants that may be tried here, the strongest first."""
    if sys.platform != "linux":
        return []
    return [BUBBLEWRAP, CONTAINER] if os.geteuid() == 0 else [BUBBLEWRAP]


def refusal(trials: Sequence[Trial]) -> str:
    """Say why nothing is graded, and what to do."""
    if not trials:
        return (
            f"Submissions are run in a sandbox, which needs Linux; this is {sys.platform}. Grade "
            "on a Linux machine or in the container that docs/how-to/use-a-container.md describes."
        )
    lines = ["Submissions are run in a sandbox, and none holds on this machine."]
    lines += [f"{trial.variant}: {trial.reason} {trial.remedy}" for trial in trials]
    return "\n".join([*lines, "`autograder doctor` shows every probe."])


def try_variant(variant: str, confidential: Sequence[str] = ()) -> Trial:
    """Try all escapes in a box of this variant; nothing is raised."""
    return _try(start_cold, variant, confidential)


def try_forked(server: ForkServer, confidential: Sequence[str] = ()) -> Trial:
    """Try all escapes in a box that a child of this server joins; nothing is raised."""
    return _try(functools.partial(start_forked, server=server), BUBBLEWRAP, confidential)


def try_warm(confidential: Sequence[str] = ()) -> Trial:
    """Start a server and try all escapes in a box that a child of it joins; nothing is raised."""
    try:
        server = ForkServer(ALWAYS)
    except ForkServerError as error:
        return Trial(BUBBLEWRAP, str(error))
    try:
        return try_forked(server, confidential)
    finally:
        server.close()


def _try(start: Callable[..., Started], variant: str, confidential: Sequence[str]) -> Trial:
    try:
        with _target(confidential) as target:
            return _trial(start, variant, target)
    except (BoxError, FilterError, ForkServerError, OSError, ValueError) as error:
        return Trial(variant, str(error) or type(error).__name__)


def _trial(start: Callable[..., Started], variant: str, target: Target) -> Trial:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        box, contents = Box(variant, tuple(target.hidden)), Contents(PROBES, probes=asdict(target))
        try:
            running = start(box, contents, stdout=output, stderr=errors)
        except BoxError as error:
            raise BoxError(_last_line(errors) or str(error)) from error
        try:
            code = running.wait(TEST_SECONDS)
        finally:
            running.end()
        if code:
            raise BoxError(_last_line(errors) or "the self-test ended early")
        output.seek(0)
        return _read(variant, output.read(MAX_REPORT))


def _last_line(errors: BinaryIO) -> str:
    errors.seek(0)
    lines = errors.read(MAX_REPORT).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _read(variant: str, output: bytes) -> Trial:
    found = json.loads(output)
    if len(found["escapes"]) != len(probes.PROBES):
        raise BoxError("the self-test did not finish")
    out = tuple(name for name, escaped in found["escapes"].items() if escaped)
    exempt = BEYOND_A_CONTAINER if variant == CONTAINER else ()
    return Trial(
        variant,
        escaped=tuple(name for name in out if name not in exempt),
        beyond=tuple(name for name in out if name in exempt),
        landlock=found["landlock"],
        tried=len(found["escapes"]),
    )


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder; where its maker is killed, the next run removes it."""
    folder = make_scratch("doctor")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _target(confidential: Sequence[str]) -> Iterator[Target]:
    """Yield what the probes are to get at, made for them: a secret, two servers, a variable."""
    text = secrets.token_hex(16)
    os.environ[MARK] = text
    with (
        _folder() as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as by_path,
    ):
        secret = folder / "secret"
        secret.write_text(text, encoding="ascii")
        by_path.bind(f"{folder}/socket")
        by_path.listen()
        folder.chmod(0o755)  # so that it is the box that keeps others out
        try:
            yield Target(
                secrets=[str(secret), *confidential],
                process=os.getpid(),
                port=server.getsockname()[1],
                path=f"{folder}/socket",
                text=text,
                memory_bytes=Box().bounds.memory_bytes,
                folder_bytes=Box().bounds.folder_bytes,
                hidden=list(KERAS_PACKAGES),
            )
        finally:
            del os.environ[MARK]
