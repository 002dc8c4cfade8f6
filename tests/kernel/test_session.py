"""Real kernels, real notebooks: whatever one function does, the others keep their points."""

import asyncio
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.core.outcome import Call, Died, NotRun, Raised, Returned, TimedOut
from autograder.core.values import Foreign, Rng
from autograder.kernel import jupyter, launching, processes
from autograder.kernel.interface import KernelStartError
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.session import CodeCell, Limits, NotebookOutcome, interrogate

QUICK = Limits(cell_seconds=60, call_seconds=60)  # for what ends early, also on a slow machine
DOUBLE = "def double(x):\n    return 2 * x"


@pytest.fixture(autouse=True)
def _nothing_is_left_over(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    marks: list[str] = []

    def end_all(mark: str) -> None:
        marks.append(mark)
        processes.end_all(mark)

    monkeypatch.setattr(launching, "end_all", end_all)
    monkeypatch.setattr(jupyter, "INTERRUPT_SECONDS", 3.0)
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(launching, "short_folder", lambda: folder)
        yield
        assert list(Path(folder).iterdir()) == []
    assert [process for mark in marks for process in processes.marked(mark)] == []


def notebook(*sources: str) -> list[CodeCell]:
    return [CodeCell(index, textwrap.dedent(source)) for index, source in enumerate(sources)]


def plan(*names: str, cases: int = 2, argument: Any = 3) -> dict[str, Any]:
    return {
        name: [(f"case_{number}", (Call(name, (argument,)),)) for number in range(cases)]
        for name in names
    }


def run(
    folder: Path, cells: list[CodeCell], asked: dict[str, Any], limits: Limits = QUICK
) -> NotebookOutcome:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    outcome = interrogate(cells, asked, start=lambda: JupyterKernel(work), limits=limits)
    assert set(outcome.exercises) == set(asked)
    return outcome


def values(outcome: NotebookOutcome, name: str) -> list[Any]:
    results = outcome.exercises[name].results.values()
    return [
        result.value if isinstance(result, Returned) else type(result)
        for case in results
        for result in case
    ]


def test_an_ordinary_notebook_is_run_and_asked(tmp_path: Path):
    cells = notebook(
        "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt",
        DOUBLE + "\nprint('hello')",
        """
        %%time
        def drop(A, rng):
            print("a function's print is not kept")
            D = rng.random(A.shape) < 0.5
            A *= D
            return A, D
        """,
        "plt.plot([1, 2]);",
        "undefined_name",
        "def stub(x):\n    # your code\n    pass",
        "later = double(4)\ndel later\nfour = 4",
        "name = input('Your name? ')",
        "exit()",
        "print('x' * 3_000_000)",
        "def fails(x):\n    y = x\n    return y / 0",
    )
    asked = plan("double", "stub", "later", "four", "fails")
    ones = np.ones((3, 4))
    asked["drop"] = [("a", (Call("drop", (ones, Rng(1)), times=2), Call("drop", (ones, Rng(1)))))]
    outcome = run(tmp_path, cells, asked)
    assert outcome.trouble is None
    assert outcome.starts == 1
    assert values(outcome, "double") == [6, 6]
    assert outcome.exercises["double"].definition.source == DOUBLE
    one, other, again = (result.value for result in outcome.exercises["drop"].results["a"])  # type: ignore[union-attr]
    assert not np.array_equal(one[1], other[1])
    assert np.array_equal(one[1], again[1])
    assert ones.tolist() == np.ones((3, 4)).tolist()
    assert outcome.exercises["drop"].results["a"][0].changed == (0,)  # type: ignore[union-attr]
    assert outcome.exercises["stub"].definition.unwritten
    assert outcome.exercises["later"].definition.status == "missing"
    assert outcome.exercises["four"].definition.status == "not_a_function"
    assert outcome.exercises["four"].definition.type_name == "int"
    failed = outcome.exercises["fails"].results["case_0"][0]
    expected = Raised("ZeroDivisionError", "division by zero", 3, "return y / 0", "fails")
    assert failed == expected
    check_cells(outcome)


def check_cells(outcome: NotebookOutcome) -> None:
    errors = {index: run.error for index, run in outcome.cells.items() if run.error is not None}
    kinds = {index: getattr(error, "type_name", None) for index, error in errors.items()}
    assert kinds == {4: "NameError", 7: "StdinNotImplementedError", 8: "SystemExit"}
    error = errors[4]
    assert isinstance(error, Raised)
    assert (error.line, error.code) == (1, "undefined_name")
    assert outcome.cells[1].outputs[0]["text"] == "hello\n"
    assert "image/png" in outcome.cells[3].outputs[0]["data"]
    long = outcome.cells[9].outputs
    assert len(str(long)) < 1_100_000
    assert "the rest is left out" in long[-1]["text"]


def test_a_call_that_ends_or_hangs_costs_its_own_exercise_only(tmp_path: Path):
    cells = notebook(
        DOUBLE,
        "import os\ndef ends(x):\n    os._exit(0)",
        "def crashes(x):\n    import ctypes\n    ctypes.string_at(0)",
        "def hangs(x):\n    while True:\n        try:\n            pass\n        except: pass",
        "def leaves(x):\n    raise SystemExit(3)",
        "def triple(x):\n    return 3 * x",
    )
    limits = Limits(call_seconds=3)
    asked = plan("double", "ends", "crashes", "hangs", "leaves", "triple")
    outcome = run(tmp_path, cells, asked, limits)
    assert outcome.trouble is None
    assert outcome.starts == 4
    assert values(outcome, "double") == [6, 6]
    assert values(outcome, "triple") == [9, 9]
    assert outcome.exercises["ends"].results["case_1"] == (Died("exit status 0"),)
    assert outcome.exercises["crashes"].results["case_0"] == (Died("signal SIGSEGV"),)
    assert outcome.exercises["hangs"].results["case_1"] == (TimedOut(3),)
    assert values(outcome, "leaves") == [Died, Died]


def test_cells_that_hang_or_end_the_process_are_survived(tmp_path: Path):
    cells = notebook(
        DOUBLE,
        "import time\ndef slow(x):\n    return x\ntime.sleep(60)",
        """
        def stubborn(x):
            return x
        while True:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass
        """,
        "import os\nos._exit(3)\ndef ends(x):\n    return x",
        "def triple(x):\n    return 3 * x",
    )
    limits = Limits(cell_seconds=3)
    outcome = run(tmp_path, cells, plan("double", "slow", "stubborn", "ends", "triple"), limits)
    assert outcome.trouble is None
    for name, expected in {"double": 6, "slow": 3, "triple": 9}.items():
        assert values(outcome, name) == [expected, expected]
    stubborn, ends = (outcome.exercises[name].definition for name in ("stubborn", "ends"))
    assert (stubborn.status, stubborn.error) == ("missing", TimedOut(3))
    assert (ends.status, ends.error) == ("missing", Died("exit status 3"))
    assert isinstance(outcome.cells[1].error, TimedOut)


def test_answers_that_are_too_large_together_cost_their_own_exercise(tmp_path: Path):
    cells = notebook(DOUBLE, "import numpy as np\ndef large(x):\n    return np.zeros(100_000)")
    asked = plan("large", "double")
    enough = run(tmp_path, cells, asked, QUICK)
    assert [np.size(value) for value in values(enough, "large")] == [100_000, 100_000]
    little = run(tmp_path, cells, asked, replace(QUICK, answer_bytes=2**20))
    first, second = little.exercises["large"].results.values()
    assert isinstance(first[0], Returned)
    assert second == (Died(jupyter.TOO_MUCH),)
    assert values(little, "double") == [6, 6]


FIRST_TIME = """
    from pathlib import Path

    first = not Path("ran").exists()
    Path("ran").touch()
"""


def test_a_cell_that_ends_the_process_later_is_not_called_missing(tmp_path: Path):
    cells = notebook(
        FIRST_TIME,
        DOUBLE + "\nimport os\nif not first:\n    os._exit(4)",
        "os._exit(3)",
    )
    definition = run(tmp_path, cells, plan("double")).exercises["double"].definition
    assert (definition.status, definition.error) == ("missing", Died("exit status 4"))


def test_a_cell_without_time_left_later_is_not_called_missing(tmp_path: Path):
    cells = notebook(
        FIRST_TIME,
        "import time\nif not first:\n    time.sleep(600)",
        DOUBLE,
        "import os\nos._exit(3)",
    )
    limits = Limits(cell_seconds=600, notebook_seconds=15)
    definition = run(tmp_path, cells, plan("double"), limits).exercises["double"].definition
    assert (definition.status, definition.error) == ("missing", TimedOut(15))


FORGERY = """
    import json, os, socket, stat, struct, threading, time

    def reply(nonce):
        tree = ["l", ["l", "Returned", ["d", "value", 6, "changed", ["t"]]]]
        header = json.dumps([nonce, "call", tree]).encode()
        return struct.pack("<II", len(header), 0) + header

    def sockets():
        for fd in map(int, os.listdir("/proc/self/fd")):
            try:
                if stat.S_ISSOCK(os.fstat(fd).st_mode):
                    yield fd
            except OSError:
                pass
"""


@pytest.mark.parametrize(
    "attack",
    [
        # Answers lie ready before anything is asked.
        "for fd in sockets(): os.write(fd, reply('0' * 16))",
        # A thread keeps answering, once the questions come.
        """
        def flood():
            time.sleep(0.5)
            while True:
                for fd in sockets():
                    os.write(fd, reply('0' * 16))
        threading.Thread(target=flood, daemon=True).start()
        """,
    ],
)
def test_answers_that_nobody_gave_are_not_believed(tmp_path: Path, attack: str):
    cells = notebook("def double(x):\n    import time; time.sleep(1); return 0", FORGERY, attack)
    outcome = run(tmp_path, cells, plan("double"))
    assert outcome.trouble is None
    assert all(value in (Died, TimedOut, 0) for value in values(outcome, "double"))


def test_what_a_notebook_patches_changes_its_own_answers_only(tmp_path: Path):
    cells = notebook(
        DOUBLE,
        """
        import builtins, io, sys
        import numpy as np
        np.testing.assert_allclose = np.allclose = np.array_equal = lambda *a, **k: True
        np.random.seed = np.random.default_rng = lambda *a, **k: None
        builtins.print = builtins.open = None
        sys.stdout = sys.stderr = io.StringIO()
        """,
        "def wrong(x):\n    return x",
        "def uses(x, rng):\n    return rng",
    )
    asked = plan("double", "wrong") | {"uses": [("a", (Call("uses", (1, Rng(1))),))]}
    outcome = run(tmp_path, cells, asked)
    assert outcome.trouble is None
    assert values(outcome, "double") == [6, 6]
    assert values(outcome, "wrong") == [3, 3]
    assert values(outcome, "uses") == [None]


def test_strange_values_come_back_as_what_they_are_called(tmp_path: Path):
    cells = notebook(
        """
        import numpy as np

        class Evil(np.ndarray):
            def __eq__(self, other): return True
            def __array__(self, *a, **k): raise RuntimeError

        def strange(kind):
            cyclic = []; cyclic.append(cyclic)
            deep = 1
            for _ in range(50_000): deep = [deep]
            return {
                "generator": (i for i in range(3)),
                "huge": np.broadcast_to(1.0, (10**5, 10**5)),
                "many": [1] * 10**6,
                "cyclic": cyclic,
                "deep": deep,
                "object": np.array([print]),
                "complex": 1j,
                "surrogate": chr(0xD800),
                "masked": np.ma.masked_array([1, 2], [0, 1]),
                "evil": np.ones(2).view(Evil),
                "raises": BaseException,
            }[kind]

        def stops(kind):
            class Own(BaseException): pass
            raise Own("bare")
        """
    )
    kinds = ["generator", "huge", "many", "cyclic", "deep", "object", "complex", "surrogate"]
    kinds += ["masked", "evil"]
    asked = {
        "strange": [(kind, (Call("strange", (kind,)),)) for kind in kinds],
        "stops": [("bare", (Call("stops", (1,)),))],
    }
    outcome = run(tmp_path, cells, asked)
    assert outcome.starts == 1
    found = {
        name: results[0].value  # type: ignore[union-attr]
        for name, results in outcome.exercises["strange"].results.items()
        if isinstance(results[0], Returned)
    }
    for kind in ("generator", "huge", "many", "object", "complex", "masked"):
        assert isinstance(found[kind], Foreign), kind
    assert found["surrogate"] == "\\ud800"
    assert isinstance(outcome.exercises["stops"].results["bare"][0], Raised)


def test_processes_that_a_cell_starts_end_with_it(tmp_path: Path):
    cells = notebook(
        DOUBLE,
        "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)",
    )
    outcome = run(tmp_path, cells, plan("double"))
    assert values(outcome, "double") == [6, 6]


def test_a_notebook_without_time_left_says_so(tmp_path: Path):
    cells = notebook("import time\ntime.sleep(30)", DOUBLE)
    limits = Limits(cell_seconds=30, call_seconds=10, notebook_seconds=4)
    outcome = run(tmp_path, cells, plan("double"), limits)
    assert outcome.trouble is None
    assert outcome.exercises["double"].definition.status == "missing"
    assert outcome.exercises["double"].definition.error == TimedOut(4)


def test_a_kernel_that_cannot_start_is_our_trouble(tmp_path: Path):
    cells = notebook(DOUBLE)
    missing = lambda: JupyterKernel(tmp_path, kernel_name="no-such-kernel")  # noqa: E731
    outcome = interrogate(cells, plan("double"), start=missing)
    assert outcome.trouble is not None
    assert values(outcome, "double") == [NotRun, NotRun]
    with pytest.raises(KernelStartError):
        missing().start()


def test_it_works_where_an_event_loop_runs_already(tmp_path: Path):
    async def inner() -> NotebookOutcome:
        return run(tmp_path, notebook(DOUBLE), plan("double"))

    assert values(asyncio.run(inner()), "double") == [6, 6]


def test_closing_kills_a_kernel_that_is_busy(tmp_path: Path):
    kernel = JupyterKernel(tmp_path)
    kernel.start()
    try:
        deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        run = kernel.run_cell(deaf, 5)  # time to become deaf
        assert run.lost
    finally:
        kernel.close()
        kernel.close()
