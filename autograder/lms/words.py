"""The fixed words of a comment in a gradebook, in each language of the course."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CommentWords:
    """Words of one language. In braces: what `str.format` fills in."""

    score: str
    no_score_yet: str
    late: str
    remark: str
    waits: str
    by_person: str
    page: str


ENGLISH = CommentWords(
    score="Score: {points} of {max_points}",
    no_score_yet="Score: none yet, {max_points} points can be earned. A person looks at it first.",
    late="Late penalty: {points} points, already taken off.",
    remark="Worth knowing (costs nothing): {text}",
    waits="Waits for a person",
    by_person="Graded by a person",
    page="Feedback: {url}",
)
CHINESE = CommentWords(
    score="得分：{points} / {max_points}",
    no_score_yet="得分：还没有，满分 {max_points} 分。先由人来查看。",
    late="迟交扣分：{points} 分，已经扣除。",
    remark="值得知道（不扣分）：{text}",
    waits="等待人工评分",
    by_person="由人评分",
    page="反馈：{url}",
)


def words_of(language: str) -> CommentWords:
    """Return the words of a record's language; English for one that is not known."""
    return CHINESE if language.startswith("zh") else ENGLISH
