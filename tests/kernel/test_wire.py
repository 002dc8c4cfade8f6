"""Frames carry plain values exactly, and nothing else gets through."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.core.outcome import Call, Died, KerasProbe, Raised, Returned
from autograder.core.values import Foreign, FromCall, Rng, same_value
from autograder.kernel import wire
from autograder.kernel.messages import (
    EXITS,
    call_from_plain,
    call_to_plain,
    found_from_plain,
    results_from_plain,
    results_to_plain,
)
from autograder.kernel.trees import DTYPES, MAX_BYTES, MAX_DEPTH, MAX_NODES
from autograder.kernel.wire import (
    HangupError,
    Message,
    Room,
    RoomError,
    WireError,
    pack,
    receive,
    send,
)

PATIENCE = 60.0  # seconds, for what lies ready

ARRAYS = hnp.arrays(
    dtype=st.sampled_from(sorted(DTYPES)),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | TEXTS
    | ARRAYS
    | st.builds(Foreign, TEXTS, TEXTS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def crossing(value: Any, *, requests: bool = False) -> Any:
    """The value after it went through a socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frame = pack(Message("n", "k", value))
        writer = threading.Thread(target=ours.sendall, args=(frame,))
        writer.start()
        try:
            return receive(theirs, time.monotonic() + PATIENCE, requests=requests).value
        finally:
            writer.join()


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_every_plain_value_arrives_exactly(value: Any):
    assert same_value(crossing(value), value)


def test_negative_zero_and_infinities_arrive_exactly():
    assert [number.hex() for number in crossing([-0.0, np.inf, -np.inf, 5e-324])] == [
        "-0x0.0p+0", "inf", "-inf", "0x0.0000000000001p-1022",
    ]  # fmt: skip


def test_arrays_arrive_writable_and_apart_from_each_other():
    one, other = crossing([np.zeros(3), np.zeros(3)])
    one[0] = 1
    assert other.tolist() == [0, 0, 0]


def test_big_endian_and_strided_arrays_arrive_as_little_endian_ones():
    array = np.arange(12, dtype=">f8").reshape(3, 4).T[::2]
    arrived = crossing(array)
    assert arrived.dtype == np.dtype("<f8")
    assert arrived.tolist() == array.tolist()


def test_half_of_a_surrogate_pair_arrives_as_an_escape():
    assert crossing("a\ud800b") == "a\\ud800b"


def test_a_truth_array_holds_nothing_but_truth_values(ends: Any):
    ours, theirs = ends
    ours.sendall(frame(["a", "|b1", [3]], b"\x00\x02\xff"))
    assert receive(theirs, time.monotonic() + PATIENCE).value.view(np.uint8).tolist() == [0, 1, 1]


def test_stand_ins_arrive_in_requests_only():
    value = [Rng(3), FromCall("forward", (np.ones(2), Rng(1)), 1)]
    arrived = crossing(value, requests=True)
    assert arrived[0] == Rng(3)
    assert arrived[1].function == "forward"
    assert arrived[1].arguments[1] == Rng(1)
    with pytest.raises(WireError, match="tag"):
        crossing(value)


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, 2**63, 1j, np.array([1j]), np.array(["a"]), np.float64(1), {3}]
)
def test_what_is_not_plain_is_not_sent(value: Any):
    with pytest.raises(WireError):
        pack(Message("n", "k", value))


def test_a_value_that_is_too_deep_or_too_large_is_not_sent():
    deep: Any = 0
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    for value in (deep, [0] * MAX_NODES, np.zeros(5_000_000)):
        with pytest.raises(WireError):
            pack(Message("n", "k", value))


def frame(tree: Any, body: bytes = b"", nonce: Any = "n") -> bytes:
    return raw(json.dumps([nonce, "k", tree]).encode(), body)


