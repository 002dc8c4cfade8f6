"""`check(f)`: the student's own feedback, without TensorFlow, on the released answer keys."""

import subprocess
import sys
import textwrap
import types
from pathlib import Path

import numpy as np
import pytest

from autograder import zh
from autograder.local_check import CheckFailed, case, check, check_report

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def beside_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where the student's notebook lies."""
    monkeypatch.chdir(ROOT / "assignments" / "dropout")


def dropout_backward(dA, D, keep_prob):  # type: ignore[no-untyped-def]  # as a student writes it
    return dA * D / keep_prob


def right(A, keep_prob, rng):  # type: ignore[no-untyped-def]  # as a student writes it
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob, D


def named(function, name):  # type: ignore[no-untyped-def]  # any function
    """Give a function the name of an exercise."""
    function.__name__ = name
    return function


def test_a_right_solution_passes_and_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    check(dropout_backward)
    assert "dropout_backward is right in all" in " ".join(capsys.readouterr().out.split())


def test_a_wrong_one_raises_its_sentence() -> None:
    with pytest.raises(CheckFailed, match="keep_prob"):
        check(named(lambda dA, D, keep_prob: dA * D, "dropout_backward"))


def test_a_function_is_known_by_the_name_that_the_notebook_gave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nameless = lambda dA, D, keep_prob: dA * D / keep_prob  # noqa: E731 - as a student writes it
    with pytest.raises(CheckFailed, match="no exercise named <lambda>"):
        check_report(nameless)
    monkeypatch.setattr(sys.modules["__main__"], "dropout_backward", nameless, raising=False)
    assert check_report(nameless).status == "passed"
    other = named(lambda dA, D, keep_prob: dA * D, "predict")
    monkeypatch.setattr(sys.modules["__main__"], "dropout_backward", other)
    assert check_report(other).name == "dropout_backward"


def test_a_check_in_chinese_answers_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    zh.check(dropout_backward)
    assert "dropout_backward 在全部" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="keep_prob"):
        zh.check(named(lambda dA, D, keep_prob: dA * D, "dropout_backward"))
    assert "还不正确" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="这份作业没有名为 nothing 的练习"):
        zh.check(named(lambda: 1, "nothing"))


def test_a_function_that_asks_keras_is_told_that_grading_has_none() -> None:
    namespace: dict[str, object] = {"keras": types.ModuleType("keras")}
    exec("def dropout_backward(dA, D, keep_prob):\n  keras\n  return dA * D / keep_prob", namespace)
    report = check_report(namespace["dropout_backward"])
    assert report.status == "passed"
    assert "compute with NumPy alone" in report.remarks[0]
    assert check_report(dropout_backward).remarks == ()


def test_a_placeholder_is_not_attempted() -> None:
    def dropout_backward(dA, D, keep_prob):  # type: ignore[no-untyped-def]  # a student's
        pass

    report = check_report(dropout_backward)
    assert (report.status, "not written yet" in report.message) == ("not_attempted", True)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, shape, keep: rng.random(shape) < keep,
        lambda rng, shape, keep: rng.random(shape) > 1 - keep,
        lambda rng, shape, keep: rng.uniform(size=shape) <= keep,
        lambda rng, shape, keep: rng.binomial(1, keep, size=shape),
        lambda rng, shape, keep: rng.choice([1.0, 0.0], size=shape, p=[keep, 1 - keep]),
    ],
)
def test_no_way_of_drawing_is_refused(draw) -> None:  # type: ignore[no-untyped-def]  # any rule
    def dropout_forward(A, keep_prob, rng):  # type: ignore[no-untyped-def]  # a student's
        D = draw(rng, A.shape, keep_prob)
        return A * D / keep_prob, D

    assert check_report(dropout_forward).status == "passed"


def test_values_and_a_line_to_paste_are_shown() -> None:
    wrong = named(lambda dA, D, keep_prob: dA * D / keep_prob + 1e-3, "dropout_backward")
    report = check_report(wrong)
    text = "\n".join(report.details)
    assert "expected" in text
    assert "from autograder import case" in text


def test_the_line_to_paste_repeats_the_case() -> None:
    wrong = named(lambda dA, D, keep_prob: dA * D / keep_prob + 1e-3, "dropout_backward")
    report = check_report(wrong)
    arguments = case("dropout_backward", str(report.case))
    assert dropout_backward(*arguments).shape == arguments[0].shape
    again = case("dropout_backward", str(report.case))
    assert np.array_equal(arguments[0], again[0])


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CheckFailed, match="no exercise named nothing; it has dropout_forward"):
        check(named(lambda: 1, "nothing"))
    with pytest.raises(CheckFailed, match="has no case 'nothing'"):
        case("dropout_backward", "nothing")


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckFailed, match=r"answer_key\.h5"):
        check(dropout_backward)


def test_what_the_function_prints_is_hidden(capfd: pytest.CaptureFixture[str]) -> None:
    def noisy(dA, D, keep_prob):  # type: ignore[no-untyped-def]  # a student's
        print("debug output")
        print("a warning", file=sys.stderr)
        return dA * D / keep_prob

    check(named(noisy, "dropout_backward"))
    out, err = capfd.readouterr()
    assert "debug output" not in out
    assert err == ""


def test_grading_numpy_exercises_imports_no_keras() -> None:
    script = textwrap.dedent("""
        import sys
        from autograder import check

        def dropout_forward(A, keep_prob, rng):
            D = rng.random(A.shape) < keep_prob
            return A * D / keep_prob, D

        check(dropout_forward)
        from autograder.storage.answer_key_file import load_answer_key
        load_answer_key("answer_key.h5")
        import autograder.classroom.grading
        assert not {"keras", "tensorflow"} & set(sys.modules), "imported"
        """)
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, timeout=120)
