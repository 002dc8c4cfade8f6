"""Chinese sentences about what came back: exceptions, structure, shapes and values."""

from autograder.core.finding import Finding
from autograder.core.outcome import Raised
from autograder.core.values import Foreign, describe
from autograder.core.words.hidden import reason_told, shape_told, text_told, told, type_told
from autograder.core.words.interface import Sentence
from autograder.core.words.zh_errors import at_line, hint
from autograder.core.words.zh_phrases import part_of, phrase, stopping


def _raised(name: str, finding: Finding, reveal: bool) -> str:
    error = Raised(**finding.facts)
    arguments = "takes" in error.text and "argument" in error.text
    if error.type_name == "TypeError" and (arguments or "missing" in error.text) and not error.code:
        return (
            f"{name} 不接受调用时给它的参数"
            f"{'：' + ' '.join(error.text.split())[:300] if reveal else ''}。"
            "请保留原定义的参数及其顺序。"
        )
    shown = error if reveal else told(error)
    withheld = error.text and not shown.text and shown.type_name != "OSError"
    more = f"check({name}) 会显示公开用例中的原文。" if withheld else ""
    place = at_line(error.line, error.code)
    return f"{name} 因 {stopping(shown)} 中止{place}。{more}{hint(error)}"


def _timed_out(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 运行了 {finding.facts['seconds']:g} 秒仍未结束，已被停止。"
        "请检查是否有无休止的循环，或者逐个数计算的循环：NumPy 可以对整个数组计算。"
    )


def _died(name: str, finding: Finding, reveal: bool) -> str:
    detail = phrase(finding.facts.get("detail") or "") or "进程被结束，或者内存用尽"
    return (
        f"{name} 运行时 Python 进程结束了（{detail}）。请去掉会结束进程的调用，"
        "并检查是否有无休止的输出或远大于参数的数组。"
    )


def _returned_nothing(name: str, finding: Finding, reveal: bool) -> str:
    return f"{name} 返回了 None；应当返回结果。请在函数末尾写上 return 语句。"


def _part_is_none(name: str, finding: Finding, reveal: bool) -> str:
    return f"{part_of(finding.part, name)}是 None；应当有值。请先给它赋值。"


def _what(name: str, finding: Finding) -> str:
    if finding.part == "the result":
        return f"{name} 返回了"
    return f"{part_of(finding.part, name)}是"


def _not_a_tuple(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{_what(name, finding)}{phrase(facts['found'])}；应当是由 {facts['names']} 组成的元组。"
        "请把它们全部返回。"
    )


def _swapped_parts(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{name} 返回了 ({facts['found']})；应当按顺序返回 ({facts['expected']})。"
        "请在 return 语句中交换这两项。"
    )


def _wrong_length(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{part_of(finding.part, name)}有 {facts['found']} 项；应当有 {facts['expected']} 项："
        f"{facts['names']}。请按这个顺序返回。"
    )


