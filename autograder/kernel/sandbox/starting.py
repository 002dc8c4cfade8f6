"""Start a box: bubblewrap's or a container's, with the program started in it or forked into it."""

import base64
import contextlib
import dataclasses
import json
import os
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from autograder.kernel.sandbox import bubblewrap, container
from autograder.kernel.sandbox.box import BUBBLEWRAP, PRIVATE_FOLDERS, WORK, Box
from autograder.kernel.sandbox.confined import KERNEL, Settings
from autograder.kernel.sandbox.fork_client import ForkServer
from autograder.kernel.sandbox.started import Started
from autograder.kernel.sandbox.system_calls import filter_program
from autograder.kernel.sandbox.users import private_user

CONFINED = "autograder.kernel.sandbox.confined"
START_SECONDS = 20.0
MAX_FILES = 100
STREAMS = {"stdout": 1, "stderr": 2}


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

    @property
    def descriptors(self) -> list[int]:
        """All that it inherits."""
        return [*self.handed, *self.sockets.values()]


@dataclass(frozen=True)
class _Making:
    """A box that is being made.

    lifeline: the program's end of the pipe whose other end, ours, the grader holds while the box
    lives. closing: closes what is not needed once the box runs. undoing: undoes what was done, if
    it will not run.
    """

    lifeline: int
    ours: int
    closing: contextlib.ExitStack
    undoing: contextlib.ExitStack


@contextlib.contextmanager
def _making() -> Iterator[_Making]:
    try:
        with contextlib.ExitStack() as closing, contextlib.ExitStack() as undoing:
            theirs, ours = os.pipe()
            closing.callback(os.close, theirs)
            undoing.callback(os.close, ours)
            yield _Making(theirs, ours, closing, undoing)
            undoing.pop_all()
    except (OSError, LookupError, bubblewrap.NoBubblewrapError) as error:
        raise BoxError(str(error)) from error


def start_cold(box: Box, contents: Contents, **streams: Any) -> Started:
    """Start a program in a box. streams: stdout and stderr, as `subprocess.Popen` takes them.

    Raises BoxError where there is no such box on this machine.
    """
    variant = _start_bubblewrap if box.variant == BUBBLEWRAP else _start_in_container
    with _making() as making:
        return variant(box, contents, making, streams)


def start_forked(box: Box, contents: Contents, server: ForkServer, **streams: IO[bytes]) -> Started:
    """Start a program in a box of bubblewrap's, forked by a server. streams: stdout and stderr.

    Raises BoxError, and ForkServerError where it is the server that fails.
    """
    with _making() as making:
        settings = _handed_over(
            _settings(box, contents, making, ["/"], PRIVATE_FOLDERS, _users()), making.closing
        )
        process, first = _in_bubblewrap(box, None, (), making, {"stdin": making.lifeline})
        inherited = [settings, making.lifeline, *contents.descriptors]
        files = {STREAMS[name]: file.fileno() for name, file in streams.items()}
        forked = server.fork(first, {number: number for number in inherited} | files)
        return Started(process, making.ours, first, forked=forked)


def _start_bubblewrap(
    box: Box, contents: Contents, making: _Making, streams: dict[str, Any]
) -> Started:
    settings = _handed_over(
        _settings(box, contents, making, ["/"], PRIVATE_FOLDERS, _users()), making.closing
    )
    inherited = [settings, making.lifeline, *contents.descriptors]
    process, first = _in_bubblewrap(box, _program(settings), inherited, making, streams)
    return Started(process, making.ours, first)


def _users() -> int | None:
    """Return whom a process of root becomes."""
    return private_user() if os.geteuid() == 0 else None


def _in_bubblewrap(
    box: Box,
    inside: Sequence[str] | None,
    inherited: Sequence[int],
    making: _Making,
    streams: dict[str, Any],
) -> tuple[subprocess.Popen[bytes], int]:
    """Start bubblewrap; return its process, and the number of the first one in the box.

    inside: the program, or None for a box that waits for one to join it.
    """
    copies = dict(_copies(box, making.closing))
    reads, writes = os.pipe()
    making.closing.callback(os.close, reads)
    if inside is None:
        echoes, echo = os.pipe()
        making.closing.callback(os.close, echoes)
        streams = {**streams, "stdout": echo}
    process = _run(
        bubblewrap.command(box, inside, copies, writes), [*inherited, *copies.values(), writes],
        {}, streams,
    )  # fmt: skip
    making.undoing.callback(process.wait)
    making.undoing.callback(process.kill)
    os.close(writes)
    first = _first_process(reads)
    if inside is None:
        os.close(echo)
        _await_echo(making.ours, echoes)
    return process, first


def _await_echo(lifeline: int, echoes: int) -> None:
    """Wait until the box repeats what it is told.

    bubblewrap names its first process before it has made the mounts; whoever joined it then would
    still see the whole machine.
    """
    os.write(lifeline, b".")
    if not select.select([echoes], [], [], START_SECONDS)[0] or os.read(echoes, 1) != b".":
        raise BoxError("bubblewrap made no box")


def _start_in_container(
    box: Box, contents: Contents, making: _Making, streams: dict[str, Any]
) -> Started:
    user = private_user()
    folder = container.make_folder(box, user)
    making.undoing.callback(container.remove, folder)
    settings = _settings(box, contents, making, container.readable(box), [str(folder)], user)
    descriptor = _handed_over(dataclasses.replace(settings, parent=os.getpid()), making.closing)
    process = _run(
        _program(descriptor),
        [descriptor, making.lifeline, *contents.descriptors],
        container.variables(folder),
        {**streams, "cwd": folder},
    )
    return Started(process, making.ours, process.pid, folder)


def _program(settings: int) -> list[str]:
    return [bubblewrap.python(), "-P", "-s", "-m", CONFINED, str(settings)]


def _run(
    command: Sequence[str],
    descriptors: Sequence[int],
    variables: Mapping[str, str],
    streams: dict[str, Any],
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=streams.get("stdin", subprocess.DEVNULL),
        stdout=streams.get("stdout", subprocess.DEVNULL),
        stderr=streams.get("stderr", subprocess.DEVNULL),
        cwd=streams.get("cwd"),
        pass_fds=descriptors,
        env=variables,
        start_new_session=True,
    )


def _settings(
    box: Box,
    contents: Contents,
    making: _Making,
    readable: Sequence[str],
    writable: Sequence[str],
    user: int | None,
) -> Settings:
    return Settings(
        run=contents.run,
        lifeline=making.lifeline,
        variant=box.variant,
        bounds=dataclasses.asdict(box.bounds),
        program=base64.b64encode(filter_program()).decode("ascii"),
        readable=list(readable),
        writable=list(writable),
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
