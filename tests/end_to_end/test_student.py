"""A student's way, from the LMS's link to the gradebook."""

from tests.end_to_end.quick_engine import ADVICE, notebook
from tests.end_to_end.whole import School


def test_a_launch_shows_the_exercise(either: School):
    seat = either.open(either.alice)
    assert seat.page.status_code == 200, seat.page.text
    assert seat.page.url == f"{either.whole.url}/a/"
    assert "Deep learning" in seat.page.text


def test_what_is_handed_in_is_graded_and_explained(either: School):
    seat = either.open(either.alice)
    assert "Waiting to be graded" in seat.hand_in(notebook(15)).text
    either.whole.grade()
    assert "15 of 20 points" in seat.look().text
    assert ADVICE in seat.go(seat.page.url.removeprefix(either.whole.url) + "/feedback").text