def _not_a_dict(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return f"{name} 返回了{phrase(facts['found'])}；应当是含有键 {facts['names']} 的字典。"


def _missing_key(name: str, finding: Finding, reveal: bool) -> str:
    keys = f"；现有的键：{phrase(finding.facts['keys'])}" if reveal else ""
    return f"{name} 返回的字典没有键 {finding.part}{keys}。请加上它。"


def _foreign(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    type_name = facts["type_name"] if reveal else type_told(facts["type_name"])
    reason = facts["reason"] if reveal else reason_told(facts["reason"])
    found = phrase(describe(Foreign(type_name[:80], reason)))
    return f"{_what(name, finding)}{found}，{phrase(reason)}。{_instead_of_foreign(reason)}"


def _instead_of_foreign(reason: str) -> str:
    if "Keras" in reason:
        return ""
    return "请检查它的形状。" if "larger" in reason else "请返回 NumPy 数组和普通的数。"


def _wrong_type(name: str, finding: Finding, reveal: bool) -> str:
    found, expected = phrase(finding.facts["found"]), phrase(finding.facts["expected"])
    return f"{part_of(finding.part, name)}是{found}；应当是{expected}。"


def _list_for_array(name: str, finding: Finding, reveal: bool) -> str:
    found = finding.facts["found"]
    if found.startswith("a tuple"):
        how = "请只返回数组本身：数组后面的逗号会把它变成元组。"
    else:
        how = "请对整个数组计算，或者用 np.array 把列表变成数组。"
    return f"{part_of(finding.part, name)}是{phrase(found)}；应当是 NumPy 数组。{how}"


def _array_for_number(name: str, finding: Finding, reveal: bool) -> str:
    shape = finding.facts["shape"]
    return (
        f"{part_of(finding.part, name)}是形状为 {shape} 的数组；应当是一个数。"
        "少了对所有元素的求和。"
    )


def _wrong_shape(name: str, finding: Finding, reveal: bool) -> str:
    found, expected = tuple(finding.facts["found"]), tuple(finding.facts["expected"])
    tail = "它被转置了。" if found == expected[::-1] and found != expected else ""
    if len(expected) == 1 and len(found) <= 1:
        count = (found or (1,))[0]
        return f"{part_of(finding.part, name)}有 {count} 项；应当有 {expected[0]} 项。"
    if not reveal and not shape_told(found).startswith("shape"):
        return f"{part_of(finding.part, name)}的形状不对；应当是 {expected}。"
    return f"{part_of(finding.part, name)}的形状是 {found}；应当是 {expected}。{tail}"


def _wrong_order(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{part_of(facts['group'], name)}含有形状正确的数组，但顺序不同：{finding.part} 的形状是 "
        f"{tuple(facts['found'])}；应当是 {tuple(facts['expected'])}。顺序应为 ({facts['names']})。"
    )


def _differs_between_calls(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"用同样的参数再次调用时，{part_of(finding.part, name)}变了；应当每次都相同。"
        "请去掉其中抽取随机数的部分。"
    )


def _not_finite(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{part_of(finding.part, name)}有 {facts['count']} 处是 {facts['value']}；"
        "应当都是有限的数。请检查是否除以了零，或者对零取了对数。"
    )


def _wrong_text(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = str(finding.part).replace("_", " ")
    found = str(facts["found"])[:300]
    found = found if reveal else text_told(found)
    return f"{name} 的 {part}：得到 {phrase(found)}；应当是 {facts['expected']}。"


def _wrong_value(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    ratio, part = facts.get("ratio"), part_of(finding.part, name)
    if ratio is not None and abs(ratio) > 1e-6 and facts["size"] > 0:
        every = "，每个元素都如此" if facts["size"] > 1 else ""
        return f"{part}是应有值的{_times(ratio, reveal)}{every}。"
    if facts["size"] == 1:
        return f"{part}与应有的值不同。"
    return f"{part}的 {facts['size']} 个元素中有 {facts['wrong']} 个不对。"


def _times(ratio: float, reveal: bool) -> str:
    """Name a factor; a hidden one is often an argument itself, such as keep_prob."""
    for factor, word in ((2, "两倍"), (0.5, "一半"), (-1, "相反数")):
        if abs(ratio - factor) < 1e-6:
            return word
    return f" {ratio:.4g} 倍" if reveal else "某个常数倍"


SENTENCES: dict[str, Sentence] = {
    "raised": _raised,
    "timed_out": _timed_out,
    "died": _died,
    "returned_nothing": _returned_nothing,
    "part_is_none": _part_is_none,
    "not_a_tuple": _not_a_tuple,
    "swapped_parts": _swapped_parts,
    "wrong_length": _wrong_length,
    "not_a_dict": _not_a_dict,
    "missing_key": _missing_key,
    "foreign": _foreign,
    "wrong_type": _wrong_type,
    "list_for_array": _list_for_array,
    "array_for_number": _array_for_number,
    "wrong_shape": _wrong_shape,
    "wrong_order": _wrong_order,
    "differs_between_calls": _differs_between_calls,
    "not_finite": _not_finite,
    "wrong_text": _wrong_text,
    "wrong_value": _wrong_value,
}
