"""The benchmark's class is as promised, its checks are equal, and its page says its numbers."""

import contextlib
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.keys import build_pool, indices_for
from autograder.classroom.running import plan_of
from autograder.course.layout import Course
from autograder.kernel.sandbox.bubblewrap import variables
from benchmarks import measuring
from benchmarks.__main__ import take
from benchmarks.chart import draw_chart
from benchmarks.classes import SHARES, class_texts, draw_class, filled, shared_out, sorts_of
from benchmarks.contenders import ONE_THREAD, Limit, Scene, Stock
from benchmarks.contest import contenders, steps_of_round
from benchmarks.course import KERAS, KINDS, NUMPY, benchmark_course, is_kept
from benchmarks.equal_checks import cases_of, grade_cells, otter_tests
from benchmarks.goals import goals
from benchmarks.growth import edges
from benchmarks.limit import cells_of, seconds_of
from benchmarks.measuring import FailedError, gaps, quantile, ratios, run, spread
from benchmarks.memory import Held, role_of
from benchmarks.memory import summed_up as memory_summed_up
from benchmarks.page import page_text
from benchmarks.record import Record, as_text
from benchmarks.stages import read_stages, summed_up, warm_seconds
from benchmarks.summary import TITLES, base_of, missing, rows, side_by_side, unfair
from benchmarks.texts import misspelt, without_colon

pytestmark = pytest.mark.xdist_group("benchmarks")  # they share what is slow to make

