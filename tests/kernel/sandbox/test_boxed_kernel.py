"""A kernel in a box: an unmodified nbclient runs notebooks in it, and nothing is left over."""

import functools
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.core.outcome import Call, Raised, Returned, TimedOut
from autograder.kernel.environment import MARK
from autograder.kernel.interface import CellRun
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.processes import marked
from autograder.kernel.sandbox import bubblewrap
from autograder.kernel.sandbox.box import KERAS_PACKAGES, Bounds, Box
from autograder.kernel.session import CodeCell, Limits, interrogate
from tests.processes import descendants, left_over

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = [Path(path).name for path in bubblewrap.SETTINGS]
LIMITS = Limits(cell_seconds=60, call_seconds=60)  # for what ends early, also on a slow machine
SMALL = Bounds(memory_bytes=2**30, file_bytes=2**20, folder_bytes=2**21)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as grading makes it: data, and things that are none."""
    made = tmp_path_factory.mktemp("work")
    (made / "data.txt").write_text("of the course", encoding="utf-8")
    (made / "link.txt").symlink_to("/etc/hostname")
    os.mkfifo(made / "pipe")
    return made


MakeBox = Callable[..., Box]


@pytest.fixture(scope="module", params=[False, True], ids=["cold", "warm"])
def make_box(request: pytest.FixtureRequest) -> MakeBox:
    """Boxes of each kind: what holds in the one has to hold in the other."""
    return functools.partial(Box, warm=request.param)


@pytest.fixture(scope="module")
def kernel(folder: Path, make_box: MakeBox) -> Iterator[JupyterKernel]:
    """One box for all tests that leave it as it was."""
    made = JupyterKernel(folder, box=make_box(hidden=KERAS_PACKAGES))
    made.start()
    yield made
    made.close()


def printed(kernel: JupyterKernel, source: str) -> str:
    run = kernel.run_cell(textwrap.dedent(source), 20)
    assert run.error is None, run.error
    return "".join(output.get("text", "") for output in run.outputs).strip()


def error_of(run: CellRun) -> tuple[str, str]:
    assert isinstance(run.error, Raised)
    return run.error.type_name, run.error.text


def test_nbclient_runs_a_notebook_in_it():
    notebook = nbformat.v4.new_notebook()
    sources = [
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import os\nprint(os.getcwd(), sorted(os.environ.get('HOME').split('/')))",
        "os.fork()",
    ]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(notebook, kernel_name="keepprob-sandbox", allow_errors=True).execute()
    plot, place, fork = (cell.outputs for cell in notebook.cells)
    assert any("image/png" in output.get("data", {}) for output in plot)
    assert place[0]["text"].startswith("/submission")
    assert fork[0]["ename"] == "PermissionError"


def test_the_data_can_be_read_and_nothing_else_is_there(kernel: JupyterKernel):
    assert printed(kernel, "import os; print(os.listdir('.'))") == "['data.txt']"
    assert printed(kernel, "print(open('data.txt').read())") == "of the course"


def test_the_data_cannot_be_changed(kernel: JupyterKernel):
    for source in ("open('data.txt', 'a')", "import os; os.remove('data.txt')"):
        assert error_of(kernel.run_cell(source, 10))[0] in ("PermissionError", "OSError")


def test_of_the_course_only_the_engine_is_in_the_file_system(kernel: JupyterKernel):
    """Not the solutions, tests, hidden keys and submissions that lie beside the engine."""
    names = printed(kernel, f"import os; print(*os.listdir({str(ROOT)!r}))").split()
    outside = [path for path in bubblewrap.programs() if Path(path).is_relative_to(ROOT)]
    assert set(names) == {Path(path).relative_to(ROOT).parts[0] for path in outside}
    assert {"solutions", "tests", ".git", ".autograder", "assignments"}.isdisjoint(names)
    assert set(printed(kernel, "print(*os.listdir('/etc'))").split()) <= set(SETTINGS)


def test_the_environment_holds_nothing_of_the_graders(kernel: JupyterKernel):
    names = printed(kernel, "import os; print(*sorted(os.environ))").split()
    assert set(names) <= {
        "CLICOLOR", "CLICOLOR_FORCE", "CUDA_VISIBLE_DEVICES", "FORCE_COLOR", "GIT_PAGER", "HOME",
        "KERAS_BACKEND", "LANG", "LC_CTYPE", "LOGNAME", "MPLBACKEND", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "PAGER", "PATH", "PWD", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
        "TERM", "TF_CPP_MIN_LOG_LEVEL", "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "TZ",
        "USER",
    }  # fmt: skip


def test_it_has_no_privileges_and_cannot_get_any(kernel: JupyterKernel):
    lines = printed(kernel, "print(open('/proc/self/status').read())").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "0" not in status["Uid"].split()


def test_it_is_ended_first_where_memory_runs_out(kernel: JupyterKernel):
    assert printed(kernel, "print(open('/proc/self/oom_score_adj').read())") == "1000"
    lower = "open('/proc/self/oom_score_adj', 'w').write('0')"
    assert error_of(kernel.run_cell(lower, 10))[0] in ("PermissionError", "OSError")


def test_it_sees_its_own_processes_only(kernel: JupyterKernel):
    source = "print(len([name for name in os.listdir('/proc') if name.isdigit()]))"
    assert printed(kernel, "import os\n" + source) == "2"


def test_its_folders_hold_a_bounded_number_of_files(kernel: JupyterKernel):
    source = """
        import os, shutil
        def fill(folder):
            made = os.path.join(folder, "many")
            os.mkdir(made)
            try:
                for number in range(100_000):
                    os.close(os.open(f"{made}/{number}", os.O_CREAT | os.O_WRONLY))
            except OSError as error:
                return error.errno, number < 5000
            finally:
                shutil.rmtree(made)
        print(*{fill(folder) for folder in (".", "/tmp", "/dev/shm", os.environ["HOME"])})
    """
    assert printed(kernel, source) == "(28, True)"


def test_a_package_that_is_hidden_can_be_imported_but_not_used(kernel: JupyterKernel):
    assert printed(kernel, "import keras, tensorflow as tf\nfrom keras.layers import Dense") == ""
    name, text = error_of(kernel.run_cell("Dense(3)", 10))
    assert name == "AbsentError"
    assert "keras.layers.Dense was used where keras does not exist" in text
    find = """
        import sys
        sys.meta_path.pop(0)
        for name in [name for name in sys.modules if name.startswith("keras")]:
            del sys.modules[name]
        try:
            from keras.layers import Dense
        except ImportError as error:
            print("no", error.name)
    """
    assert printed(kernel, find).startswith("no keras")


def test_behind_a_statement_that_needs_keras_the_cell_goes_on(folder: Path, make_box: MakeBox):
    cell = "import keras\nmodel = keras.Sequential()\ndef double(x):\n    return 2 * x"
    other = "1 / 0\ndef triple(x):\n    return 3 * x"
    plan = {name: [("a", (Call(name, (3,)),))] for name in ("double", "triple")}
    outcome = interrogate(
        [CodeCell(0, cell), CodeCell(1, other)],
        plan,
        start=lambda: JupyterKernel(folder, box=make_box(hidden=KERAS_PACKAGES)),
        limits=LIMITS,
    )
    assert outcome.exercises["double"].results["a"] == (Returned(6),)
    assert outcome.exercises["triple"].definition.status == "missing"


def ask(box: Box, folder: Path, source: str, limits: Limits = LIMITS) -> Any:
    outcome = interrogate(
        [CodeCell(0, textwrap.dedent(source))],
        {"f": [("a", (Call("f", (3,)),))]},
        start=lambda: JupyterKernel(folder, box=box),
        limits=limits,
    )
    assert outcome.trouble is None
    return outcome.exercises["f"].results["a"][0]


def test_memory_is_bounded(folder: Path, make_box: MakeBox):
    result = ask(
        make_box(bounds=SMALL, hidden=KERAS_PACKAGES),
        folder,
        "import numpy as np\ndef f(x): return np.ones((30_000, 30_000))",
    )
    assert isinstance(result, Raised)
    assert "MemoryError" in result.type_name


def test_files_are_bounded(folder: Path, make_box: MakeBox):
    result = ask(
        make_box(bounds=SMALL, hidden=KERAS_PACKAGES),
        folder,
        "def f(x): open('long', 'wb').write(bytes(2**24))",
    )
    assert isinstance(result, Raised)
    assert "too large" in result.text


def test_processor_time_is_bounded(folder: Path, make_box: MakeBox):
    source = """
        import threading
        def spin():
            while True: pass
        def f(x):
            for _ in range(3): threading.Thread(target=spin, daemon=True).start()
            spin()
    """
    bounds = Bounds(cpu_seconds=5)  # a cold kernel's start takes some of it
    box = make_box(bounds=bounds, hidden=KERAS_PACKAGES)
    assert ask(box, folder, source, Limits(call_seconds=120)) == TimedOut(bounds.cpu_seconds)


def test_a_call_that_hangs_is_ended(folder: Path, make_box: MakeBox):
    source = (
        "import signal\ndef f(x):\n    signal.pthread_sigmask(0, range(1, 65))\n    while 1: pass"
    )
    limits = Limits(cell_seconds=10, call_seconds=1, notebook_seconds=60)
    assert ask(make_box(), folder, source, limits) == TimedOut(1)


def test_a_cell_that_runs_too_long_is_interrupted(folder: Path, make_box: MakeBox):
    kernel = JupyterKernel(folder, box=make_box())
    try:
        kernel.start()
        run = kernel.run_cell("import time\ntime.sleep(60)", 0.5)
        assert run.error == TimedOut(0.5)
        assert not run.lost
        assert printed(kernel, "print('still here')") == "still here"
    finally:
        kernel.close()


GRADER = """
import sys, time
from pathlib import Path
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import Box
kernel = JupyterKernel(Path("."), box=Box(warm=WARM))
kernel.start()
print(kernel._process._manager.provisioner._started._first, flush=True)
kernel.run_cell("import time\\ntime.sleep(600)", 600)
"""


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_nothing_survives_a_grader_that_is_killed(tmp_path: Path, warm: bool):
    command = [sys.executable, "-c", GRADER.replace("WARM", str(warm))]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        first = int(grader.stdout.readline())
        family = descendants(grader.pid)
        assert first in family
        assert len(family) >= 3
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    assert left_over(family) == []


def test_closing_ends_the_box(folder: Path, make_box: MakeBox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograder.kernel.sandbox.started.END_SECONDS", 60.0)
    kernel = JupyterKernel(folder, box=make_box())
    kernel.start()
    started = kernel._process._manager.provisioner._started  # type: ignore[union-attr]
    assert started is not None
    kernel.close()
    assert started.process.returncode != -signal.SIGKILL  # bubblewrap ended by itself
    assert left_over([started._first]) == []
    # Of this kernel: others run on this machine, those of other tests among them.
    assert list(marked(kernel._process._environment[MARK])) == []
