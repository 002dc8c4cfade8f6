"""A class on a cluster of other processes: the same scores, and none is lost with a worker."""

import importlib
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import pytest

from autograder.classroom.cluster import Cluster, ClusterError
from autograder.classroom.mapping import Grading
from autograder.classroom.results import FILE
from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import Found, find_submissions
from autograder.classroom.versions import VersionsError, versions_here
from autograder.classroom.work import Done, Graded, Submission, Work
from autograder.core.report import Report
from autograder.course.layout import Course
from autograder.course.secret import course_secret
from autograder.kernel.session import Limits
from tests.classroom.clusters import TestCluster, cluster, eventually
from tests.platform.certificates import make_certificate
from tests.sample_class.sample import SUBMISSIONS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]

ASSIGNMENTS = ("dropout", "l2_regularization")
STUDENTS = (
    "ada", "cut-cleo", "empty-ed", "other-olga", "scale-sven", "syntax-sam", "two-tilda", "wei",
)  # fmt: skip
LIMITS = Limits(cell_seconds=45, call_seconds=10)


@pytest.fixture(scope="module")
def copied_course(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Copy what grading needs to a place that no worker knows."""
    root = tmp_path_factory.mktemp("private")
    course_secret(course)  # makes the folder of the keys
    shutil.copy(course.root / "nbgrader_config.py", root)
    half_written = shutil.ignore_patterns(".*", "__pycache__")  # by another test, just now
    for name in ("assignments", "solutions", ".autograder"):
        shutil.copytree(course.root / name, root / name, ignore=half_written)
    return Course(root)


@pytest.fixture(scope="module")
def found(copied_course: Course) -> list[Found]:
    return find_submissions(copied_course, SUBMISSIONS, ASSIGNMENTS, STUDENTS)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as made:
        yield made


def results(found: list[Found], settings: RunSettings, progress: Progress | None = None) -> bytes:
    """Grade, and return results.jsonl."""
    run_class(found, settings, progress or Progress())
    return (settings.output / FILE).read_bytes()


@pytest.fixture(scope="module")
def by_one(
    copied_course: Course, found: list[Found], tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    """Return what one worker on this machine finds."""
    output = tmp_path_factory.mktemp("one")
    return results(found, RunSettings(copied_course, output, own_gradebook=True, limits=LIMITS))


def test_the_class_is_mixed(found: list[Found], by_one: bytes) -> None:
    assert len(found) == by_one.count(b"\n") >= 8
    for part in (b'"not_gradable"', b'"not_attempted"', b'"passed"', b'"failed"', b'"zh"'):
        assert part in by_one


def test_two_local_workers_find_the_same(
    copied_course: Course, found: list[Found], by_one: bytes, tmp_path: Path
) -> None:
    settings = RunSettings(copied_course, tmp_path, own_gradebook=True, jobs=2, limits=LIMITS)
    assert results(found, settings) == by_one


def test_a_cluster_finds_the_same_although_a_worker_is_killed(
    copied_course: Course,
    found: list[Found],
    by_one: bytes,
    two_workers: TestCluster,
    tmp_path: Path,
) -> None:
    graded: list[tuple[str, str]] = []

    def note(report: Report) -> None:
        graded.append((report.assignment, report.student))
        if len(graded) == 2:
            two_workers.kill(two_workers.workers[0])

    settings = RunSettings(
        copied_course, tmp_path, own_gradebook=True, limits=LIMITS, scheduler=two_workers.address
    )
    assert results(found, settings, Progress(graded=note)) == by_one
    assert sorted(graded) == sorted((item.assignment, item.student) for item in found)


def submissions(course: Course, folder: Path, *students: str) -> list[Submission]:
    made = []
    for student in students:
        path = folder / student / "dropout" / "dropout.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        made.append(Submission(course.root, "dropout", student, path, sandbox="bubblewrap"))
    return made


def say_who(expected: Any, content: bytes, released: bytes, key: bytes) -> Done:
    """Stand in for grading."""
    work: Work = pickle.loads(content)
    return Done(Graded(Report(work.assignment, (), work.student)), worker=str(os.getpid()))


@pytest.fixture
def joined(two_workers: TestCluster) -> Iterator[Cluster]:
    made = Cluster(two_workers.address)
    yield made
    made.shutdown(cancel_futures=True)


def test_parts_that_went_with_their_worker_are_sent_again(
    course: Course, two_workers: TestCluster, joined: Cluster, tmp_path: Path
) -> None:
    joined.grade = say_who  # type: ignore[method-assign]
    grading = Grading(course, joined)
    first, second = submissions(course, tmp_path, "ada", "eve")
    ((_, done),) = grading.over([first])
    for worker in two_workers.workers:
        two_workers.kill(worker)
    two_workers.start_worker()
    ((item, again),) = grading.over([second])
    assert (item.student, again.graded.report.trouble) == ("eve", None)
    assert again.worker != done.worker


def replace_dead(made: TestCluster) -> None:
    """Start a worker where there is none."""
    if all(worker.poll() is not None for worker in made.workers):
        made.start_worker()


def test_a_worker_with_other_versions_is_refused_and_named(
    course: Course,
    two_workers: TestCluster,
    joined: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replace_dead(two_workers)
    other = versions_here() | {"numpy": "0.1"}
    monkeypatch.setattr("autograder.classroom.mapping.versions_here", lambda: other)
    with pytest.raises(VersionsError, match=r"process \d+ on .* numpy .* in place of 0\.1"):
        list(Grading(course, joined).over(submissions(course, tmp_path, "ada")))


def test_a_cluster_without_a_worker_is_waited_for(
    course: Course, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    said: list[str] = []
    with cluster(tmp_path_factory.mktemp("empty"), workers=0) as made:

        def say(text: str) -> None:
            said.append(text)
            made.start_worker()

        joined = Cluster(made.address, say)
        joined.grade = say_who  # type: ignore[method-assign]
        try:
            ((_, done),) = Grading(course, joined).over(submissions(course, tmp_path, "ada"))
        finally:
            joined.shutdown()
    assert done.graded.report.trouble is None
    assert len(said) == 1
    assert "has no worker now" in said[0]


def test_a_scheduler_that_goes_ends_the_run_with_a_sentence(
    course: Course, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with cluster(tmp_path_factory.mktemp("gone"), workers=1) as made:
        joined = Cluster(made.address)
    eventually(lambda: joined._client.status != "running", "the connection stayed")
    try:
        with pytest.raises(ClusterError, match=r"connection to the Dask scheduler .* is lost"):
            list(Grading(course, joined).over(submissions(course, tmp_path, "ada")))
    finally:
        joined.shutdown(cancel_futures=True)


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have Dask know a certificate, here and in the processes that are started."""
    importlib.import_module("distributed")  # its own settings come first
    made = make_certificate(tmp_path, ["localhost"])
    settings = {"distributed.comm.tls.ca-file": str(made.authority)}
    for role in ("scheduler", "worker", "client"):
        settings[f"distributed.comm.tls.{role}.cert"] = str(made.chain)
        settings[f"distributed.comm.tls.{role}.key"] = str(made.key)
    for name, value in settings.items():
        variable = name.upper().replace(".", "__").replace("-", "_")
        monkeypatch.setenv(f"DASK_{variable}", value)
    with dask.config.set(settings):
        yield


@pytest.mark.usefixtures("certificates")
def test_a_cluster_with_certificates_grades_and_lets_nobody_else_in(
    copied_course: Course,
    found: list[Found],
    by_one: bytes,
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> None:
    with cluster(tmp_path_factory.mktemp("tls"), workers=1, protocol="tls") as made:
        settings = RunSettings(
            copied_course, tmp_path, own_gradebook=True, limits=LIMITS, scheduler=made.address
        )
        assert results(found[:1], settings) in by_one
        with pytest.raises(ClusterError, match="No Dask scheduler answers"):
            Cluster(made.address.replace("tls:", "tcp:"))


def test_a_certificate_that_is_missing_is_asked_for() -> None:
    with pytest.raises(
        ClusterError, match=r"asks for a certificate.*distributed\.comm\.tls\.client"
    ):
        Cluster("tls://127.0.0.1:8786")
