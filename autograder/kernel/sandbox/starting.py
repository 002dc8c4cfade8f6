"""Start a box, and end all that is in it."""

import base64
import contextlib
import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.kernel.sandbox import bubblewrap, container
from autograder.kernel.sandbox.box import BUBBLEWRAP, PRIVATE_FOLDERS, WORK, Box
from autograder.kernel.sandbox.confined import KERNEL, Settings
from autograder.kernel.sandbox.system_calls import filter_program
from autograder.kernel.sandbox.users import private_user

CONFINED = "autograder.kernel.sandbox.confined"
START_SECONDS = 20.0
END_SECONDS = 5.0
MAX_FILES = 100


class BoxError(Exception):
    """The box could not be made; the message says what is missing."""


@dataclass(frozen=True)
class Contents:
    """What runs in a box, beside the box's own settings (see `confined.Settings`).

    handed: descriptors that it inherits under their own numbers.
    """

    run: str = KERNEL
    handed: Sequence[int] = ()
    connection: Mapping[str, Any] = field(default_factory=dict)
    sockets: Mapping[int, int] = field(default_factory=dict)
    probes: Mapping[str, Any] = field(default_factory=dict)


class Started:
    """A box that runs.

    process: what was started. lifeline: an end of a pipe to let go of at the end. first: the handle
    (pidfd) of the box's first process; with it, the kernel ends all the others.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], lifeline: int, first: int, folder: Path | None
    ) -> None:
        self.process = process
        self._lifeline = lifeline
        self._first = first
        self._handle = os.pidfd_open(first)
        self._folder = folder

    def interrupt(self) -> None:
        """Interrupt the program in the box, as Ctrl-C does."""
        with contextlib.suppress(OSError):
            for process in self._programs():
                os.kill(process, signal.SIGINT)

    def _programs(self) -> list[int]:
        """Return what runs in the box: the first process itself, or what bubblewrap started."""
        if self._first == self.process.pid:
            return [self._first]
        children = Path(f"/proc/{self._first}/task/{self._first}/children")
        return [int(number) for number in children.read_text(encoding="ascii").split()]

    def end(self) -> None:
        """End all that is in the box, and wait until it is gone; again does no harm."""
        if self._handle < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        os.close(self._handle)
        os.close(self._lifeline)
        self._handle = -1
        try:
            self.process.wait(END_SECONDS)  # bubblewrap reaps the box's first process, and ends
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._folder is not None:
            container.remove(self._folder)


def start(box: Box, contents: Contents, **streams: Any) -> Started:
    """Start a program in a box. streams: stdout and stderr, as `subprocess.Popen` takes them.

    Raises BoxError where there is no such box on this machine.
    """
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | streams
    try:
        with contextlib.ExitStack() as closing, contextlib.ExitStack() as unless_started:
            theirs, ours = os.pipe()
            closing.callback(os.close, theirs)
            unless_started.callback(os.close, ours)
            variant = _start_bubblewrap if box.variant == BUBBLEWRAP else _start_in_container
            started = variant(box, contents, (theirs, ours), closing, streams)
            unless_started.pop_all()
            return started
    except (OSError, LookupError, bubblewrap.NoBubblewrapError) as error:
        raise BoxError(str(error)) from error


def _start_bubblewrap(
    box: Box,
    contents: Contents,
    lifeline: tuple[int, int],
    closing: contextlib.ExitStack,
    streams: Mapping[str, Any],
) -> Started:
    user = private_user() if os.geteuid() == 0 else None
    theirs, ours = lifeline
    settings = _handed_over(
        _settings(box, contents, theirs, ["/"], list(PRIVATE_FOLDERS), user), closing
    )
    copies = dict(_copies(box, closing))
    reads, writes = os.pipe()
    closing.callback(os.close, reads)
    inside = _program(settings)
    process = _run(
        bubblewrap.command(box, inside, copies, writes),
        [*contents.handed, *contents.sockets.values(), *copies.values(), settings, theirs, writes],
        {},
        streams,
    )
    os.close(writes)
    try:
        return Started(process, ours, _first_process(reads), None)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _start_in_container(
    box: Box,
    contents: Contents,
    lifeline: tuple[int, int],
    closing: contextlib.ExitStack,
    streams: Mapping[str, Any],
) -> Started:
    user = private_user()
    theirs, ours = lifeline
    folder = container.make_folder(box, user)
    unless_started = closing.enter_context(contextlib.ExitStack())
    unless_started.callback(container.remove, folder)
    settings = _settings(box, contents, theirs, container.readable(box), [str(folder)], user)
    descriptor = _handed_over(dataclasses.replace(settings, parent=os.getpid()), closing)
    process = _run(
        _program(descriptor),
        [*contents.handed, *contents.sockets.values(), descriptor, theirs],
        container.variables(folder),
        {**streams, "cwd": folder},
    )
    started = Started(process, ours, process.pid, folder)
    unless_started.pop_all()
    return started


def _program(settings: int) -> list[str]:
    return [sys.executable, "-P", "-s", "-m", CONFINED, str(settings)]


def _run(
    command: Sequence[str],
    descriptors: Sequence[int],
    variables: Mapping[str, str],
    streams: Mapping[str, Any],
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=descriptors,
        env=variables,
        start_new_session=True,
        **streams,
    )


def _settings(
    box: Box,
    contents: Contents,
    lifeline: int,
    readable: list[str],
    writable: list[str],
    user: int | None,
) -> Settings:
    return Settings(
        run=contents.run,
        lifeline=lifeline,
        variant=box.variant,
        bounds=dataclasses.asdict(box.bounds),
        program=base64.b64encode(filter_program()).decode("ascii"),
        readable=readable,
        writable=writable,
        user=user,
        hidden=list(box.hidden),
        connection=dict(contents.connection),
        sockets={str(port): descriptor for port, descriptor in contents.sockets.items()},
        probes=dict(contents.probes),
    )


def _handed_over(settings: Settings, closing: contextlib.ExitStack) -> int:
    """Return a descriptor from which the settings can be read, once."""
    descriptor = os.memfd_create("settings")
    closing.callback(os.close, descriptor)
    os.write(descriptor, settings.to_json())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _copies(box: Box, closing: contextlib.ExitStack) -> Iterator[tuple[str, int]]:
    """Open the folder's files, and matplotlib's list of fonts; yield where they appear."""
    for path in files_of(box):
        yield f"{WORK}/{path.name}", _opened(path, closing)
    for path in bubblewrap.font_lists():
        yield f"{bubblewrap.FONTS}/{path.name}", _opened(path, closing)


def files_of(box: Box) -> list[Path]:
    """Return the regular files of the box's folder."""
    if box.folder is None:
        return []
    found = [path for path in sorted(box.folder.iterdir()) if not path.is_symlink()]
    return [path for path in found if path.is_file()][:MAX_FILES]


def _opened(path: Path, closing: contextlib.ExitStack) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    closing.callback(os.close, descriptor)
    return descriptor


def _first_process(descriptor: int) -> int:
    """Return the number of the box's first process, from what bubblewrap writes."""
    text = b""
    while b"}" not in text:
        if not select.select([descriptor], [], [], START_SECONDS)[0]:
            raise BoxError("bubblewrap made no box in time")
        piece = os.read(descriptor, 4096)
        if not piece:
            raise BoxError("bubblewrap made no box")
        text += piece
    return int(json.loads(text)["child-pid"])
