"""Two mistakes at once where masks are hidden: one choice of the masks explains every part."""

from collections.abc import Sequence

import numpy as np

from autograder.core.checking import Examination, remembered
from autograder.core.key import Behaviour
from autograder.core.unseen import matching, table

Fits = dict[str, np.ndarray]


def mistakes_shown(names: Sequence[str], examined: Examination) -> set[str] | None:
    """Return the fewest of these mistakes that explain one result, part by part, or None.

    Each part is the right one or one mistake's, all of them with the same masks.
    """
    right = _fits(examined.case.expected, examined)
    if right is not None and _together([right]):
        return set()
    wrong = {name: _fits(examined.case.wrong[name], examined) for name in names}
    known = {name: fits for name, fits in wrong.items() if fits is not None}
    if right is None or not _together([right, *known.values()]):
        return None
    enough = ({name} for name, fits in known.items() if _together([right, fits]))
    return next(enough, set(known))


def may_explain(behaviour: Behaviour, examined: Examination) -> bool:
    """Tell whether a behaviour explains the first result; asked often, and soon answered."""
    fits = _fits(behaviour, examined)
    return fits is not None and _together([fits])


def is_right(behaviour: Behaviour, examined: Examination) -> bool:
    """Tell whether a behaviour gives the right result, whatever the masks of a case are."""
    right, case = examined.case.expected, examined.case
    if behaviour.program is None or right.program is None:
        return False
    found, _ = table(behaviour.program, case.unseen)
    wanted, _ = table(right.program, case.unseen)
    return all(np.allclose(found[name], wanted[name], rtol=1e-9, atol=0) for name in wanted)


def _together(known: Sequence[Fits]) -> bool:
    parts = (np.logical_or.reduce([fits[name] for fits in known]) for name in known[0])
    return bool(np.logical_and.reduce(list(parts)).any())


def _fits(behaviour: Behaviour, examined: Examination) -> Fits | None:
    """Return for each part which choices of the masks give it; remembered by the examination."""
    if behaviour.program is None or examined.parts is None:
        return None
    program, parts, case = behaviour.program, examined.parts, examined.case

    def fits() -> Fits:
        rows, _ = table(program, case.unseen)
        return {name: matching(values, parts[name], case.float32) for name, values in rows.items()}

    return remembered(examined, ("fits", id(behaviour)), fits)
