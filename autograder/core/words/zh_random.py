"""Chinese sentences about randomness: masks, hidden draws, and models in training mode."""

from autograder.core.finding import Finding
from autograder.core.words.interface import Sentence
from autograder.core.words.zh_phrases import part_of, phrase


def _mask_not_binary(name: str, finding: Finding, reveal: bool) -> str:
    such = f"{finding.facts['values']} 这样的值" if reveal else "别的值"
    return (
        f"{name} 的掩码 {finding.part} 含有{such}；应当只有 0 和 1（或 False 和 True）。"
        "请把随机数与 keep_prob 比较。"
    )


def _mask_elsewhere(name: str, finding: Finding, reveal: bool) -> str:
    where = finding.facts["where"]
    return (
        f"{name} 的 {where} 像掩码一样只有 0 和 1，而 {finding.part} 含有别的值；"
        f"掩码应当是 {finding.part}。请按要求的顺序返回。"
    )


def _mask_prescaled(name: str, finding: Finding, reveal: bool) -> str:
    value = f"{finding.facts['value']:.4g}" if reveal else "1/keep_prob"
    return (
        f"{name} 的掩码 {finding.part} 含有 0 和 {value}，也就是已经除以了 keep_prob；"
        "应当只有 0 和 1。请对 A 做除法，而不是对掩码。"
    )


def _mask_repeats(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 每次调用都抽到同一个掩码；应当每次都重新抽取。"
        "请从传入的 rng 抽取，不要在函数里设置随机种子。"
    )


def _mask_often_repeats(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 的掩码 {finding.part} 与之前抽到的相同的次数太多；"
        "每次调用、每遍前向传播、每次迭代都应当有新的掩码。请每次都从 rng 抽取。"
    )


def _mask_draws_depend(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 的掩码 {finding.part} 的元素不是独立抽取的；每个元素都应当单独抽取。"
        "请按完整的形状抽取随机数。"
    )


def _mask_shared(name: str, finding: Finding, reveal: bool) -> str:
    if finding.facts.get("in_a_call"):
        return (
            f"{name} 的掩码 {finding.part} 在几个样本之间，或在一次调用的几遍、几次迭代之间相同；"
            "应当各自单独抽取。请按完整的形状抽取随机数，每遍重新抽取。"
        )
    what = "样本（列）" if finding.kind == "mask_shared_by_examples" else "神经元（行）"
    return (
        f"{name} 的掩码 {finding.part} 对每个{what}都相同；每个元素都应当单独抽取。"
        "请按完整的形状抽取随机数。"
    )


def _mask_lines_depend(name: str, finding: Finding, reveal: bool) -> str:
    one, other = finding.facts["lines"]
    return (
        f"{name} 的掩码 {finding.part} 的第 {one} {phrase(finding.facts['of'])}和第 {other} "
        f"{phrase(finding.facts['of'])}不是独立抽取的；每个元素都应当单独抽取。"
        "请按完整的形状抽取随机数。"
    )


def _mask_line_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    few = "太少" if facts["share"] < facts["keep_prob"] else "太多"
    return (
        f"{name} 的掩码 {finding.part} 在多次调用中保留了第 {facts['line']} "
        f"{phrase(facts['of'])}的 {facts['share']:.1%}，{few}；"
        "每一行、每一列的保留比例都应当是 keep_prob。请按完整的形状抽取随机数。"
    )


def _mask_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = f"掩码 {finding.part}" if finding.part else "掩码"
    wanted = f" {facts['keep_prob']:.1%}（keep_prob）" if reveal else "比例 keep_prob"
    few = "太少" if facts["share"] < facts["keep_prob"] else "太多"
    return (
        f"{name} 的{part}保留了 {facts['share']:.1%} 的元素，{few}；应当约为{wanted}。"
        "请以概率 keep_prob 保留每个元素。"
    )


def _mask_exact_count(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 的掩码 {finding.part} 在{phrase(finding.facts['where'])}中保留的元素个数完全相同；"
        "每个元素都应当独立地保留或丢弃。"
    )


def _mask_same_in_layers(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} 的掩码 {finding.part} 重复了前一层的抽取结果；应当单独抽取。"
        "请先后从 rng 抽取两个掩码。"
    )


def _mask_ignores_rng(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"rng 从同一个种子开始时，{name} 给出了不同的结果；应当只由 rng 决定。"
        "请从 rng 抽取，而不是从 np.random。"
    )


def _changed_argument(name: str, finding: Finding, reveal: bool) -> str:
    argument = finding.facts["argument"]
    return (
        f"{name} 改变了调用者的 {argument}；它们应当保持不变。"
        "请计算新的数组（W - step），而不是 W -= step，并放进新的字典。"
    )


def _unexplained(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{part_of(finding.part, name)}与任何一种 dropout 掩码都不相符：无论保留和丢弃哪些神经元，"
        "都得不到这个值。从掩码到结果的这一步不对。"
    )


def _wrong_mean(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{part_of(finding.part, name)}与{_passes(finding, reveal)}的均值相差太远，不可能出于偶然。"
    )


def _passes(finding: Finding, reveal: bool) -> str:
    return f" {finding.facts['count']} 遍 dropout 前向传播" if reveal else "多遍 dropout 前向传播"


def _single_pass(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{part_of(finding.part, name)}只是一组掩码给出的值；"
        f"应当是{_passes(finding, reveal)}的均值，每遍都有自己的掩码。"
    )


def _median_of_passes(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{part_of(finding.part, name)}是{_passes(finding, reveal)}的中位数；应当是均值。"
        "请对各遍的结果使用 np.mean。"
    )


def _unexpected_draw(name: str, finding: Finding, reveal: bool) -> str:
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"直接调用（没有 training=True）时，{name} 的模型给出了错误的输出。"
    return (
        f"在训练模式下，{name} 的模型给出了这个 keep_prob 的 dropout 不可能给出的输出（{part}）。"
        "请检查起丢弃作用的每一层是否为 Dropout 层、它的位置，以及它的 rate，即 1 - keep_prob。"
    )


def _draw_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    more = "更少" if facts["share"] > facts["expected"] else "更多"
    wanted = f"应当约为 {facts['expected']:.1%}" if reveal else f"应当{more}"
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"直接调用（没有 training=True）时，{name} 的模型仍在丢弃神经元。"
    return (
        f"在训练模式下，{name} 的模型有 {facts['share']:.1%} 的次数给出某一个可能的输出；"
        f"{wanted}（{part}）。请检查 rate 是否为 1 - keep_prob，每个神经元是否单独丢弃。"
    )


SENTENCES: dict[str, Sentence] = {
    "mask_not_binary": _mask_not_binary,
    "mask_elsewhere": _mask_elsewhere,
    "mask_prescaled": _mask_prescaled,
    "mask_repeats": _mask_repeats,
    "mask_shared_by_examples": _mask_shared,
    "mask_shared_by_units": _mask_shared,
    "mask_often_repeats": _mask_often_repeats,
    "mask_draws_depend": _mask_draws_depend,
    "mask_share": _mask_share,
    "mask_line_share": _mask_line_share,
    "mask_lines_depend": _mask_lines_depend,
    "mask_exact_count": _mask_exact_count,
    "mask_same_in_layers": _mask_same_in_layers,
    "mask_ignores_rng": _mask_ignores_rng,
    "changed_argument": _changed_argument,
    "unexplained": _unexplained,
    "wrong_mean": _wrong_mean,
    "single_pass": _single_pass,
    "median_of_passes": _median_of_passes,
    "unexpected_draw": _unexpected_draw,
    "draw_share": _draw_share,
}
