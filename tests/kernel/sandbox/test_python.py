"""A box runs this very Python, however its path is written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel.sandbox import bubblewrap

RUN = """
import sys
from pathlib import Path
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import KERAS_PACKAGES, Box
if __name__ == "__main__":
    box = Box(hidden=KERAS_PACKAGES, warm=sys.argv[2] == "warm")
    kernel = JupyterKernel(Path(sys.argv[1]), box=box)
    kernel.start()
    run = kernel.run_cell("import numpy, sys; print(sys.executable)", 20)
    kernel.close()
    assert run.error is None, run.error
    print(run.outputs[0]["text"], end="")
"""


@pytest.mark.parametrize("kind", ["cold", "warm"])
def test_a_path_with_dots_leads_into_a_box(kind: str, tmp_path: Path):
    python = os.path.relpath(sys.executable, tmp_path)
    ended = subprocess.run(
        [python, "-c", RUN, tmp_path, kind],
        cwd=tmp_path,  # a folder that no box has
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{bubblewrap.python()}\n"