def raw(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<II", len(header), len(body)) + header + body


NESTED = b"[" * 100_000 + b"]" * 100_000
HOSTILE = {
    "lying header length": struct.pack("<II", 2**32 - 1, 0),
    "lying body length": struct.pack("<II", 2, 2**32 - 1) + b"[]",
    "not JSON": raw(b"{"),
    "not UTF-8": raw(b"\xff\xff"),
    "JSON nested deeply": raw(NESTED),
    "an integer of 100,000 digits": raw(b'["n","k",' + b"9" * 100_000 + b"]"),
    "not a triple": raw(b'["n","k"]'),
    "a nonce that is no text": frame(None, nonce=7),
    "a JSON float": raw(b'["n","k",1.5]'),
    "a JSON nan": raw(b'["n","k",NaN]'),
    "a JSON object": raw(b'["n","k",{"a":1}]'),
    "an empty list": frame([]),
    "an unknown tag": frame(["z", 1]),
    "a tag that is a list": frame([["l"], 1]),
    "an integer of 65 bits": frame(2**64),
    "a float that is not one": frame(["f", "0x1p99999999"]),
    "a float that is an array": frame(["f", [1]]),
    "a long text": frame("a" * 20_000),
    "half a surrogate pair": raw(b'["n","k","\\ud800"]'),
    "a dict with a key too many": frame(["d", "a"]),
    "a dict whose key is a number": frame(["d", 1, 1]),
    "a dict with a key twice": frame(["d", "a", 1, "a", 2]),
    "a foreign value without names": frame(["o", "a", 1]),
    "too many values": frame(["l", *[0] * MAX_NODES]),
    "an array of objects": frame(["a", "|O", [1]], b"12345678"),
    "an array of pickles": frame(["a", "|V8", [1]], b"12345678"),
    "an array of dates": frame(["a", "<M8[s]", [1]], b"12345678"),
    "a dtype that is a list": frame(["a", [["x", "<f8"]], [1]], b"12345678"),
    "a shape that is a number": frame(["a", "<f8", 1], b"12345678"),
    "nine dimensions": frame(["a", "<f8", [1] * 9], b"12345678"),
    "a negative length": frame(["a", "<f8", [-1, -1]], b"12345678"),
    "a length that is true": frame(["a", "<f8", [True]], b"12345678"),
    "a length that is a float": raw(b'["n","k",["a","<f8",[1.0]]]', b"12345678"),
    "a product that overflows": frame(["a", "<f8", [2**31, 2**31]], b"12345678"),
    "an empty array of huge sides": frame(["a", "<f8", [0, 2**31]]),
    "fewer bytes than the shape": frame(["a", "<f8", [2]], b"12345678"),
    "more bytes than the shape": frame(["a", "<f8", [1]], b"1234567812345678"),
    "bytes without an array": frame(None, b"12345678"),
    "arrays that are too large together": frame(["l", *[["a", "<f8", [4_000_000]]] * 5]),
    "a request's stand-in": frame(["r", 1]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_is_refused_before_it_is_believed(ends: Any, name: str):
    ours, theirs = ends
    writer = threading.Thread(target=ours.sendall, args=(HOSTILE[name],))
    writer.start()
    with pytest.raises(WireError) as caught:
        receive(theirs, time.monotonic() + PATIENCE)
    assert not isinstance(caught.value, HangupError)
    theirs.close()
    writer.join()


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_message_or_a_wire_error(content: bytes):
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(raw(content))
        try:
            receive(theirs, time.monotonic() + PATIENCE)
        except WireError:
            return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([*"fltdao", *DTYPES]) | st.text(),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(JSON, st.binary(max_size=64))
@settings(max_examples=100, deadline=None)
def test_any_tree_is_a_message_or_a_wire_error(tree: Any, body: bytes):
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(frame(tree, body))
        try:
            receive(theirs, time.monotonic() + PATIENCE)
        except WireError:
            return


def test_a_slow_drip_does_not_extend_the_deadline(ends: Any):
    ours, theirs = ends
    content = frame(None)
    stop = threading.Event()

    def drip() -> None:
        for byte in content:
            ours.sendall(bytes([byte]))
            if stop.wait(0.05):
                return

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(TimeoutError):  # and no message, which would be whole soon after
        receive(theirs, time.monotonic() + 0.3)
    stop.set()
    dripping.join()


def test_who_does_not_read_cannot_keep_us(ends: Any):
    with pytest.raises(TimeoutError):
        send(ends[0], Message("n", "k", np.zeros(10**6)), time.monotonic() + 0.2)


def test_a_closed_connection_and_a_dead_process_are_told_at_once(ends: Any):
    ours, theirs = ends
    with pytest.raises(HangupError):
        receive(ours, time.monotonic() + PATIENCE, lambda: False)
    theirs.close()
    with pytest.raises(HangupError):
        receive(ours, time.monotonic() + PATIENCE)
    with pytest.raises(HangupError):
        wire.refuse_early(ours)


def test_what_is_written_before_the_question_is_refused(ends: Any):
    ours, theirs = ends
    wire.refuse_early(ours)
    theirs.sendall(b"x")
    with pytest.raises(WireError, match="before the question"):
        wire.refuse_early(ours)


CALL = Call("f", (np.ones(2), Rng(1), {"W": np.eye(2)}), times=2, global_seed=7)


def test_a_call_crosses_but_not_what_is_right():
    probe = KerasProbe("p", "predict", (np.ones((2, 3)),), np.ones((4, 2)), law=((1.0, 0.5),))
    call = Call("f", CALL.arguments, probes=(probe,))
    arrived = call_from_plain(crossing(call_to_plain(call), requests=True))
    assert (arrived.function, arrived.times, arrived.global_seed) == ("f", 1, 0)
    assert same_value(arrived.arguments[0], np.ones(2))
    assert arrived.arguments[1] == Rng(1)
    assert isinstance(arrived.probes[0].weights, tuple)
    assert arrived.probes[0].law is None


def test_results_cross():
    results = [Returned({"a": np.ones(2)}, (0, 2)), Raised("KeyError", "'a'", 3, "x['a']", "f")]
    arrived = results_from_plain(crossing(results_to_plain(results)), CALL)
    assert same_value(arrived[0].value, {"a": np.ones(2)})  # type: ignore[union-attr]
    assert arrived[0].changed == (0, 2)  # type: ignore[union-attr]
    assert arrived[1] == results[1]
    assert results_from_plain(results_to_plain([Died("x")] * 2), CALL) == (Died(EXITS),) * 2


RETURNED = ["Returned", {"value": 1, "changed": ()}]


@pytest.mark.parametrize(
    "claim",
    [
        None,
        [],
        [RETURNED],
        [RETURNED] * 3,
        [RETURNED, ["NotRun", {"reason": "a trouble of the grader"}]],
        [RETURNED, ["TimedOut", {"seconds": 1.0}]],
        [RETURNED, ["Passed", {}]],
        [RETURNED, [["Returned"], {}]],
        [RETURNED, ["Returned", {"value": 1}]],
        [RETURNED, ["Returned", {"value": 1, "changed": (9,)}]],
        [RETURNED, ["Returned", {"value": 1, "changed": (True,)}]],
        [RETURNED, ["Returned", {"value": 1, "changed": (), "score": 100}]],
        [RETURNED, ["Raised", {"type_name": "E"}]],
        [RETURNED, ["Raised", {"type_name": 1, "text": "", "line": 1, "code": "", "function": ""}]],
        [
            RETURNED,
            ["Raised", {"type_name": "", "text": "", "line": "1", "code": "", "function": ""}],
        ],
        [RETURNED, ["Died", {"detail": None}]],
    ],
)
def test_a_process_cannot_claim_anything_else(claim: Any):
    with pytest.raises(WireError):
        results_from_plain(claim, CALL)


@pytest.mark.parametrize(
    "claim", [None, {}, {"g": ["found", "function"]}, {"f": "found"}, {"f": ["passed", ""]}]
)
def test_names_are_answered_as_they_were_asked_for(claim: Any):
    with pytest.raises(WireError):
        found_from_plain(claim, ["f"])


def test_the_bounds_leave_room_for_the_largest_array_that_is_plain():
    assert MAX_BYTES >= 8 * 4_000_000


@pytest.mark.parametrize("value", [np.zeros(1000), [1] * 1000])
def test_answers_are_read_while_there_is_room_for_all_of_them(
    ends: tuple[socket.socket, socket.socket], value: Any
):
    ours, theirs = ends
    message = Message("", "call", value)
    room = Room(3 * wire.ENTRIES_WEIGHT * len(pack(message)) // 2)
    for _ in range(100):
        send(theirs, message)
        try:
            receive(ours, room=room)
        except RoomError:
            return
    raise AssertionError("there was room for a hundred")
