"""A cell's outputs, gathered from a kernel's messages, with a bound on how much is kept.

Everything in a message was written by the student's process: what does not fit the notebook format
is left out.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import v4

from autograder.core.outcome import Raised
from autograder.core.values import MAX_TEXT

MAX_FRAMES = 200
MAX_NAME = 200
SHOWN = ("text/plain", "text/latex", "image/png", "image/jpeg", "application/json")
ERROR_BYTES = 4 * MAX_TEXT
MAGIC = "get_ipython()."
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
STUDENTS_FRAME = re.compile(r"^\s*(?:File|Cell|Input).*In\s?\[\d+\]")
FUNCTION = re.compile(r"\bin ([^\W\d]\w*)\(")
ARROW = re.compile(r"^-+> *(\d+) ?(.*)$", re.MULTILINE)
SYNTAX_LINE = re.compile(r"In\s?\[\d+\], line (\d+)\n\s*(.*)")


class Outputs:
    """The outputs of one cell so far.

    limit: bytes kept; what comes after is cut, and a note says so.
    """

    def __init__(self, limit: int) -> None:
        self.kept: list[dict[str, Any]] = []
        self.cut = False
        self._limit = limit
        self._size = 0
        self._displays: dict[str, int] = {}
        self._clear = False

    def add(self, message: Mapping[str, Any]) -> None:
        """Take an IOPub message into account."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear = bool(content.get("wait"))
            if not self._clear:
                self._forget()
        elif kind in ("stream", "display_data", "execute_result", "error", "update_display_data"):
            self._add(kind, message)

    def finished(self) -> tuple[dict[str, Any], ...]:
        """Return the outputs, with a note at the end where some were cut."""
        if not self.cut:
            return tuple(self.kept)
        note = f"\n[the output is longer than {self._limit:,} bytes; the rest is left out]\n"
        return (*self.kept, {"output_type": "stream", "name": "stderr", "text": note})

    def _forget(self) -> None:
        self.kept, self._size, self.cut, self._displays = [], 0, False, {}

    def _add(self, kind: str, message: Mapping[str, Any]) -> None:
        if self._clear:
            self._clear = False
            self._forget()
        if self.cut and kind != "error":
            return
        display = str((message["content"].get("transient") or {}).get("display_id") or "")
        if kind == "update_display_data":
            message = {**message, "header": {**message["header"], "msg_type": "display_data"}}
        if self._size > self._limit + ERROR_BYTES:  # errors too: a process can make them up
            return
        output, size = _plain_output(message)
        fits = self._size + size <= self._limit
        self.cut = self.cut or not fits
        kept = output if fits else _shortened(output, self._limit - self._size)
        if kept is None:
            return
        self._size += size if fits else len(json.dumps(kept))
        if kind == "update_display_data":
            if display in self._displays:
                self.kept[self._displays[display]] = kept
        elif not self._joined(kept):
            if display:
                self._displays[display] = len(self.kept)
            self.kept.append(kept)

    def _joined(self, output: dict[str, Any]) -> bool:
        """Append a stream's text to the output before it, where that is the same stream's."""
        last = self.kept[-1] if self.kept else {}
        if output["output_type"] != "stream" or last.get("name") != output["name"]:
            return False
        last["text"] += output["text"]
        return True


def _plain_output(message: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a message's output as plain JSON types that UTF-8 can write, and its size in bytes.

    Raises where it is no output: the caller leaves it out.
    """
    output = v4.output_from_msg(message)
    if "data" in output:  # what a browser would run goes no further
        output["data"] = {kind: output["data"][kind] for kind in SHOWN if kind in output["data"]}
        output["metadata"] = {}
    text = json.dumps(output, ensure_ascii=False)
    encoded = text.encode("utf-8", "backslashreplace")
    return json.loads(encoded), len(encoded)


def _shortened(output: dict[str, Any], room: int) -> dict[str, Any] | None:
    """Return what still fits of an output: a stream's beginning, an error without its traceback."""
    if output["output_type"] == "stream":
        name = str(output["name"])[:MAX_NAME]
        return {**output, "name": name, "text": output["text"][: max(room, 0) // 4]}
    if output["output_type"] == "error":
        name, text = str(output["ename"])[:MAX_NAME], str(output["evalue"])[:MAX_TEXT]
        return {**output, "ename": name, "evalue": text, "traceback": []}
    return None


def raised_in_cell(content: Mapping[str, Any]) -> Raised:
    """Describe the exception that stopped a cell, from a kernel's ``error`` message or reply."""
    frames = content.get("traceback")
    last = frames[-MAX_FRAMES:] if isinstance(frames, list) else []
    texts = [COLOURS.sub("", str(frame)[:MAX_TEXT]) for frame in last]
    line, code, function = _place(texts)
    name, text = str(content.get("ename")), str(content.get("evalue"))
    return Raised(name[:200], text[:MAX_TEXT], line, code[:200], function)


def _place(frames: Sequence[str]) -> tuple[int | None, str, str]:
    """Return the last line of a cell among a traceback's frames: its number, text and function."""
    for frame in reversed(frames):
        if not STUDENTS_FRAME.match(frame):
            continue
        if (arrow := ARROW.search(frame)) is not None:
            if arrow.group(2).lstrip().startswith(MAGIC):  # not what the student wrote
                break
            function = FUNCTION.search(frame.split("\n", 1)[0])
            name = function.group(1) if function else ""
            return int(arrow.group(1)), arrow.group(2).strip(), name
        if (syntax := SYNTAX_LINE.search(frame)) is not None:
            return int(syntax.group(1)), syntax.group(2).strip(), ""
    return None, "", ""
