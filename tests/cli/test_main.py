"""The command line: errors are one sentence, and exit codes are those of the manual."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import main, parser

ROOT = Path(__file__).parents[2]


def test_every_command_has_a_description() -> None:
    text = parser().format_help()
    for command in ("release", "keys", "grade", "demo", "check-course", "doctor"):
        assert command in text


def test_outside_a_course_the_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["grade"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("autograder: ")
    assert "is not in a course" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "economics"], "no assignment 'economics'; there are dropout"),
        (["grade", "--submitted", "nowhere"], "nowhere is not a folder"),
        (["grade", "dropout", "--submitted", "tests/submissions", "--student", "bob"], "of bob"),
        (
            ["grade", "dropout", "--submitted", "tests/submissions", "--receipt", "x"],
            "not a receipt",
        ),
    ],
)
def test_a_wrong_call_is_explained(
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--cell-seconds", "nan"],
        ["--cell-seconds", "-3"],
        ["--call-seconds", "0"],
        ["--call-seconds", "inf"],
        ["--call-seconds", "soon"],
        ["--jobs", "-2"],
        ["--jobs", "many"],
    ],
)
def test_a_senseless_value_is_refused_before_anything_is_graded(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["grade", *arguments])
    assert "expected" in capsys.readouterr().err


def test_keys_asks_for_every_assignment(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.authoring import keys

    asked: list[str] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(keys, "build_pool", lambda course, name, **options: asked.append(name))
    assert main(["keys", "--jobs", "1"]) == 0
    assert asked == ["dropout", "l2_regularization", "regularization_in_practice"]


def test_a_command_leaves_a_grammar_out_before_it_imports_what_reads_notebooks() -> None:
    program = """
import sys
from autograder.cli.main import main
assert "jsonschema" not in sys.modules
assert main(["keys", "economics"]) == 2
import nbformat
nbformat.validate(nbformat.v4.new_notebook())
assert sys.modules["rfc3987_syntax"] is None
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
