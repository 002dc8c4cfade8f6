"""Fork servers: what they may hold, what their children get, and what happens when one fails."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.outcome import Call, NotRun
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox import warm
from autograder.kernel.sandbox.box import KERAS_PACKAGES, MIB, Box
from autograder.kernel.sandbox.fork_client import ForkServer, ForkServerError
from autograder.kernel.sandbox.fork_server import ALWAYS
from autograder.kernel.sandbox.self_test import Trial, try_warm
from autograder.kernel.sandbox.started import Forked
from autograder.kernel.sandbox.warm import Servers
from autograder.kernel.session import CodeCell, Limits, interrogate
from tests.kernel.sandbox.elsewhere import ROOT_ONLY, run_as_in_a_container, run_as_plain_user
from tests.processes import descendants, left_over

NUMPY = Box(hidden=KERAS_PACKAGES, warm=True)
TRIAL = """
from dataclasses import asdict
import json
from autograder.kernel.sandbox.self_test import try_warm
print(json.dumps(asdict(try_warm())))
"""
STATUS = """
import json
from pathlib import Path
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import KERAS_PACKAGES, Box
Path("folder").mkdir()
kernel = JupyterKernel(Path("folder"), box=Box(hidden=KERAS_PACKAGES, warm=True))
kernel.start()
run = kernel.run_cell("print(open('/proc/self/oom_score_adj').read(), os.getuid())" , 20)
print(json.dumps([kernel._process._manager.provisioner._started._forked is not None, run.outputs]))
kernel.close()
""".replace('"print(', '"import os; print(')


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    """Servers of this test alone."""
    made = Servers()
    monkeypatch.setattr(warm, "servers", made)
    yield made
    made.close()


def printed(kernel: JupyterKernel, source: str) -> str:
    run = kernel.run_cell(source, 20)
    assert run.error is None, run.error
    return "".join(output.get("text", "") for output in run.outputs).strip()


def is_warm(kernel: JupyterKernel) -> bool:
    return kernel._process._manager.provisioner._started._forked is not None  # type: ignore[union-attr]


def kernel_in(folder: Path, box: Box = NUMPY) -> JupyterKernel:
    made = JupyterKernel(folder, box=box)
    made.start()
    return made


def test_the_escapes_of_the_self_test_are_tried_in_a_warm_box_too():
    trial = try_warm()
    assert trial.holds, trial
    assert trial.tried > 10


@ROOT_ONLY
def test_a_plain_users_warm_box_holds_too(tmp_path: Path):
    trial = json.loads(run_as_plain_user(TRIAL, tmp_path))
    assert (trial["trouble"], trial["escaped"]) == ("", [])


@ROOT_ONLY
def test_a_plain_users_warm_kernel_is_ended_first_and_is_nobody_of_the_machine(tmp_path: Path):
    found, outputs = json.loads(
        run_as_plain_user(f"import os\nos.chdir(os.environ['HOME'])\n{STATUS}", tmp_path)
    )
    assert found
    assert outputs[0]["text"].split() == ["1000", "1000"]


@ROOT_ONLY
def test_where_namespaces_are_refused_the_reason_is_told():
    trial = json.loads(run_as_in_a_container(TRIAL))
    assert trial["trouble"]


def test_each_kernel_is_forked_and_a_server_without_keras_never_imports_it(
    servers: Servers, tmp_path: Path
):
    kernel = kernel_in(tmp_path)
    try:
        assert is_warm(kernel)
        source = "import sys; print('numpy' in sys.modules, 'tensorflow' in sys.modules)"
        assert printed(kernel, source) == "True False"
        assert printed(kernel, "import os; print(os.getcwd(), os.listdir('.'))") == "/submission []"
    finally:
        kernel.close()
    assert list(servers._running) == [False]


def test_children_of_one_server_draw_different_numbers(tmp_path: Path):
    drawn = []
    source = (
        "import random, numpy as np; print(np.random.rand(), random.random(), "
        "np.random.default_rng().random())"
    )
    for _ in range(3):
        kernel = kernel_in(tmp_path)
        drawn.append(printed(kernel, source).split())
        kernel.close()
    assert all(len(set(column)) == 3 for column in zip(*drawn, strict=True))


def test_a_child_has_only_the_descriptors_that_it_is_given(tmp_path: Path):
    source = """
        import os
        kinds = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
                 if os.path.lexists(f"/proc/self/fd/{name}")]
        print(sorted({kind.partition(":")[0] for kind in kinds}), len(kinds) < 40)
    """
    kernels = [JupyterKernel(tmp_path, box=Box(hidden=KERAS_PACKAGES, warm=w)) for w in (0, 1)]
    found = []
    for kernel in kernels:
        kernel.start()
        found.append(printed(kernel, "\n".join(line[8:] for line in source.splitlines())))
        kernel.close()
    assert found[0] == found[1]


def test_a_server_with_more_than_one_thread_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ForkServerError, match="threads after its imports, expected 1"):
        ForkServer(["tests.kernel.sandbox.threaded"])


def test_a_server_that_cannot_import_says_why():
    with pytest.raises(ForkServerError, match="ended at once: ModuleNotFoundError: No module"):
        ForkServer(["autograder.nothing_of_that_name"])


def test_what_is_not_installed_is_left_out():
    server = ForkServer([*ALWAYS, "nothing_of_that_name"])
    server.close()


def test_a_server_whose_children_hang_is_given_up_and_kernels_start_cold(
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr(warm, "CANARY_SECONDS", 0.0)
    monkeypatch.setattr(Forked, "poll", lambda program: None)  # none ever ends
    for _ in range(warm.MOST_FAILURES + 1):
        kernel = kernel_in(tmp_path)
        assert not is_warm(kernel)
        assert printed(kernel, "print(1 + 1)") == "2"
        kernel.close()
    assert "what it forks does not work: the program in the box did not end" in caplog.text
    assert caplog.text.count("A kernel is started cold") == warm.MOST_FAILURES - 1
    assert caplog.text.count("All kernels from here on are started cold") == 1
    assert servers._running == {}


def test_a_canary_that_does_not_sing_is_heard(servers: Servers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warm, "SONG", "another song")
    with pytest.raises(ForkServerError, match="what it forks does not work: sings"):
        servers.server_for(NUMPY)


def test_a_server_whose_children_get_out_is_not_used(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
):
    found = Trial("bubblewrap", escaped=("read_a_secret",))
    monkeypatch.setattr(warm, "try_forked", lambda server, confidential: found)
    with pytest.raises(ForkServerError, match="the self-test could read a secret"):
        servers.server_for(NUMPY)
    assert servers._running == {}


def test_a_server_that_is_killed_is_replaced_and_its_children_go_on(
    servers: Servers, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    first = kernel_in(tmp_path)
    (server,) = servers._running.values()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    second, third = kernel_in(tmp_path), kernel_in(tmp_path)
    try:
        assert [is_warm(kernel) for kernel in (first, second, third)] == [True, False, True]
        assert "A kernel is started cold" in caplog.text
        assert {printed(kernel, "print(2)") for kernel in (first, second, third)} == {"2"}
    finally:
        for kernel in (first, second, third):
            kernel.close()


def test_where_the_imports_alone_take_the_memory_the_kernel_is_cold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(warm, "OWN_BYTES", NUMPY.bounds.memory_bytes - 64 * MIB)
    kernel = kernel_in(tmp_path)
    assert not is_warm(kernel)
    kernel.close()


def waiting(server: ForkServer) -> int:
    """The process that waits for the one program that a server forked."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    (found,) = [int(number) for number in children.read_text(encoding="ascii").split()]
    return found


