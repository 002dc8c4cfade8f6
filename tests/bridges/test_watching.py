"""Round after round: what is said, and what ends it."""

import pytest

from autograder.bridges.settings import BridgeError
from autograder.cli.main import EXIT_INTERRUPTED, main
from autograder.course.lock import locked
from tests.bridges.fake_moodle import FakeMoodle
from tests.bridges.running import FILE, ROOT, Bridge, Grader, notebook

pytestmark = pytest.mark.usefixtures("grader")  # no kernels


class Rounds:
    """Lets something happen after each round, and Ctrl-C come after the last."""

    def __init__(self, *happens: object) -> None:
        self.happens = list(happens)
        self.pauses: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if not self.happens:
            raise KeyboardInterrupt
        self.happens.pop(0)()


def watch(bridge: Bridge, rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bridge, "_sleep", lambda self, seconds: rounds(seconds))
    with pytest.raises(KeyboardInterrupt):
        bridge.sync("--watch", "30")


def test_new_work_is_taken_as_it_comes(
    moodle: FakeMoodle, to_moodle: Bridge, grader: Grader, monkeypatch: pytest.MonkeyPatch
):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    rounds = Rounds(lambda: None, lambda: moodle.hand_in(4, {FILE: notebook(4.0)}))
    watch(to_moodle, rounds, monkeypatch)
    assert rounds.pauses == [30.0] * 3
    assert {user: row.grade for (user, _), row in moodle.rows.items()} == {3: 10.0, 4: 20.0}
    assert grader.graded == [f"student{user}@example.invalid" for user in (3, 3, 4)]
    assert to_moodle.said.count("in Moodle") == 2  # the round that did nothing says nothing


def test_a_server_that_is_away_for_a_round_does_not_end_it(
    moodle: FakeMoodle, to_moodle: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("autograder.lms.calls.TRIES", 1)

    def go_away() -> None:
        moodle.plant(lambda: True, 503)
        moodle.hand_in(4, {FILE: notebook(4.0)})

    watch(to_moodle, Rounds(go_away, lambda: None), monkeypatch)
    assert "it answered 503" in to_moodle.said
    assert "The next look is in 30 seconds." in to_moodle.said
    assert moodle.row(4).grade == 20.0


def test_the_same_trouble_is_said_once(
    moodle: FakeMoodle, to_moodle: Bridge, monkeypatch: pytest.MonkeyPatch
):
    moodle.hand_in(4, {"essay.pdf": b"x"})
    moodle.hand_in(3, {FILE: notebook(2.0)})
    watch(to_moodle, Rounds(lambda: None, lambda: None), monkeypatch)
    assert to_moodle.said.count("essay.pdf") == 1


def test_ctrl_c_is_a_sentence_and_code_130(
    moodle: FakeMoodle, to_moodle: Bridge, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.cli.bridges.synchronize", interrupted)
    monkeypatch.chdir(ROOT)
    words = ["moodle", "sync", "dropout", "--url", moodle.url, "--course", "12", "--id", "34",
             "--allow-http", "--output", str(to_moodle.output)]  # fmt: skip
    assert main(words) == EXIT_INTERRUPTED
    assert "What was finished is kept" in capsys.readouterr().err


def test_two_at_once_is_refused(moodle: FakeMoodle, to_moodle: Bridge):
    folder = to_moodle.output / "sync"
    folder.mkdir(parents=True)
    with locked(folder / ".lock"), pytest.raises(BridgeError, match="Another sync works on"):
        to_moodle.sync()
    assert to_moodle.sync() == 0
