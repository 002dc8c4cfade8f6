"""nbgrader's Validate, button and command, sees what `check` sees."""

import io
from pathlib import Path

import nbformat
import pytest
from nbgrader.validator import Validator

from tests.sample_class.sample import grade_id

ROOT = Path(__file__).parents[1]
FORWARD = """
def dropout_forward(A, keep_prob, rng):
    import sys
    print("a library's warning", file=sys.stderr)
    D = rng.binomial(1, keep_prob, size=A.shape)
    return {value}, D
"""


def validated(folder: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what Validate says of the released notebook's first exercise with this solution."""
    released = ROOT / "assignments" / "dropout"
    notebook = nbformat.read(released / "dropout.ipynb", as_version=4)
    wanted = ("imports", "dropout_forward", "check_dropout_forward")
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) in wanted]
    notebook["cells"][1]["source"] = FORWARD.format(value=value)
    nbformat.write(notebook, folder / "dropout.ipynb")
    (folder / "answer_key.h5").write_bytes((released / "answer_key.h5").read_bytes())
    monkeypatch.chdir(folder)
    stream = io.StringIO()
    validator = Validator()
    validator.stream = stream
    validator.validate_and_print(str(folder / "dropout.ipynb"))
    return stream.getvalue()


def test_a_right_solution_is_valid_whatever_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = validated(tmp_path, "A * D / keep_prob", monkeypatch)
    assert "Success! Your notebook passes all the tests." in said


def test_a_wrong_one_gets_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = validated(tmp_path, "A * D", monkeypatch)
    assert "FAILED" in said
    assert "Divide the kept activations by keep_prob" in " ".join(said.split())
