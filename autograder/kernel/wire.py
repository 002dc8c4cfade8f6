"""Frames: messages of plain values on a stream socket.

A frame is two little-endian u32 lengths, a JSON header ``[nonce, kind, tree]`` and the raw bytes of
the tree's arrays (see `autograder.kernel.trees`). There is no pickle, and nothing that the other
side says about a length is believed before it is compared with a bound.
"""

import json
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.kernel.trees import MAX_BYTES, Inspector, WireError, from_tree, to_tree

__all__ = [
    "HangupError", "Message", "Room", "RoomError", "WireError", "pack", "receive", "refuse_early",
    "send",
]  # fmt: skip

LENGTHS = struct.Struct("<II")
MAX_HEADER = 4 * 2**20
ENTRIES_WEIGHT = 16  # a header's entries take about this many times their text, once they are read
LOOK_EVERY = 0.25

Alive = Callable[[], bool]


class HangupError(WireError):
    """The other side closed the connection, or its process ended."""


class RoomError(WireError):
    """An answer is larger than what is left for it."""


class Room:
    """How many bytes several answers may still take in the grader, all together."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, header_size: int, body_size: int) -> None:
        """Account for a frame before it is read. Raises RoomError where it does not fit."""
        self._left -= ENTRIES_WEIGHT * header_size + body_size
        if self._left < 0:
            raise RoomError("the answers are too large")


@dataclass(frozen=True)
class Message:
    """A request or its answer. nonce: of the request; its answer repeats it."""

    nonce: str
    kind: str
    value: Any = None


def pack(message: Message) -> bytes:
    """Return a message's frame. Raises WireError where it does not fit into the bounds."""
    arrays: list[Any] = []
    tree = to_tree(message.value, arrays)
    inspector = Inspector(requests=True)
    inspector.inspect(tree)
    header = json.dumps([message.nonce, message.kind, tree], ensure_ascii=False).encode()
    if len(header) > MAX_HEADER:
        raise WireError("the message is too long")
    buffers = [array.tobytes() for array in arrays]
    return b"".join([LENGTHS.pack(len(header), inspector.size), header, *buffers])


def send(
    channel: socket.socket,
    message: Message,
    deadline: float | None = None,
    alive: Alive | None = None,
) -> None:
    """Write a message. deadline: by `time.monotonic`; TimeoutError after it.

    alive: asked now and then; HangupError once it says no.
    """
    rest = memoryview(pack(message))
    while rest:
        _wait(channel, deadline, alive, writing=True)
        try:
            rest = rest[channel.send(rest, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise HangupError(f"the connection is closed ({error.strerror})") from None


def receive(
    channel: socket.socket,
    deadline: float | None = None,
    alive: Alive | None = None,
    *,
    requests: bool = False,
    room: Room | None = None,
) -> Message:
    """Read one message, checking each length before the bytes that it announces are read.

    The deadline is absolute: bytes that drip in do not extend it. requests: what is read are the
    grader's own requests. room: for this message and others. Raises WireError, HangupError or
    TimeoutError.
    """

    def read(size: int) -> bytearray:
        return _read(channel, size, deadline, alive)

    header_size, body_size = LENGTHS.unpack(read(LENGTHS.size))
    if header_size > MAX_HEADER or body_size > MAX_BYTES:
        raise WireError("a frame announces more bytes than are allowed")
    if room is not None:
        room.take(header_size, body_size)
    nonce, kind, tree = _parse(read(header_size))
    inspector = Inspector(requests=requests)
    inspector.inspect(tree)
    if inspector.size != body_size:
        raise WireError("the arrays' shapes do not fit the bytes that follow")
    return Message(nonce, kind, from_tree(tree, read(body_size)))


def refuse_early(channel: socket.socket) -> None:
    """Raise WireError where something can be read before anything was asked."""
    if not _ready(channel, select.POLLIN, 0):
        return
    try:
        early = channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        early = b""
    if not early:
        raise HangupError("the connection is closed")
    raise WireError("something was written before the question")


def _parse(header: bytearray) -> tuple[str, str, Any]:
    try:
        parsed = json.loads(header.decode("utf-8"))
    except (ValueError, RecursionError, MemoryError):
        raise WireError("a frame's header is not JSON") from None
    if not isinstance(parsed, list) or len(parsed) != 3:
        raise WireError("a frame's header is not a nonce, a kind and a value")
    nonce, kind, tree = parsed
    if not isinstance(nonce, str) or not isinstance(kind, str):
        raise WireError("a frame's nonce or kind is not text")
    return nonce, kind, tree


def _read(
    channel: socket.socket, size: int, deadline: float | None, alive: Alive | None
) -> bytearray:
    buffer = bytearray(size)
    rest = memoryview(buffer)
    while rest:
        _wait(channel, deadline, alive)
        try:
            count = channel.recv_into(rest, len(rest), socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        except OSError as error:
            raise HangupError(f"the connection is closed ({error.strerror})") from None
        if not count:
            raise HangupError("the connection is closed")
        rest = rest[count:]
    return buffer


def _wait(
    channel: socket.socket, deadline: float | None, alive: Alive | None, *, writing: bool = False
) -> None:
    """Wait until the socket can be read (or written)."""
    event = select.POLLOUT if writing else select.POLLIN
    while True:
        left = LOOK_EVERY if deadline is None else deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        ended = alive is not None and not alive()
        if _ready(channel, event, 0 if ended else min(left, LOOK_EVERY)):
            return
        if ended:
            raise HangupError("the process ended")


def _ready(channel: socket.socket, event: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(channel, event)
    return bool(poll.poll(seconds * 1000))
