"""The box of a container without namespaces: a user of its own, Landlock and the filter."""

import json
import os
from pathlib import Path

import pytest

from autograder.kernel.sandbox import container
from autograder.kernel.sandbox.box import Box
from autograder.kernel.scratch import make_scratch
from tests.kernel.sandbox.elsewhere import ROOT_ONLY, run_as_in_a_container

NOTEBOOK = """
import json, os, tempfile
from pathlib import Path
from autograder.core.outcome import Call
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import CONTAINER, KERAS_PACKAGES, Box
from autograder.kernel.session import CodeCell, Limits, interrogate

CELLS = [
    "print(open('data.txt').read())",
    "import os; os.kill(os.getppid(), 0)",
    "open('/etc/hostname').read()",
    '''
def double(x):
    return 2 * x
def asks(x):
    import sys
    sys.meta_path.pop(0)
    from keras import ops
    return ops.add(x, x)
def leaves(x):
    import os
    os._exit(3)
''',
]
plan = {name: [("a", (Call(name, (3,)),))] for name in ("double", "asks", "leaves")}
with tempfile.TemporaryDirectory() as name:
    Path(name, "data.txt").write_text("of the course")
    outcome = interrogate(
        [CodeCell(at, source) for at, source in enumerate(CELLS)],
        plan,
        start=lambda: JupyterKernel(Path(name), box=Box(CONTAINER, KERAS_PACKAGES)),
        limits=Limits(call_seconds=10),
    )
print(json.dumps({
    "trouble": outcome.trouble,
    "printed": outcome.cells[0].outputs[0]["text"],
    "errors": [getattr(run.error, "type_name", None) for run in outcome.cells.values()],
    "results": {name: repr(item.results["a"][0]) for name, item in outcome.exercises.items()},
    "left": [path.name for path in Path("/dev/shm").glob(f"box-{os.getpid()}-*")],
}))
"""


@ROOT_ONLY
def test_a_notebook_runs_in_it_and_gets_at_nothing():
    found = json.loads(run_as_in_a_container(NOTEBOOK))
    assert found["trouble"] is None
    assert found["printed"] == "of the course\n"
    assert found["errors"] == [None, "PermissionError", "PermissionError", None]
    assert found["results"]["double"] == "Returned(value=6, changed=())"
    assert "Returned" not in found["results"]["asks"]
    assert "exit status 3" in found["results"]["leaves"]
    assert found["left"] == []


def test_a_link_to_what_is_hidden_does_not_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    packages = tmp_path / "lib" / "site-packages"
    for name in ("keras", "numpy"):
        (packages / name).mkdir(parents=True)
    (tmp_path / "lib64").symlink_to("lib")
    monkeypatch.setattr(container.bubblewrap, "programs", lambda: [str(tmp_path)])
    monkeypatch.setattr(container.bubblewrap, "package_folders", lambda: [packages])
    readable = container.readable(Box(hidden=("keras",)))
    assert {path for path in readable if path.startswith(str(tmp_path))} == {
        str(packages / "numpy")
    }


def test_the_folder_of_a_grader_that_was_killed_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(container, "SHARED_MEMORY", tmp_path)
    kept = {make_scratch("box", tmp_path).name, "another"}
    for name in ("keepprob-99999999-1-box-a", "another"):
        (tmp_path / name).mkdir()
    made = container.make_folder(Box(), os.getuid())
    assert {path.name for path in tmp_path.iterdir()} == {*kept, made.name}
