"""The fixed words around a report, in each language of the course."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from autograder.core.report import (
    CRASHED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_GRADABLE,
    PASSED,
    TIMED_OUT,
)


@dataclass(frozen=True)
class Labels:
    """Words of one language, plain text. In braces: what `str.format` fills in."""

    lang: str
    direction: str
    status: Mapping[str, str]
    meaning: Mapping[str, str]
    points: str
    out_of: str
    points_so_far: str
    remarks: str
    feedback: str
    assignment: str
    student: str
    attempt: str
    score: str
    exercise: str
    result: str
    part_of_total: str
    trouble: str
    trouble_next: str
    repairs: str
    your_code: str
    no_code: str
    code_above: str
    lines_left_out: str
    about_points: str
    overview: str
    submissions: str
    median: str
    full_points: str
    waiting: str
    scores: str
    scores_alt: str
    scores_axis: str
    as_table: str
    in_exercise: str
    about_overview: str
    score_range: str
    no_score: str
    students_count: str
    mean: str
    by_exercise: str
    misconceptions: str
    no_misconceptions: str
    students: str
    main_remark: str
    flagged: str
    about_flags: str
    legend: str
    scrollable: str
    see_above: str
    not_callable: str
    unknown_exercise: str


ENGLISH = Labels(
    lang="en",
    direction="ltr",
    status=MappingProxyType(
        {
            PASSED: "Passed",
            FAILED: "Not right yet",
            CRASHED: "Stopped with an error",
            TIMED_OUT: "Took too long",
            NOT_ATTEMPTED: "Not written yet",
            NOT_GRADABLE: "Waits for a person",
        }
    ),
    meaning=MappingProxyType(
        {
            NOT_GRADABLE: (
                "No points are lost: a person grades this exercise by hand, and the score follows. "
                "Nothing needs to be handed in again. If the score is still missing when marks are "
                "returned, ask the instructor and name the exercise {name}."
            ),
        }
    ),
    points="{out_of} points",
    out_of="{score} / {max_score}",
    points_so_far="{out_of} points so far",
    remarks="Worth knowing (costs nothing)",
    feedback="Feedback",
    assignment="Assignment",
    student="Student",
    attempt="Attempt",
    score="Score",
    exercise="Exercise",
    result="Result",
    part_of_total="{name}: {status}, {points}",
    trouble="This submission could not be graded automatically",
    trouble_next=(
        "A person will look at it, and the score follows. If it is still missing when marks are "
        "returned, ask the instructor."
    ),
    repairs="Repaired before grading",
    your_code="Submitted code",
    no_code="The notebook holds no code for this exercise.",
    code_above="In the same cell as",
    lines_left_out="… {count} more lines",
    about_points=(
        "The points are those of the exercises on this page. Written answers, where an assignment "
        "has any, are graded by a person and are not counted here."
    ),
    overview="Overview",
    submissions="Submissions",
    median="Median score",
    full_points="Full points",
    waiting="Waiting for a person",
    scores="Scores",
    scores_alt="Number of submissions by score, in percent of the points",
    scores_axis="score, in percent",
    as_table="As a table",
    in_exercise="in {name}",
    about_overview=(
        "Percentages are of the points that are graded automatically; submissions that wait for a "
        "person have no score yet and are left out of means and medians. Two misconceptions at "
        "once count for both."
    ),
    score_range="Score",
    no_score="none yet",
    students_count="Submissions",
    mean="Mean",
    by_exercise="Exercise by exercise",
    misconceptions="Commonest misconceptions",
    no_misconceptions="No known misconception was recognised.",
    students="Students",
    main_remark="What cost most",
    flagged="Worth a look",
    about_flags=(
        "These notebooks hold code that no exercise asks for. It changed no score, and most of it "
        "is harmless; a person decides what it means."
    ),
    legend="Legend",
    scrollable="{name} (scrolls sideways)",
    see_above="Not right yet: see above.",
    not_callable="check takes a function; {name} is a {kind}.",
    unknown_exercise=(
        "The assignment has no exercise named {name}; it has {known}. "
        "Give check the function itself, under the name of the exercise."
    ),
)

CHINESE = Labels(
    lang="zh-Hans",
    direction="ltr",
    status=MappingProxyType(
        {
            PASSED: "通过",
            FAILED: "还不正确",
            CRASHED: "出错中止",
            TIMED_OUT: "用时过长",
            NOT_ATTEMPTED: "还没有写",
            NOT_GRADABLE: "等待人工评分",
        }
    ),
    meaning=MappingProxyType(
        {
            NOT_GRADABLE: (
                "不会因此扣分：这道练习由人来评分，分数随后给出，不需要重新提交。"
                "如果成绩公布时仍然没有分数，请向教师询问，并说明练习 {name}。"
            ),
        }
    ),
    points="{out_of} 分",
    out_of="{score} / {max_score}",
    points_so_far="目前 {out_of} 分",
    remarks="值得知道（不扣分）",
    feedback="反馈",
    assignment="作业",
    student="学生",
    attempt="第几次提交",
    score="得分",
    exercise="练习",
    result="结果",
    part_of_total="{name}：{status}，{points}",
    trouble="这份提交无法自动评分",
    trouble_next="会有人来查看，分数随后给出。如果成绩公布时仍然没有分数，请向教师询问。",
    repairs="评分前修复的内容",
    your_code="提交的代码",
    no_code="笔记本里没有这道练习的代码。",
    code_above="与此练习在同一单元格：",
    lines_left_out="…… 另有 {count} 行",
    about_points=("这里的分数是本页各道练习的分数。如果作业有书面回答，由人评分，不计入这里。"),
    overview="总览",
    submissions="提交数",
    median="得分中位数",
    full_points="满分",
    waiting="等待人工评分",
    scores="得分分布",
    scores_alt="各得分段（占总分的百分比）的提交数",
    scores_axis="得分（百分比）",
    as_table="以表格显示",
    in_exercise="练习 {name}",
    about_overview=(
        "百分比以自动评分的分数为准；等待人工评分的提交还没有分数，不计入均值和中位数。"
        "同时出现的两个误解各计一次。"
    ),
    score_range="得分",
    no_score="还没有",
    students_count="提交数",
    mean="均值",
    by_exercise="各道练习",
    misconceptions="最常见的误解",
    no_misconceptions="没有识别出已知的误解。",
    students="学生",
    main_remark="扣分最多之处",
    flagged="值得一看",
    about_flags=(
        "这些笔记本含有练习没有要求的代码。它没有改变任何分数，多半也无害；含义由人来判断。"
    ),
    legend="图例",
    scrollable="{name}（可横向滚动）",
    see_above="还不正确：见上方。",
    not_callable="check 需要一个函数；{name} 是 {kind}。",
    unknown_exercise=(
        "这份作业没有名为 {name} 的练习；有 {known}。请把与练习同名的函数本身交给 check。"
    ),
)

BY_LANGUAGE = MappingProxyType({"en": ENGLISH, "zh": CHINESE})


def status_word(labels: Labels, status: str) -> str:
    """Return the words for a status; one that is unknown here waits for a person."""
    return labels.status.get(status, labels.status[NOT_GRADABLE])


def meaning_of(labels: Labels, status: str, name: str) -> str | None:
    """Return what a status means and what to do next, where the sentence alone does not say."""
    meaning = labels.meaning.get(status)
    return meaning.format(name=name) if meaning else None
