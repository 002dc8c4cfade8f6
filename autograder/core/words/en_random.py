"""English sentences about randomness: masks, hidden draws, and models in training mode."""

from autograder.core.finding import Finding
from autograder.core.words.interface import Sentence


def _mask_not_binary(name: str, finding: Finding, reveal: bool) -> str:
    such = f"values such as {finding.facts['values']}" if reveal else "other values"
    return (
        f"The mask {finding.part} of {name} holds {such}; "
        "expected only 0 and 1 (or False and True). Compare the random numbers with keep_prob."
    )


def _mask_elsewhere(name: str, finding: Finding, reveal: bool) -> str:
    where = finding.facts["where"]
    return (
        f"{where} of {name} holds only 0 and 1, as a mask does, and {finding.part} holds other "
        f"values; expected the mask in {finding.part}. Return them in the order that is asked for."
    )


def _mask_prescaled(name: str, finding: Finding, reveal: bool) -> str:
    value = f"{finding.facts['value']:.4g}" if reveal else "1/keep_prob"
    return (
        f"The mask {finding.part} of {name} holds 0 and {value}, so it is "
        "already divided by keep_prob; expected only 0 and 1. Divide A, not the mask."
    )


def _mask_repeats(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} draws the same mask at every call; expected a fresh one each time. Draw from the "
        "rng that is passed in, and set no seed inside the function."
    )


def _mask_often_repeats(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The mask {finding.part} of {name} is far too often the one that was drawn before; "
        "expected fresh masks in every call, pass and iteration. Draw from rng each time."
    )


def _mask_draws_depend(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The elements of the mask {finding.part} of {name} are not drawn independently; expected "
        "a draw of its own for each. Draw random numbers of the full shape."
    )


def _mask_shared(name: str, finding: Finding, reveal: bool) -> str:
    if finding.facts.get("in_a_call"):
        return (
            f"The mask {finding.part} of {name} is the same for several examples, or in several "
            "passes or iterations of a call; expected a draw of its own each time. Draw random "
            "numbers of the full shape, anew in each pass."
        )
    what = "example (column)" if finding.kind == "mask_shared_by_examples" else "unit (row)"
    return (
        f"The mask {finding.part} of {name} is the same for every {what}; expected a draw of its "
        "own for each element. Draw random numbers of the full shape."
    )


def _mask_lines_depend(name: str, finding: Finding, reveal: bool) -> str:
    one, other = finding.facts["lines"]
    return (
        f"The {finding.facts['of']}s {one} and {other} of the mask {finding.part} of {name} are "
        "not drawn independently; expected a draw of its own for each element. Draw random "
        "numbers of the full shape."
    )


def _mask_line_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    few = "too few" if facts["share"] < facts["keep_prob"] else "too many"
    return (
        f"The mask {finding.part} of {name} keeps {facts['share']:.1%} of its {facts['of']} "
        f"{facts['line']} over several calls, {few}; expected the share keep_prob in each row and "
        "column. Draw random numbers of the full shape."
    )


def _mask_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = f"The mask {finding.part}" if finding.part else "The masks"
    verb = "keeps" if finding.part else "keep"
    wanted = f"{facts['keep_prob']:.1%} (keep_prob)" if reveal else "the share keep_prob"
    few = "too few" if facts["share"] < facts["keep_prob"] else "too many"
    return (
        f"{part} of {name} {verb} {facts['share']:.1%} of the elements, {few}; expected about "
        f"{wanted}. Keep an element with probability keep_prob."
    )


def _mask_exact_count(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The mask {finding.part} of {name} keeps exactly the same number of elements in "
        f"{finding.facts['where']}; expected that each element is kept or dropped on its own."
    )


def _mask_same_in_layers(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The mask {finding.part} of {name} repeats the draws of the layer before; expected draws "
        "of its own. Draw both masks from rng, one after the other."
    )


def _mask_ignores_rng(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} gives another result when rng starts from the same seed; expected that rng "
        "alone decides. Draw from rng, not from np.random."
    )


def _changed_argument(name: str, finding: Finding, reveal: bool) -> str:
    argument = finding.facts["argument"]
    return (
        f"{name} changes the caller's {argument}; expected that they stay as they were. "
        "Compute new arrays (W - step) in place of W -= step, and put them into a new dict."
    )


def _unexplained(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} fits no draw of the dropout masks: no choice of kept and "
        "dropped units gives this value. The step from the masks to the result is wrong."
    )


def _wrong_mean(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} is too far from the expected mean of "
        f"{_passes(finding, reveal)} to be chance."
    )


def _passes(finding: Finding, reveal: bool) -> str:
    return f"{finding.facts['count']} dropout passes" if reveal else "the dropout passes"


def _single_pass(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} is what a single choice of the masks gives; expected the mean "
        f"of {_passes(finding, reveal)}, each with masks of its own."
    )


def _median_of_passes(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} is the median of {_passes(finding, reveal)}; expected their "
        "mean. Use np.mean over the passes."
    )


def _unexpected_draw(name: str, finding: Finding, reveal: bool) -> str:
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"In a {part}, without training=True, the model of {name} gives wrong outputs."
    return (
        f"In training mode, the model of {name} gives outputs that no dropout with this keep_prob "
        f"can give ({part}). Check that each layer that drops is a Dropout layer, its place, and "
        "its rate, 1 - keep_prob."
    )


def _draw_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    more = "less often" if facts["share"] > facts["expected"] else "more often"
    wanted = f"about {facts['expected']:.1%}" if reveal else more
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"In a {part}, without training=True, the model of {name} still drops units."
    return (
        f"In training mode, the model of {name} gives one of its possible outputs in "
        f"{facts['share']:.1%} of the draws; expected {wanted} ({part}). "
        "Check that the rate is 1 - keep_prob and that every unit is dropped on its own."
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
