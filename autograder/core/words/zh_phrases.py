"""Chinese for the short phrases that findings carry: what was found, why, and where.

Findings are data of the grader, written in English. Each phrase is one of a few forms; one that is
not known here stays as it is.
"""

import re

from autograder.core.outcome import Raised
from autograder.core.words.exceptions import exception

_ARTICLE = re.compile(r"^(?:an?|the) (?:value of type )?")

PATTERNS: tuple[tuple[str, str], ...] = (
    (r"an array of shape (.*)", r"形状为 \1 的数组"),
    (r"an array of ([\d,]+) elements", r"有 \1 个元素的数组"),
    (r"an array of too many elements", "元素过多的数组"),
    (r"a value of another type", "另一种类型的值"),
    (r"another one", "另一个"),
    (r"a number", "一个数"),
    (r"the truth value (.*)", r"布尔值 \1"),
    (r"a string", "一个字符串"),
    (r"a text", "一段文字"),
    (r"an array", "一个数组"),
    (r"a list of numbers", "由数构成的列表"),
    (r"a list of (\d+)", r"长度为 \1 的列表"),
    (r"a tuple of (\d+)", r"长度为 \1 的元组"),
    (r"a dict with (\d+) entries", r"有 \1 个键的字典"),
    (r"a numpy masked array", "一个 NumPy 掩码数组"),
    (r"an? (\S+) array", r"\1 类型的数组"),
    (r"a structure", "一个嵌套结构"),
    (r"a result", "一个结果"),
    (r"a complex number", "一个复数"),
    (r"an integer", "一个整数"),
    (r"no keys", "没有任何键"),
    (r"the result", "返回值"),
    (r"result", "返回值"),
    (r"the result or its members", "返回值或其中的项"),
    # why a value cannot be judged
    (r"is nested too deeply or has too many entries", "嵌套太深，或者项数太多"),
    (r"has more than 64 bits", "超过了 64 位"),
    (r"hides some of its elements", "遮住了一部分元素"),
    (r"is far larger than the arguments", "比参数大得多"),
    (r"does not hold real numbers", "里面不是实数"),
    (r"is not a real number", "不是实数"),
    (r"is not a NumPy array \(\.toarray\(\) gives one\)", "不是 NumPy 数组（.toarray() 可以得到）"),
    (r"is not a NumPy array", "不是 NumPy 数组"),
    (r"is not made of numbers and NumPy arrays", "不是由数和 NumPy 数组构成的"),
    (r"is not a Keras model", "不是 Keras 模型"),
    (r"is not one array of predictions", "不是一个预测值数组"),
    # where a mask keeps the same count, and its lines
    (r"each example", "每个样本"),
    (r"each unit", "每个神经元"),
    (r"each call", "每次调用"),
    (r"each draw", "每次抽取"),
    (r"row", "行"),
    (r"column", "列"),
    # exceptions of hidden cases
    (r"an exception that is none of Python's", "一个不属于 Python 的异常"),
    (r"AbsentError: (\w+) was used where it does not exist", r"AbsentError：使用了不存在的 \1"),
    # why a process ended
    (r"it closed the grader's connection", "它关闭了与评分程序的连接"),
    (r"it sent the grader more than can be kept", "它发给评分程序的内容多得无法保存"),
    (r"the answer was not readable", "它的回答无法读取"),
    (r"the code calls exit \((.*)\)", r"代码调用了 exit（\1）"),
    (r"exit status (\d+)", r"退出状态 \1"),
    (r"signal (\w+)", r"信号 \1"),
)
_COMPILED = [(re.compile(pattern, re.DOTALL), words) for pattern, words in PATTERNS]


def phrase(text: str) -> str:
    """Return a finding's phrase in Chinese."""
    for pattern, words in _COMPILED:
        if (match := pattern.fullmatch(text)) is not None:
            return match.expand(words)
    return f"{text[found.end() :]} 类型的值" if (found := _ARTICLE.match(text)) else text


def stopping(error: Raised) -> str:
    """Name an exception and its text, which is Python's own."""
    return phrase(exception(error))


def part_of(part: str | None, name: str) -> str:
    """Begin a sentence: ``predict 的 labels``; a whole result is the function's return value."""
    shown = str(part).replace("_", " ") if "_of_" in str(part) else str(part)
    return (
        f"{name} 的{phrase(shown)}" if shown in ("the result", "result") else f"{name} 的 {shown}"
    )
