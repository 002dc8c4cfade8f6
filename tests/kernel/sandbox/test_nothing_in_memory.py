"""The expected values are in no page of the sandboxed process, and the arguments are."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.core.outcome import Call, Returned
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import Box
from autograder.kernel.wire import Room

RANGE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r")
ARGUMENT = np.random.default_rng(5).normal(size=4)
EXPECTED = 2 * ARGUMENT


def pages(process: int) -> Iterator[bytes]:
    """All readable memory of a process."""
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8")
    with Path(f"/proc/{process}/mem").open("rb") as memory:
        for line in maps.splitlines():
            if found := RANGE.match(line):
                start, end = (int(part, 16) for part in found.groups())
                memory.seek(start)
                try:
                    yield memory.read(end - start)
                except OSError:  # the kernel's own pages
                    continue


def test_the_process_holds_its_arguments_and_no_expected_value(tmp_path: Path):
    kernel = JupyterKernel(tmp_path, box=Box())
    try:
        kernel.start()
        kernel.run_cell("kept = []\ndef double(x):\n    kept.append(x)\n    return x", 10)
        (result,) = kernel.call(Call("double", (ARGUMENT,)), 10, Room(10**6))
        assert isinstance(result, Returned)
        assert not np.array_equal(result.value, EXPECTED)
        found = scanned(kernel)
    finally:
        kernel.close()
    assert found[ARGUMENT.tobytes()] > 0
    assert found[EXPECTED.tobytes()] == 0
    assert sum(found[number.tobytes()] for number in EXPECTED) == 0


def scanned(kernel: JupyterKernel) -> dict[bytes, int]:
    """How often each text is in the memory of the programs in the box."""
    started = kernel._process._manager.provisioner._started  # type: ignore[union-attr]
    texts = [ARGUMENT.tobytes(), EXPECTED.tobytes(), *(number.tobytes() for number in EXPECTED)]
    try:
        content = [page for process in started._programs() for page in pages(process)]
    except PermissionError:
        pytest.skip("only root, or the owner of the box, may look")
    return {text: sum(page.count(text) for page in content) for text in texts}
