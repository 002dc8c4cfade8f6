from collections import Counter

import pytest

from autograder.course.draw import hidden_seed, key_index

SECRET = bytes(range(32))


def test_the_draw_is_the_same_each_time():
    assert key_index(SECRET, "dropout", "ada", 1, 16) == key_index(SECRET, "dropout", "ada", 1, 16)
    assert hidden_seed(SECRET, "dropout", 3) == hidden_seed(SECRET, "dropout", 3)


def test_the_draw_never_changes_between_releases():
    """Students keep their hidden cases when the autograder is updated.

    The numbers are those of `openssl dgst -sha256 -mac HMAC` on the JSON texts.
    """
    assert key_index(SECRET, "dropout", "ada", 1, 16) == 11
    assert hidden_seed(SECRET, "dropout", 0) == 6241521815459433210


def test_every_key_of_the_pool_is_met():
    met = Counter(key_index(SECRET, "dropout", f"student{n}", 1, 16) for n in range(1600))
    assert sorted(met) == list(range(16))
    assert max(met.values()) < 150


@pytest.mark.parametrize(
    "other",
    [
        (SECRET[::-1], "dropout", "ada", 1),
        (SECRET, "l2", "ada", 1),
        (SECRET, "dropout", "bob", 1),
        (SECRET, "dropout", "ada", 2),
        (SECRET, "dropouta", "da", 1),
    ],
)
def test_everything_that_is_drawn_from_matters(other: tuple[bytes, str, str, int]):
    assert key_index(*other, 10**9) != key_index(SECRET, "dropout", "ada", 1, 10**9)


def test_seeds_differ_between_keys_assignments_and_courses():
    seeds = {hidden_seed(s, a, i) for s in (SECRET, b"x") for a in "ab" for i in range(16)}
    assert len(seeds) == 64
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize(("attempt", "size"), [(0, 16), (1, 0), (-1, 16)])
def test_what_cannot_be_drawn_is_refused(attempt: int, size: int):
    with pytest.raises(ValueError, match="at least 1"):
        key_index(SECRET, "dropout", "ada", attempt, size)
