"""Whether an exercise agrees with itself, before anything of it is run."""

from collections.abc import Iterator

from autograder.core.exercise import Exercise
from autograder.core.parts import leaves, masks_of

HIDDEN = ("unseen", "each", "mean")


def contradictions(exercise: Exercise) -> Iterator[str]:
    """Yield what does not fit in an exercise, each with what would."""
    if not exercise.cases:
        yield f"{exercise.name} has no case and checks nothing; write @{exercise.name}.case."
    yield from _unknown_parameters(exercise)
    yield from _values_of_symptoms(exercise)
    yield from _parts_of_one_name(exercise)
    for case in exercise.cases.values():
        where = f"{exercise.name}.{case.name}"
        if not case.weight >= 0:
            yield f"{where}: weight={case.weight!r}; expected a number that is not below 0."
        if case.judged in HIDDEN and exercise.unseen_shapes is None:
            yield (
                f"{where}: judged={case.judged!r} looks for masks that are not returned; say which "
                f"with @{exercise.name}.unseen_masks."
            )
        if case.judged in ("each", "mean") and case.repeats is None:
            yield f"{where}: judged={case.judged!r} needs repeats, the argument that counts them."


def _unknown_parameters(exercise: Exercise) -> Iterator[str]:
    named: list[tuple[str, str | None]] = [("keeps", name) for name in exercise.keeps]
    named += [(f"the share of mask {mask.name}", mask.share) for mask in masks_of(exercise.returns)]
    named += [("unseen_masks", exercise.unseen_share)] if exercise.unseen_shapes else []
    named += [(f"repeats of {c.name}", c.repeats) for c in exercise.cases.values() if c.repeats]
    for what, name in named:
        if name not in exercise.parameters:
            yield (
                f"{exercise.name}: {what} names {name!r}, which is no parameter; there are "
                f"{', '.join(exercise.parameters)}."
            )


def _values_of_symptoms(exercise: Exercise) -> Iterator[str]:
    values = [item.name for item in exercise.misconceptions.values() if not item.symptom]
    for item in exercise.misconceptions.values():
        if item.values is not None and item.values not in values:
            yield (
                f"{exercise.name}.{item.name}: values={item.values!r} names no misconception that "
                f"is told by its values; there are {', '.join(values) or 'none'}."
            )


def _parts_of_one_name(exercise: Exercise) -> Iterator[str]:
    names = [leaf.name for leaf in leaves(exercise.returns)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield (
            f"{exercise.name} returns two parts named {name!r}, and only the last would be judged. "
            "Give them different names."
        )
