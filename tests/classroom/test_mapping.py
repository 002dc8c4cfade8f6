"""A class goes through its workers, whatever becomes of them: each submission comes back once."""

import pickle
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.classroom.cluster import Cluster, ClusterError, _pass_on
from autograder.classroom.mapping import EACH, KILLED, LOST, Grading
from autograder.classroom.packing import Supplies, packed
from autograder.classroom.work import WORKERS_OWN, Done, Graded, Submission, Work
from autograder.classroom.workers import PartsLostError, WorkerKilledError
from autograder.core.report import Report
from autograder.course.layout import Course
from autograder.course.secret import course_secret

FINE, KILL, LOSE, FAIL = "fine", "kill", "lose", "fail"
ERRORS = {KILL: WorkerKilledError(), LOSE: PartsLostError(), FAIL: ValueError("odd")}


class Scripted:
    """Workers that do what is written for each student, one attempt after the other."""

    def __init__(self, script: Mapping[str, list[str]]) -> None:
        self.script = {student: deque(steps) for student, steps in script.items()}
        self.shared: list[bytes] = []
        self.in_flight, self.most = 0, 0
        self.waiting: deque[tuple[Future[Done], Work]] = deque()

    def grade(self, *arguments: Any) -> Done:
        raise AssertionError("nobody calls it here")

    def count(self) -> int:
        self._work()
        return 2

    def share(self, content: bytes) -> bytes:
        self.shared.append(content)
        return content

    def submit(self, fn: Callable[..., Done], /, *arguments: Any) -> "Future[Done]":
        future: Future[Done] = Future()
        self.waiting.append((future, pickle.loads(arguments[1])))
        self.most = max(self.most, len(self.waiting))
        return future

    def _work(self) -> None:
        """Do what waits longest; asked for whenever the number of workers is."""
        if not self.waiting:
            return
        future, work = self.waiting.popleft()
        steps = self.script[work.student]
        step = steps.popleft() if len(steps) > 1 else steps[0]
        if step == FINE:
            future.set_result(Done(Graded(Report(work.assignment, (), work.student))))
        else:
            future.set_exception(ERRORS[step])

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("student") / "dropout.ipynb"
    made.write_text("{}")
    return made


def submission(course: Course, path: Path, student: str) -> Submission:
    return Submission(course.root, "dropout", student, path, sandbox="bubblewrap")


def graded(course: Course, path: Path, workers: Scripted) -> dict[str, Report]:
    found = [
        (item.student, done.graded.report)
        for item, done in Grading(course, workers).over(
            submission(course, path, student) for student in workers.script
        )
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def trouble(report: Report) -> str | None:
    return report.exercises[0].trouble if report.exercises else None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([FINE], None),
        ([KILL, FINE], None),
        ([LOSE, FINE], None),
        ([LOSE, LOSE, LOSE, FINE], None),
        ([LOSE, KILL, FINE], None),
        ([KILL, KILL], KILLED),
        ([LOSE], LOST),
        ([FAIL], "ValueError('odd')"),
    ],
)
def test_what_becomes_of_a_submission(
    course: Course, path: Path, steps: list[str], expected: str | None
) -> None:
    reports = graded(course, path, Scripted({"x": steps, "ada": [FINE], "eve": [FINE]}))
    assert {name: trouble(report) for name, report in reports.items()} == {
        "ada": None,
        "eve": None,
        "x": expected,
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.sampled_from([FINE, KILL, LOSE, FAIL]), min_size=1, max_size=5),
        min_size=1,
        max_size=9,
    )
)
def test_each_comes_back_once_and_few_are_in_flight(
    course: Course, path: Path, steps: list[list[str]]
) -> None:
    workers = Scripted({f"student-{number}": list(own) for number, own in enumerate(steps)})
    assert graded(course, path, workers).keys() == workers.script.keys()
    assert workers.most <= EACH * 2


