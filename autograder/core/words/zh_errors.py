"""Chinese words for exceptions: hints for those that learners meet, and where a line stands."""

from autograder.core.outcome import Raised
from autograder.core.words.exceptions import kind_of

HINTS: dict[str, str] = {
    "colon_missing": "请在行末加上英文冒号“:”。",
    "bracket_open": "请数一数这一行的括号是否成对。",
    "unreadable": "Python 读不懂这一行，或者它上面的一行。",
    "tabs": "缩进请只用空格。",
    "indentation": "请检查这一行开头的空格。",
    "undefined_name": "这个名字在那里没有定义：请检查拼写，或者先定义它。",
    "read_too_early": "函数还没有给这个变量赋值就读取了它：请先赋值。",
    "spelling_of_key": "请检查键的拼写：键写作 W1、b1、dW1、db1，大小写与此一致。",
    "no_such_key": "字典里没有这个键：请把它的键打印出来看看。",
    "ragged": "形状不同的数组放不进同一个数组：请对 W1、W2、W3 逐个处理。",
    "generator_in_sum": "np.sum 不接受生成器：请用 Python 的 sum，或者给 np.sum 一个列表。",
    "one_number_only": "int() 和 float() 只接受一个数：对数组请用 .astype(int)。",
    "matrix_shapes": ("矩阵乘积需要形状 (a, b) 和 (b, c)：请打印两者的形状，可能少了一个 .T。"),
    "shapes_differ": "两个数组的形状不同：请打印两者的形状。",
    "unpacked": "等号左边名字的个数与值的个数不同：请数一数 cache 里有几项。",
    "none_attribute": "那里有一个值是 None：前面有函数没有返回结果。",
    "none_operand": "那里有一个值是 None：前面有函数没有返回结果。",
    "not_installed": "这里只安装了课程环境中的软件包。",
    "keras_absent": "请用 NumPy 计算：要求用 NumPy 的练习在没有 Keras 和 TensorFlow 的环境里评分。",
    "endless_recursion": "函数无休止地调用自己。",
    "too_large": "某个数组大得多：请检查它的形状，以及不断收集数据的循环。",
    "zero_divisor": "那里的除数是 0：keep_prob 和 m 从不为 0。",
    "file_limit": (
        "评分时文件的大小有上限：请检查是否有无休止写文件的循环，或者练习并不要求保存的数据。"
    ),
}


def hint(error: Raised) -> str:
    """Return a sentence of help, or an empty string."""
    kind = kind_of(error)
    return HINTS[kind] if kind else ""


def at_line(line: int | None, code: str) -> str:
    """Say where in its cell a line stands, or nothing."""
    if line is None:
        return ""
    return f"（所在单元格第 {line} 行" + (f"：{code}）" if code else "）")