FIRST = "student-00001"
ROOT = Path(__file__).resolve().parents[1]
numbers = st.lists(st.floats(0.001, 1000), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return benchmark_course(tmp_path_factory.mktemp("bench") / "course", lambda text: None,
                            keys=False)  # fmt: skip


@pytest.fixture(scope="module")
def scene(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A class of the NumPy assignment, of which one is right and one is not."""
    drawn = draw_class(class_texts(course, NUMPY), 30)
    chosen = [next(item for item in drawn if item.sort == sort) for sort in ("right", "mistaken")]
    indices = indices_for(course, NUMPY.assignment, [chosen[0].name])
    build_pool(course, NUMPY.assignment, only=indices)
    return Scene(NUMPY, course, chosen, tmp_path_factory.mktemp("scene"))


# --- the class


@given(st.integers(1, 300))
def test_the_sorts_come_in_the_promised_shares(size: int):
    counted = Counter(sorts_of(size))
    assert counted.total() == size
    assert all(abs(counted[sort] - share * size) <= 1 for sort, share in SHARES.items())


def test_the_same_seed_draws_the_same_class(course: Course):
    texts = class_texts(course, NUMPY)
    assert draw_class(texts, 20, seed=3) == draw_class(texts, 20, seed=3)
    assert draw_class(texts, 20, seed=3) != draw_class(texts, 20, seed=4)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_students_write_what_their_sort_says(course: Course, kind: Any):
    texts = class_texts(course, kind)
    for student in draw_class(texts, 60):
        written = student.functions
        right = {name for name, text in written.items() if text in texts[name].right}
        missing = {name for name, text in written.items() if text is None}
        wrong = written.keys() - right - missing
        assert written.keys() == texts.keys()
        assert (bool(wrong), bool(missing)) == {
            "right": (False, False), "mistaken": (True, False), "crashing": (True, False),
            "unfinished": (False, True), "empty": (False, True),
        }[student.sort]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_submissions_are_notebooks_of_the_release(course: Course, kind: Any):
    released = nbformat.read(course.released_notebook(kind.assignment), as_version=4)
    texts = class_texts(course, kind)
    for student in draw_class(texts, 10):
        notebook = filled(released, student.functions, dict.fromkeys(_other_answers(released), ""))
        nbformat.validate(notebook)
        assert [cell["id"] for cell in notebook["cells"]] == [
            cell["id"] for cell in released["cells"]
        ]


def _other_answers(notebook: Any) -> list[str]:
    found = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    return [item["grade_id"] for item in found if item.get("solution")]


def test_the_numpy_assignment_has_no_keras_in_its_code(course: Course):
    released = nbformat.read(course.released_notebook(NUMPY.assignment), as_version=4)
    code = [cell["source"] for cell in released["cells"] if cell["cell_type"] == "code"]
    assert code
    assert not [source for source in code if "keras" in source or "build_l2_model" in source]


def test_experiments_are_left_out_and_exercises_stay():
    path = ROOT / "solutions" / KERAS.assignment / f"{KERAS.assignment}.ipynb"
    cells = nbformat.read(path, as_version=4)["cells"]
    left_out = {cell["id"].split("_")[0] for cell in cells if not is_kept(cell, KERAS)}
    assert left_out == {"experiment", "see"}


def test_a_class_is_dealt_into_parts_of_the_same_mix(course: Course):
    students = draw_class(class_texts(course, NUMPY), 60)
    parts = shared_out(students, 3)
    assert sorted(item.name for part in parts for item in part) == [item.name for item in students]
    for part in parts:
        assert Counter(item.sort for item in part) == Counter(sorts_of(20))


def test_crashes_crash():
    text = "def f(x):\n    y = x + 1\n    return y"
    with pytest.raises(SyntaxError):
        compile(without_colon(text), "<cell>", "exec")
    namespace: dict[str, Any] = {}
    exec(misspelt(text), namespace)
    with pytest.raises(NameError, match="y_"):
        namespace["f"](1)


# --- equal checks


def test_the_others_ask_the_same_calls_in_the_same_cases(scene: Scene):
    assert (
        grade_cells(scene.key).keys() == otter_tests(scene.key).keys() == scene.key.exercises.keys()
    )
    for exercise in scene.key.exercises.values():
        cases = cases_of(exercise)
        assert [case[0] for case in cases] == [case.title for case in exercise.cases.values()]
        for made, case in zip(cases, exercise.cases.values(), strict=True):
            assert [call[2] for call in made[2]] == [call.times for call in case.calls]


def outcome(check: str, text: str, given: str) -> bool:
    """Whether the asserts hold for a function, in a notebook with these functions before it."""
    namespace: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(given, namespace)
        try:
            exec(text, namespace)
            exec(check, namespace)
        except Exception:
            return False
    return True


def test_the_asserts_pass_every_right_style_and_no_mistake(scene: Scene):
    texts = class_texts(scene.course, NUMPY)
    given = (
        "import numpy as np\n"
        + _network(scene)
        + "\n\n"
        + "\n\n".join(item.right[0] for item in texts.values())
    )
    for name, check in grade_cells(scene.key).items():
        assert all(outcome(check, text, given) for text in texts[name].right), name
        assert not any(outcome(check, text, given) for text in texts[name].mistaken), name
        assert not any(outcome(check, text, given) for text in texts[name].crashing), name


def _network(scene: Scene) -> str:
    released = nbformat.read(scene.course.released_notebook(NUMPY.assignment), as_version=4)
    return next(cell["source"] for cell in released["cells"] if cell["id"] == "network")


@pytest.mark.slow
def test_stock_nbgrader_gives_a_right_submission_all_points_and_a_wrong_one_less(scene: Scene):
    stock = Stock(scene)
    stock.prepare("test", scene.students)
    graded = stock.grade("test", scene.students)
    right, wrong = (graded.scores[student.name] for student in scene.students)
    assert right == scene.full_points
    assert 0 < wrong < right
    assert graded.finished.keys() == {student.name for student in scene.students}


def test_the_limit_makes_the_calls_and_survives_what_crashes(scene: Scene, tmp_path: Path):
    plan = plan_of(scene.key)
    path = scene.course.released_notebook(NUMPY.assignment)
    assert seconds_of([*cells_of(path), "1 / 0", "l2_cost = None"], plan) > 0


# --- measuring


@given(numbers)
def test_a_spread_lies_in_order(values: list[float]):
    found = spread(values)
    assert found.low <= found.quarter <= found.middle <= found.three_quarters <= found.high
    assert (found.low, found.high, found.count) == (min(values), max(values), len(values))


@given(numbers, st.floats(0.1, 10))
def test_who_takes_so_many_times_as_long_is_so_many_times_slower(values: list[float], by: float):
    found = ratios([by * value for value in values], values)
    assert found.low == pytest.approx(by)
    assert found.high == pytest.approx(by)


def test_quantiles_are_interpolated():
    assert [quantile([4, 1, 2, 3], share) for share in (0, 0.5, 0.9, 1)] == [1, 2.5, 3.7, 4]


@given(numbers)
def test_gaps_add_up_to_the_whole(times: list[float]):
    assert sum(gaps(times)) == pytest.approx(max(times) - min(times))


def test_edges_are_the_first_and_the_last_tenth():
    times = [0.0]
    for number in range(40):
        times.append(times[-1] + (1 if number < 20 else 3))
    assert edges(times) == (1, 3)


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path):
    with pytest.raises(FailedError, match="no such thing"):
        run(["sh", "-c", "echo no such thing; exit 3"], tmp_path)


def test_a_program_is_timed_and_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(measuring, "SAMPLE_SECONDS", 0.05)  # often, so that one look is on time
    measured = run(["sleep", "0.8"], tmp_path, look=lambda process: process.pid)
    assert measured.seconds >= 0.8
    assert measured.peak_bytes > 0
    assert len(set(measured.samples)) == 1


@pytest.mark.parametrize(
    ("lineage", "role"),
    [
        (["python autograder grade"], "grader"),
        (["python -c from multiprocessing.spawn import x", "python autograder grade"], "worker"),
        (["python -m autograder.kernel.sandbox.fork_server 5", "worker", "grader"], "fork server"),
        (["python -m a.sandbox.fork_server 5"] * 2 + ["worker", "grader"], "other"),
        (["python -m a.sandbox.fork_server 5"] * 3 + ["worker", "grader"], "student's kernel"),
        (["/usr/bin/python3 -m kernel", "bwrap --unshare-all", "grader"], "student's kernel"),
        (["bwrap --unshare-all", "grader"], "other"),
        (["python -c from multiprocessing.resource_tracker import main", "grader"], "other"),
    ],
)
def test_a_process_is_told_by_its_lineage(lineage: list[str], role: str):
    assert role_of(lineage) == role


def test_memory_is_the_most_of_all_samples():
    samples = [
        [Held("worker", 1, 10, 20), Held("worker", 2, 30, 35)],
        [Held("worker", 1, 15, 60)],
    ]
    found = memory_summed_up(samples)
    assert found["roles"]["worker"] == {"own_bytes": 30, "shared_bytes": 60, "at_once": 2}
    assert (found["together_bytes"], found["samples"]) == (60, 2)


def test_the_stages_of_a_log_are_those_of_its_submissions(tmp_path: Path):
    lines = [{"what": "run"}, {"what": "graded", "seconds": {"cells": 0.5}}, {"what": "end"}]
    (tmp_path / "grade.log").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert list(read_stages(tmp_path / "grade.log")) == [{"cells": 0.5}]


def test_stages_are_summed_up_over_all_submissions_of_all_runs():
    runs = [[{"cells": 0.5, "fork server": 9.0}, {"cells": 0.7}], [{"cells": 0.6, "new": 0.2}]]
    found = {item.name: item for item in summed_up(runs)}
    assert list(found) == ["fork server", "cells", "new"]
    assert [item.middle for item in found.values()] == [0, 0.6, 0]
    assert [item.total for item in found.values()] == pytest.approx([4.5, 0.9, 0.1])
    assert found["fork server"].share == pytest.approx(9 / 11)
    assert summed_up([]) == summed_up([[]]) == []


stages_of_runs = st.lists(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(0.01, 10)), max_size=4), max_size=4
)


@given(stages_of_runs)
def test_the_shares_of_stages_add_up_to_the_whole(runs: list[list[dict[str, float]]]):
    found = summed_up(runs)
    if found:
        assert sum(item.share for item in found) == pytest.approx(1)


def test_who_started_a_server_or_decoded_a_key_is_not_warm():
    found = [{"cells": 1.0, "write": 0.5}, {"cells": 1, "decode key": 0}, {"fork server": 3}]
    assert warm_seconds(found) == [1.5]


# --- what was measured is kept


def test_a_record_goes_on_where_it_was_and_begins_anew_with_other_settings(tmp_path: Path):
    path = tmp_path / "results.json"
    Record(path, {"size": 3}).keep("class/numpy/stock/0", 1.5)
    again = Record(path, {"size": 3})
    assert again.parts == {"class/numpy/stock/0": 1.5}
    again.forget(["growth"])
    assert again.parts
    again.forget(["class"])
    assert again.parts == Record(path, {"size": 4}).parts == {}


def test_the_record_has_a_line_for_each_submission():
    content = {"parts": {"a": {"stages": [{"cells": 0.5, "write": 1e-05}, {"cells": 1.0}]}}}
    text = as_text(content)
    assert json.loads(text) == content
    assert '{ "cells": 0.5, "write": 1e-05 },\n' in text


@given(st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_the_record_holds_what_it_was_given(content: Any):
    assert json.loads(as_text(content)) == content


def test_a_run_goes_on_after_what_fails_and_takes_only_what_is_missing(tmp_path: Path):
    record = Record(tmp_path / "results.json", {})
    written: list[list[str]] = []
    told: list[str] = []

    def step(name: str, *, fails: bool = False) -> tuple[str, Any]:
        def measure() -> dict[str, Any]:
            if fails:
                raise FailedError("no such thing")
            return {"of": name}

        return name, measure

    def go(*, fails: bool) -> None:
        groups = [[step("a"), step("b", fails=fails)], [step("c")]]
        take(groups, record, told.append, lambda: written.append(sorted(record.parts)))

    go(fails=True)
    assert written == [["a"], ["a", "c"]]
    assert any("no such thing" in text for text in told)
    go(fails=False)
    assert written[2:] == [["a", "b", "c"]]
    assert told[-1].startswith("b done")
    assert told[-1].endswith("nothing follows")


def test_every_round_has_everybody_in_even_the_smallest_class(scene: Scene):
    names = {f"class/numpy/{name}/2" for name in TITLES}
    assert {name for name, _ in steps_of_round(scene, 3, 2)} == names
    assert {who.name for who, _ in contenders(scene, 3)} == TITLES.keys()


def test_the_limit_computes_with_one_thread(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    class StoppedError(Exception):
        pass

    seen: dict[str, Any] = {}

    def told(*_: Any, **options: Any) -> None:
        seen.update(options)
        raise StoppedError

    monkeypatch.setattr("benchmarks.contenders.run", told)
    with pytest.raises(StoppedError):
        Limit(scene).grade("test", scene.students)
    assert seen["settings"] == ONE_THREAD
    assert ONE_THREAD.items() <= variables({}).items()


# --- the page


def taken(seconds: float, **other: Any) -> dict[str, Any]:
    made = {"count": 60, "reports": 60, "seconds": 60 * seconds, "per_submission": seconds}
    made |= {"steady": seconds, "right": 24, "passed": 24, "peak_bytes": 1, "stages": []}
    return made | other


def measurements() -> dict[str, Any]:
    """A small result in which each number of the goals is easy to tell by hand."""
    parts: dict[str, Any] = {}
    for kind in ("numpy", "keras"):
        for number in range(3):
            by = 1 + number / 10
            parts |= {
                f"class/{kind}/warm-2/{number}": taken(0.1 * by),
                f"class/{kind}/warm-1/{number}": taken(
                    0.2 * by,
                    stages=[
                        {"cells": 0.2, "write": 0.05},
                        {"cells": 0.2, "write": 0.15},
                        {"cells": 0.2, "write": 0.05, "fork server": 1.6},
                    ],
                ),
                f"class/{kind}/limit/{number}": taken(0.16 * by, passed=0),
                f"class/{kind}/stock/{number}": taken(3.0 * by),
                f"class/{kind}/otter/{number}": taken(2.0 * by, passed=23),
                f"class/{kind}/cold-2/{number}": taken(1.0 * by),
                f"class/{kind}/cold-1/{number}": taken(1.5 * by),
            }
    for size in (10, 100):
        parts[f"growth/{size}"] = {
            "count": size, "expected": size, "seconds": size / 10, "per_submission": 0.1,
            "at_the_beginning": 0.1, "at_the_end": 0.2, "peak_bytes": 2**20 * 100,
            "gradebook_bytes": 3000 * size, "output_bytes": 1,
        }  # fmt: skip
    parts["memory"] = memory_summed_up([[Held("worker", 1, 2**20, 2**21)]])
    machine = {
        "processor": "A processor", "cores": 2, "memory_gib": 8,
        "system": "Debian", "kernel": "6.1", "python": "3.11.7",
        "packages": {"numpy": "2.4.0", "keras": "3.15.0"},
    }  # fmt: skip
    settings = {"size": 60, "rounds": 3, "growth": [10, 100], "seed": 1, "engine": "abc"}
    return {"settings": settings, "machine": machine, "parts": parts}


def test_goals_are_judged_by_their_numbers():
    found = [(goal.measured, goal.met) for goal in goals(measurements()["parts"])]
    assert found == [
        ("30.0 times (30.0 to 30.0)", True),
        ("30.0 times (30.0 to 30.0)", False),
        ("1.2 times: 0.220 s against 0.176 s", True),
        ("1.2 times: 0.220 s against 0.176 s", True),
        ("0.30 s; 90 % within 0.35 s; 6 of 9 submissions", False),
        ("0.30 s; 90 % within 0.35 s; 6 of 9 submissions", True),
        ("0 without", True),
        ("2.00 times", False),
        ("1.00 times", True),
        ("1.00 times", True),
    ]


def test_rows_come_from_the_fastest_to_the_slowest():
    found = rows(measurements()["parts"], NUMPY)
    assert [row.name for row in found] == [
        "warm-2",
        "limit",
        "warm-1",
        "cold-2",
        "cold-1",
        "otter",
        "stock",
    ]
    assert found[-1].ratio.middle == pytest.approx(30)


def test_who_refuses_right_work_is_named():
    assert unfair(measurements()["parts"]) == [
        "otter run (NumPy assignment): 69 of 72",
        "otter run (Keras assignment): 69 of 72",
    ]


def test_the_page_says_the_numbers_and_the_machine():
    text = page_text(measurements())
    for words in (
        "| NumPy assignment: at least 25 times as fast as nbgrader, with 2 workers | 30.0 times",
        "7 of 10 goals are met; what falls short",
        "| nbgrader, as it comes | 3.3 (3 to 3.6) | 30 (30 to 30) | 180 | 72 of 72 |",
        "| fork server | 0.0000 | 65.3 | 1.60 |",
        "| cells | 0.2000 | 24.5 | 0.60 |",
        "the physical limit (0.176 s a submission): cells 0.200 s.",
        "A run with 2 workers took 6.6 s, of which 0.1 s lie before the first report",
        "| worker | 1 | 1 | 2 |",
        "| 100 | 100 | 10 | 0.100 | 0.200 | 100 | 3.0 |",
        "A processor, 2 cores, 8 GiB",
        "numpy 2.4.0, keras 3.15.0.",
        "**Not measured fairly**",
    ):
        assert words in text
    assert "trial run" not in text
    assert "not complete" not in text


def test_only_missed_goals_are_explained():
    content = measurements()
    missed = page_text(content).split("## Why a goal is missed")[1]
    assert missed.count("\n* **") >= 3
    assert "under 0.3 s" in missed
    assert "under 0.8 s" not in missed
    content["parts"] = {name: value for name, value in content["parts"].items() if "warm-1" in name}
    for value in content["parts"].values():
        value["stages"] = [{"cells": 0.1}]
    assert "missed" not in page_text(content)


def test_the_page_says_what_is_missing():
    content = measurements()
    for name in ("class/keras/stock/1", "growth/10", "memory"):
        del content["parts"][name]
    assert missing(content["parts"], content["settings"])[-3:] == [
        "Keras assignment, nbgrader, as it comes: 1 of 3 rounds",
        "memory",
        "growth to 10 submissions",
    ]
    assert "**This run is not complete.**" in page_text(content)


@pytest.mark.parametrize(
    ("sizes", "base"),
    [([10, 100, 1000, 5000], 100), ([10, 100], 10), ([10, 200, 300], 200), ([5, 10, 20], 5)],
)
def test_the_largest_class_is_compared_with_an_ordinary_one(sizes: list[int], base: int):
    assert base_of([{"expected": size} for size in sizes])["expected"] == base


def test_rounds_are_compared_that_both_have():
    found = side_by_side({0: 1.0, 2: 6.0}, {0: 1.0, 1: 100.0, 2: 2.0})
    assert found is not None
    assert (found.low, found.high) == (1, 3)
    assert side_by_side({0: 1.0}, {1: 1.0}) is None


@pytest.mark.parametrize("part", ["class", "memory", "growth"])
def test_the_chart_is_drawn_of_what_there_is(part: str, tmp_path: Path):
    parts = measurements()["parts"]
    draw_chart({name: parts[name] for name in parts if name.startswith(part)}, tmp_path / "a.svg")
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")


def test_the_same_measurements_draw_the_same_chart(tmp_path: Path):
    for name in ("a.svg", "b.svg"):
        draw_chart(measurements()["parts"], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_small_run_is_called_a_trial():
    content = measurements()
    content["settings"]["size"] = 3
    assert "**This is a trial run with classes of 3" in page_text(content)


def test_a_page_of_some_parts_says_those_alone():
    content = measurements()
    content["parts"] = {
        name: value for name, value in content["parts"].items() if name.startswith("growth")
    }
    text = page_text(content)
    assert "## Growth" in text
    assert "## Memory" not in text
    assert "## Keras assignment" not in text


def test_the_page_in_the_documentation_is_that_of_the_measurements():
    """To renew it: make bench PARTS=page."""
    content = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    assert (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8") == page_text(content)