def test_submissions_are_read_when_their_turn_comes(course: Course, path: Path) -> None:
    asked: list[str] = []

    def those() -> Iterator[Submission]:
        for number in range(100):
            asked.append(str(number))
            yield submission(course, path, str(number))

    workers = Scripted({str(number): [FINE] for number in range(100)})
    next(iter(Grading(course, workers).over(those())))
    assert len(asked) <= EACH * 2 + 1


def test_what_submissions_share_is_handed_over_once(course: Course, path: Path) -> None:
    workers = Scripted({f"student-{number}": [FINE] for number in range(60)})
    graded(course, path, workers)
    assert set(Counter(workers.shared).values()) == {1}
    assert 2 < len(workers.shared) <= 17


def test_what_is_lost_is_handed_over_once_more_for_all(course: Course, path: Path) -> None:
    students = [f"student-{number}" for number in range(4)]
    workers = Scripted({student: [LOSE, FINE] for student in students})
    graded(course, path, workers)
    assert max(Counter(workers.shared).values()) == 2


@pytest.mark.parametrize("at", [1, 2])
def test_where_there_is_no_way_to_the_workers_the_run_stops(
    course: Course, path: Path, at: int
) -> None:
    workers = Scripted({"ada": [FINE]})

    def share(content: bytes) -> bytes:
        workers.shared.append(content)
        if len(workers.shared) == at:
            raise ClusterError("The scheduler is gone.")
        return content

    workers.share = share  # type: ignore[method-assign]
    with pytest.raises(ClusterError, match="scheduler is gone"):
        graded(course, path, workers)


def test_neither_the_secret_nor_a_path_travels(course: Course, path: Path) -> None:
    work, released, key = packed(submission(course, path, "ada"), Supplies(course))
    travelling = pickle.dumps((work, released, key))
    secret = course_secret(course)
    for part in (secret, secret.hex().encode(), str(course.root).encode(), str(path).encode()):
        assert part not in travelling


def test_the_sandbox_can_be_left_to_the_worker(course: Course, path: Path) -> None:
    item = Submission(course.root, "dropout", "ada", path, sandbox=WORKERS_OWN)
    assert packed(item, Supplies(course))[0].sandbox == WORKERS_OWN


def passed_on(outcome: BaseException | int) -> "Future[int]":
    inner: Future[int] = Future()
    outer: Future[int] = Future()
    if isinstance(outcome, CancelledError):
        inner.cancel()
    elif isinstance(outcome, int):
        inner.set_result(outcome)
    else:
        inner.set_exception(outcome)
    _pass_on(inner, outer)
    return outer


def test_dasks_terms_become_ours() -> None:
    from distributed import KilledWorker

    assert passed_on(3).result() == 3
    assert isinstance(passed_on(CancelledError()).exception(), PartsLostError)
    killed = KilledWorker("task", None, 1)  # type: ignore[arg-type]
    assert isinstance(passed_on(killed).exception(), WorkerKilledError)
    assert isinstance(passed_on(ValueError()).exception(), ValueError)
    with pytest.raises(ClusterError, match=r"No module named 'autograder'\. Install keepprob"):
        passed_on(ModuleNotFoundError("No module named 'autograder'", name="autograder")).result()


def test_a_scheduler_without_the_autograder_is_said() -> None:
    error = RuntimeError("Error during deserialization of the task graph. This frequently occurs")
    error.__cause__ = ModuleNotFoundError("No module named 'autograder'", name="autograder")
    with pytest.raises(ClusterError, match=r"No module named 'autograder'\. Install keepprob"):
        passed_on(error).result()


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'seaborn'", name="seaborn"),
        ImportError("cannot import name 'x'"),
        AttributeError("'NoneType' object has no attribute 'x'"),
        RuntimeError("odd"),
    ],
)
def test_what_one_submission_raises_does_not_stop_the_run(error: Exception) -> None:
    assert passed_on(error).exception() is error


def test_no_scheduler_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.classroom.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9"):
        Cluster("tcp://127.0.0.1:9")


def test_no_dask_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'keepprob.cluster.'"):
        Cluster("tcp://127.0.0.1:8786")
