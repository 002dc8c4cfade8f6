"""Simplified Chinese. What is said of an exercise by its author comes from a catalogue.

The tone is that of the English: the code is the subject, and names of the code stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from autograder.core.finding import Remark
from autograder.core.outcome import Died, ExerciseOutcome, Raised, TimedOut
from autograder.core.words import zh_random, zh_values
from autograder.core.words.zh_errors import at_line, hint
from autograder.core.words.zh_phrases import phrase, stopping

if TYPE_CHECKING:
    from autograder.core.checking import Examination
    from autograder.core.key import ExerciseKey

SENTENCES = zh_values.SENTENCES | zh_random.SENTENCES
REMARKS = {
    "changed": (
        "{name} 原地改变了参数 {0}。这里不扣分，但调用者的数组在这之后就不同了：请在副本上计算。"
    ),
    "changed_too": "{name} 还改变了调用者的 {0}；它们应当保持不变。请把新数组放进新的字典。",
    "calls": "{name} 调用了这个笔记本的 {0}，而它还不正确：原因可能就在那里。",
    "keras_is_absent": (
        "{name} 用到了 Keras 或 TensorFlow。评分环境里没有它们：请只用 NumPy 计算。"
    ),
    "own_conventions": (
        "{name} 对这个笔记本自己的函数给它的参数是正确的；它们的布局与作业要求的不同。"
    ),
    "own_layout": (
        "{name} 遇到按作业要求布局的参数时中止。评分时改用了这个笔记本自己的函数给出的参数，"
        "并以此为准。"
    ),
    "renamed": "键 {0} 被当作 {1} 读取。",
}


class Chinese:
    """The Chinese sentences (see `autograder.core.words.interface.Words`).

    catalogue: the authors' own sentences and titles, English to Chinese; one that is missing stays
    English.
    """

    def __init__(self, catalogue: Mapping[str, str] | None = None) -> None:
        self._catalogue = dict(catalogue or {})

    def _said(self, text: str) -> str:
        return self._catalogue.get(text, text)

    def passed(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        cases = len(exercise.cases)
        return f"{exercise.name} 在{f'全部 {cases} 个' if cases > 1 else ''}测试用例中都正确。"

    def right_in_own_way(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return f"{exercise.name} 与这个笔记本自己的函数配合起来是正确的。"

    def unwritten(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return f"{exercise.name} 还没有写：函数体目前什么也没有计算。请在那里写出解答。"

    def missing(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return (
            f"笔记本里没有定义名为 {exercise.name} 的函数。请用完全相同的名字定义它："
            f"def {exercise.name}({', '.join(exercise.parameters)})。"
        )

    def other_order(self, exercise: "ExerciseKey", own: Sequence[str]) -> str:
        """See Words."""
        return (
            f"{exercise.name} 的参数是 ({', '.join(own)})；应当是 "
            f"({', '.join(exercise.parameters)})：参数按这个顺序传入。"
            "请把定义中的参数改回这个顺序。"
        )

    def not_a_function(self, exercise: "ExerciseKey", type_name: str) -> str:
        """See Words."""
        return (
            f"名字 {exercise.name} 代表的是一个 {type_name}，而不是函数。后面有一行占用了这个名字："
            f"请找到“{exercise.name} = ...”，并给那个变量改名。"
        )

    def cell_stopped(self, exercise: "ExerciseKey", error: Raised | TimedOut | Died) -> str:
        """See Words."""
        if isinstance(error, TimedOut):
            return (
                f"定义 {exercise.name} 的单元格运行了 {error.seconds:g} 秒仍未结束，已被停止，"
                "因此函数不存在。请检查是否有无休止的循环。"
            )
        if isinstance(error, Died):
            reason = phrase(error.detail or "") or "没有给出原因"
            return (
                f"Python 进程在定义 {exercise.name} 的单元格中结束了（{reason}），因此函数不存在。"
            )
        return (
            f"定义 {exercise.name} 的单元格因 {stopping(error)} 中止"
            f"{at_line(error.line, error.code)}，因此函数不存在。{hint(error)}"
        )

    def grader_trouble(self) -> str:
        """See Words."""
        return "评分程序在这里出了故障。这不是笔记本的问题，也不会因此扣分。"

    def sentence(self, exercise: "ExerciseKey", examined: "Examination", reveal: bool) -> str:
        """See Words."""
        finding = examined.finding
        assert finding is not None
        say = SENTENCES.get(finding.kind)
        if say is None:
            return f"{exercise.name} 给出了错误的结果（{finding.kind}）。"
        text = say(exercise.name, finding, reveal)
        if reveal:
            return text
        return f"{text[:-1]}（隐藏用例：{self._said(examined.case.title)}）。"

    def diagnosed(self, sentences: Sequence[str], parts: Sequence[str]) -> str:
        """See Words."""
        where = f"这里只出现在 {'、'.join(parts)} 中。" if parts else ""
        return "".join(self._said(sentence) for sentence in sentences) + where

    def details(
        self,
        exercise: "ExerciseKey",
        examined: "Examination",
        outcome: ExerciseOutcome,
        reveal: bool,
    ) -> tuple[str, ...]:
        """See Words."""
        finding = examined.finding
        if not reveal or finding is None:
            return ()
        lines = [f"用例：{self._said(examined.case.title)}。"]
        if finding.kind == "wrong_value":
            facts = finding.facts
            index = ", ".join(str(i) for i in facts["index"])
            where = f"{finding.part}[{index}]" if index else f"{finding.part}"
            difference = abs(facts["found"] - facts["expected"])
            lines.append(
                f"这里 {where} 是 {facts['found']:.9g}；应当是 {facts['expected']:.9g}"
                f"（相差 {difference:.3g}）。"
            )
        call = f'{exercise.name}(*case("{exercise.name}", "{examined.case.name}"))'
        lines.append(f"要重复这个用例：from autograder import case; {call}")
        return tuple(lines)

    def repaired(self, what: str, cell: str) -> str:
        """See Words."""
        return {
            "duplicated": f"单元格 {cell} 出现了不止一次；以最后一个为准。",
            "another_type": f"单元格 {cell} 的类型被改动；已改回。",
            "changed": f"锁定的单元格 {cell} 被改动；已恢复原文。",
            "missing": f"缺少单元格 {cell}；已放回。",
        }[what]

    def of_another_assignment(self, names: Sequence[str]) -> str:
        """See Words."""
        return (
            "这不是这份作业的笔记本：它没有作业的任何单元格，也没有定义作业的任何函数"
            f"（{'、'.join(names)}）。请提交这份作业自己的笔记本。"
        )

    def remarks(self, exercise: "ExerciseKey", notes: Sequence[Remark]) -> tuple[str, ...]:
        """See Words."""
        said = dict.fromkeys(notes)
        return tuple(REMARKS[note.kind].format(*note.about, name=exercise.name) for note in said)
