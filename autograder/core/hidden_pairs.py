"""Two mistakes at once where masks are hidden: one choice of the masks explains every part."""

from collections.abc import Sequence

import numpy as np

from autograder.core.checking import Examination
from autograder.core.key import Behaviour
from autograder.core.unseen import matching, table

Fits = dict[str, np.ndarray]


def mistakes_shown(names: Sequence[str], examined: Examination) -> set[str] | None:
    """Return the fewest of these mistakes that explain one result, part by part, or None.

    Each part is the right one or one mistake's, all of them with the same masks.
    """
    right = _fits(examined.case.expected, examined)
    wrong = {name: _fits(examined.case.wrong[name], examined) for name in names}
    if right is None:
        return None
    for chosen in ((), *((name,) for name in names), tuple(names)):
        known = [fits for fits in (right, *(wrong[name] for name in chosen)) if fits is not None]
        if len(known) == 1 + len(chosen) and _together(known):
            return set(chosen)
    return None


def _together(known: Sequence[Fits]) -> bool:
    parts = [np.any([fits[name] for fits in known], axis=0) for name in known[0]]
    return bool(np.all(parts, axis=0).any())


def _fits(behaviour: Behaviour, examined: Examination) -> Fits | None:
    """Return for each part which choices of the masks give it; remembered by the examination."""
    if behaviour.program is None or examined.parts is None:
        return None
    if id(behaviour) not in examined.fits:
        rows, _ = table(behaviour.program, examined.case.unseen)
        examined.fits[id(behaviour)] = {
            name: matching(values, examined.parts[name], examined.case.float32)
            for name, values in rows.items()
        }
    return examined.fits[id(behaviour)]
