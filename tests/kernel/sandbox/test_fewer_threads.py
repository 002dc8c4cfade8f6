"""A kernel in a box has fewer threads than Jupyter's: what is printed arrives all the same."""

import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.outcome import Raised, TimedOut
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import KERAS_PACKAGES, Box
from autograder.kernel.sandbox.boxed_kernel import _Compiler


@pytest.fixture(scope="module", params=[False, True], ids=["cold", "warm"])
def box(request: pytest.FixtureRequest) -> Box:
    """A box of each kind."""
    return Box(hidden=KERAS_PACKAGES, warm=request.param)


@pytest.fixture(scope="module")
def kernel(box: Box, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterKernel]:
    """One kernel for all tests that leave it as it was."""
    made = JupyterKernel(tmp_path_factory.mktemp("work"), box=box)
    made.start()
    yield made
    made.close()


def printed(kernel: JupyterKernel, source: str) -> str:
    run = kernel.run_cell(textwrap.dedent(source), 20)
    assert run.error is None, run.error
    return "".join(output.get("text", "") for output in run.outputs).strip()


def test_no_thread_sends_outputs_or_beats(kernel: JupyterKernel):
    source = "import threading; print(*sorted(one.name for one in threading.enumerate()))"
    assert printed(kernel, source) == "Control MainThread Shell channel"


def test_the_heartbeat_is_answered(kernel: JupyterKernel):
    with kernel._process._manager.connect_hb() as heart:
        heart.send(b"are you there?")
        assert heart.poll(20_000)
        assert heart.recv() == b"are you there?"


def test_what_a_thread_prints_arrives(kernel: JupyterKernel):
    # In one write each: print ends its line by a second one, and threads take turns between them.
    source = """
        import sys, threading
        write = sys.stdout.write
        made = [threading.Thread(target=write, args=(f"{number}\\n",)) for number in range(20)]
        [one.start() for one in made]
        [one.join() for one in made]
    """
    assert sorted(map(int, printed(kernel, source).split())) == list(range(20))


def test_all_that_is_printed_arrives_in_its_order(kernel: JupyterKernel):
    source = "import time\nfor n in range(30):\n    print(n)\n    time.sleep(0.01)"
    assert printed(kernel, source).split() == [str(number) for number in range(30)]


def test_errors_and_output_keep_their_streams(kernel: JupyterKernel):
    run = kernel.run_cell("import sys\nprint('a')\nprint('b', file=sys.stderr)", 20)
    assert {output["name"]: output["text"] for output in run.outputs} == {
        "stdout": "a\n",
        "stderr": "b\n",
    }


def test_a_cell_that_is_interrupted_while_it_prints_spoils_nothing_after_it(kernel: JupyterKernel):
    for _ in range(3):
        run = kernel.run_cell("while True: print('again', flush=True)", 1)
        assert run.error == TimedOut(1)
        assert not run.lost
        assert printed(kernel, "print('still here')") == "still here"


def test_what_is_printed_before_a_cell_hangs_for_ever_is_kept(box: Box, tmp_path: Path):
    made = JupyterKernel(tmp_path, box=box)
    source = """
        import signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("before")
        while True: pass
    """
    try:
        made.start()
        run = made.run_cell(textwrap.dedent(source), 5)  # time to become deaf
    finally:
        made.close()
    assert run.lost
    assert [output["text"] for output in run.outputs] == ["before\n"]


def test_a_cell_may_wait(kernel: JupyterKernel):
    source = "import asyncio\nawait asyncio.sleep(0)\nprint('waited')"
    assert printed(kernel, source) == "waited"


def test_a_cell_is_transformed_anew_each_time(kernel: JupyterKernel):
    source = """
        shell = get_ipython()
        before = [shell.transform_cell("marked = 1") for _ in range(4)]
        shell.input_transformers_post.append(lambda lines: [*lines, "# marked\\n"])
        after = [shell.transform_cell("marked = 1") for _ in range(4)]
        shell.input_transformers_post.pop()
        print(len(set(before)), len(set(after)), before[0] == after[0])
    """
    assert printed(kernel, source) == "1 1 False"


def test_an_error_names_the_line_of_the_cell_that_defined_the_function(kernel: JupyterKernel):
    assert printed(kernel, "def fails():\n    return 1 / 0") == ""
    run = kernel.run_cell("x = 2\nfails()", 20)
    assert isinstance(run.error, Raised)
    assert (run.error.type_name, run.error.line, run.error.code) == (
        "ZeroDivisionError", 2, "return 1 / 0",
    )  # fmt: skip


def test_python_looks_for_the_module_of_a_cell_in_vain_and_at_once(
    monkeypatch: pytest.MonkeyPatch,
):
    name = _Compiler().get_code_name("x = 1", "x = 1\n", 1)
    code = compile("x = 1", name, "exec")
    monkeypatch.setattr("inspect.sys.modules", _Unsearchable())
    assert inspect.getmodule(code) is None


class _Unsearchable(dict[str, object]):
    """Modules that nobody may go through one by one."""

    def copy(self) -> dict[str, object]:
        raise AssertionError("all modules are searched")
