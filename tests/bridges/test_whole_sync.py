"""One whole sync with the real engine: a notebook of the sample class, graded in the sandbox."""

import pytest

from tests.bridges.fake_moodle import FakeMoodle
from tests.bridges.running import ROOT, Bridge


@pytest.mark.slow
def test_real_notebooks_go_in_and_their_feedback_comes_out(moodle: FakeMoodle, to_moodle: Bridge):
    for user, student in ((3, "ada"), (4, "scale-sven")):
        content = (ROOT / f"tests/submissions/{student}/dropout/dropout.ipynb").read_bytes()
        moodle.hand_in(user, {"dropout.ipynb": content})
    assert to_moodle.sync() == 0
    assert moodle.row(3).grade == 100.0
    assert 0 < moodle.row(4).grade < 100.0
    assert "<li><strong>dropout_forward</strong>" in moodle.row(4).comment
    page = moodle.row(4).files["feedback.html"].decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "student4@example.invalid" in page
    assert to_moodle.sync() == 0
    assert len(moodle.saves) == 2
