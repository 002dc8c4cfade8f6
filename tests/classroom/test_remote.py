"""What a worker refuses, and what it says of itself: nothing of it is in the report."""

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.keys import hidden_key_for
from autograder.classroom import remote
from autograder.classroom.log import FILE, Log
from autograder.classroom.material import Part, Released, key_in, material_in
from autograder.classroom.packing import NOTHING, Supplies, packed
from autograder.classroom.remote import WorkerError, asks_keras, grade_packed
from autograder.classroom.versions import VersionsError, versions_here
from autograder.classroom.work import WORKERS_OWN, Done, Graded, Submission
from autograder.core.report import Report
from autograder.course.layout import Course
from autograder.kernel.sandbox import warm
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.storage.answer_key_file import AnswerKeyFileError
from tests.sample_class.sample import SUBMISSIONS
from tests.storage.answer_keys import same

BROKEN = SUBMISSIONS / "cut-cleo" / "l2_regularization" / "l2_regularization.ipynb"


def submission(course: Course, path: Path, **options: Any) -> Submission:
    return Submission(course.root, "l2_regularization", "ada", path, sandbox=WORKERS_OWN, **options)


def test_another_version_reads_nothing_of_the_submission() -> None:
    expected = versions_here() | {"autograder": "9.9"}
    with pytest.raises(VersionsError, match=r"in place of 9\.9"):
        grade_packed(expected, b"no pickle", b"", b"")


def test_where_no_sandbox_holds_nothing_is_graded(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(confidential: tuple[str, ...]) -> str:
        assert confidential == ("spilled",)
        raise NoSandboxError("none holds on this machine.")

    monkeypatch.setattr(remote, "chosen_variant", none)
    monkeypatch.setattr(warm.servers, "confidential", ())
    work, *parts = packed(submission(course, BROKEN), Supplies(course))
    with pytest.raises(WorkerError, match=r"Worker, process \d+ on .*: none holds on this"):
        grade_packed(versions_here(), pickle.dumps(work), *parts, ("spilled",))
    assert warm.servers.confidential == ("spilled",)


@pytest.mark.parametrize("path", [BROKEN, Path("missing.ipynb")])
def test_what_cannot_be_read_is_reported_wherever_it_is_read(
    course: Course, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "chosen_variant", lambda confidential: "bubblewrap")
    work, *parts = packed(submission(course, path), Supplies(course))
    done = grade_packed(versions_here(), pickle.dumps(work), *parts)
    assert done.graded.notebook is None
    assert {item.status for item in done.graded.report.exercises} == {"not_gradable"}
    assert path.name in str(done.graded.report.trouble)
    assert done.worker not in json.dumps(done.graded.report.to_record())


def test_keras_counts_where_models_are_asked(course: Course) -> None:
    content, _ = hidden_key_for(course, "dropout", "ada")
    assert asks_keras(Part(Part.of(content).digest, content, pickled=True))
    assert not asks_keras(NOTHING)
    assert not asks_keras(Part.of(b"no key"))


def test_a_key_is_opened_pickled_or_as_its_file(course: Course, tmp_path: Path) -> None:
    content, receipt = hidden_key_for(course, "l2_regularization", "ada")
    (tmp_path / "key").write_bytes(content)
    pickled = Part(Part.of(content).digest, tmp_path / "key", pickled=True)
    file = Part.of(course.key_file("l2_regularization", receipt.index).read_bytes())
    key_in.cache_clear()
    assert same(key_in(pickled), key_in(file))


def test_what_nobody_vouched_for_is_not_unpickled() -> None:
    with pytest.raises(AnswerKeyFileError, match="not an answer key"):
        key_in(Part.of(pickle.dumps("a program")))


def test_material_is_opened_once_and_holds_no_key(course: Course) -> None:
    released = Released.read(course, "dropout")
    assert set(released.files) == {"two_arcs.h5", "zh.json"}
    assert set(released.notebooks) == {"en", "zh"}
    assert material_in(released.part()) is material_in(released.part())
    assert sum(material_in(released.part()).points.values()) == 100


def test_a_replay_of_another_submission_waits_for_a_person(course: Course) -> None:
    _, receipt = hidden_key_for(course, "l2_regularization", "eve")
    item = submission(course, BROKEN, receipt=str(receipt))
    work, _, key = packed(item, Supplies(course))
    assert work.trouble is not None
    assert "of another submission" in str(work.trouble.reason)
    assert key == b""
    work, _, _ = packed(replace(item, student="eve"), Supplies(course))
    assert (work.trouble, work.receipt) == (None, str(receipt))


def test_the_log_has_a_line_for_each_submission(tmp_path: Path) -> None:
    report = Report("dropout", (), "ada")
    done = Done(Graded(report), {"cells": 1.23456}, ("kernels were started cold",), "process 3")
    Log(tmp_path).write("run", jobs=2)
    Log(tmp_path).write("graded", **done.to_record())
    lines = [json.loads(line) for line in (tmp_path / FILE).read_text("utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["run", "graded"]
    assert lines[1] | {"time": ""} == {
        "time": "",
        "what": "graded",
        "student": "ada",
        "assignment": "dropout",
        "score": 0.0,
        "worker": "process 3",
        "seconds": {"cells": 1.2346},
        "notes": ["kernels were started cold"],
    }