def test_a_program_is_alone_in_its_session(servers: Servers, tmp_path: Path):
    """Else it could end the process that waits for it, where Landlock does not forbid signals."""
    kernel = kernel_in(tmp_path)
    try:
        (server,) = servers._running.values()
        middle = waiting(server)
        (program,) = descendants(middle)
        assert (os.getsid(program), os.getpgid(program)) == (program, program)
        assert os.getsid(middle) == middle
    finally:
        kernel.close()


class Orphaned(JupyterKernel):
    """A kernel whose end nobody will see."""

    def start(self) -> None:
        super().start()
        (server,) = warm.servers._running.values()
        os.kill(waiting(server), signal.SIGKILL)


def test_an_end_that_nobody_saw_is_not_held_against_the_student(servers: Servers, tmp_path: Path):
    outcome = interrogate(
        [CodeCell(0, "import time\ntime.sleep(1)\ndef f(x): return x")],
        {"f": [("a", (Call("f", (3,)),))]},
        start=lambda: Orphaned(tmp_path, box=NUMPY),
        limits=Limits(cell_seconds=20),
    )
    assert outcome.trouble == "the process that waits for the program in the box was ended"
    assert outcome.exercises["f"].results["a"] == (NotRun(outcome.trouble),)


def test_a_process_in_no_box_is_not_joined(servers: Servers, tmp_path: Path):
    server = servers.server_for(NUMPY)
    with pytest.raises(ForkServerError, match="the process is in no box"):
        server.fork(os.getpid(), {9: 0})


def test_servers_end_with_their_grader(tmp_path: Path):
    server = ForkServer(ALWAYS)
    server._control.close()  # what the system does for a grader that is killed
    assert left_over([server.process.pid]) == []
    assert server.process.wait() == 0
