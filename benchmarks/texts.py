"""What students write for one exercise: right styles, known mistakes and crashes, as cell texts.

They are the functions that the course keeps beside its exercises, under the exercise's name and
with the helper functions that they call above them; and those of the sample class.
"""

import ast
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.core.exercise import Exercise
from tests.sample_class.mistaken import MISTAKEN

KNOWN = {"np", "keras"}  # what the notebook has imported when the function is called
IMPORTABLE = {"copy"}
# Mistakes that the others' asserts do not see: nobody writes asserts for these.
LEFT_OUT = {"exact_count_dropped", "updated_in_place", "inplace-ines"}


@dataclass(frozen=True)
class Texts:
    """Cell texts for one exercise; `right` holds the sample solution first."""

    right: tuple[str, ...]
    mistaken: tuple[str, ...]

    @property
    def crashing(self) -> tuple[str, ...]:
        """Texts that stop: a misspelt name, and a missing colon."""
        return (misspelt(self.right[0]), without_colon(self.right[0]))


def texts_of(exercise: Exercise, solution: str) -> Texts:
    """Return an exercise's texts. solution: the sample solution's cell."""
    styles = [cell_text(style, exercise.name) for style in exercise.right_styles.values()]
    wrong = [
        cell_text(item.wrong, exercise.name)
        for item in exercise.misconceptions.values()
        if _same_parameters(item.wrong, exercise) and item.name not in LEFT_OUT
    ]
    known = [
        textwrap.dedent(text).strip("\n")
        for sample in MISTAKEN
        if sample.language == "en"
        and sample.student not in LEFT_OUT
        and next(iter(sample.functions)) == exercise.name
        for name, text in sample.functions.items()
        if name == exercise.name and text is not None
    ]
    return Texts((solution, *filter(None, styles)), (*filter(None, wrong), *known))


def _same_parameters(function: Callable[..., Any], exercise: Exercise) -> bool:
    return tuple(inspect.signature(function).parameters) == exercise.parameters


def cell_text(function: Callable[..., Any], name: str) -> str | None:
    """Return a function's source under another name, with the functions that it calls above it.

    None where it needs something that no notebook has, such as the course's reference models.
    """
    helpers: dict[str, types.FunctionType] = {}
    imports: set[str] = set()
    if not isinstance(function, types.FunctionType) or not _collect(function, helpers, imports):
        return None
    if name in helpers:
        return None
    parts = [f"import {module}" for module in sorted(imports)]
    parts += [_source(helper, helper.__name__) for helper in reversed(helpers.values())]
    return "\n\n\n".join([*parts, _source(function, name)])


def _collect(
    function: types.FunctionType, helpers: dict[str, types.FunctionType], imports: set[str]
) -> bool:
    """Find what a function calls, and what that calls; tell whether a notebook can have it."""
    for name in _global_names(function):
        value = function.__globals__.get(name)
        if name in KNOWN or name.startswith("__"):
            continue
        if isinstance(value, types.ModuleType) and name in IMPORTABLE:
            imports.add(name)
        elif not isinstance(value, types.FunctionType):
            return False
        elif name not in helpers:
            helpers[name] = value
            if value.__name__ != name or not _collect(value, helpers, imports):
                return False
    return True


def _global_names(function: types.FunctionType) -> Iterator[str]:
    """Yield the names of the module that a function uses, also in functions within it."""
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        yield from (name for name in code.co_names if name in function.__globals__)
        codes += [item for item in code.co_consts if isinstance(item, types.CodeType)]


def _source(function: types.FunctionType, name: str) -> str:
    """Return the text of a function without decorators and docstring, under another name."""
    (found,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    if isinstance(found, ast.Assign):  # a lambda that has a name
        return ast.unparse(found)
    assert isinstance(found, ast.FunctionDef)
    found.name, found.decorator_list = name, []
    if ast.get_docstring(found) is not None:
        found.body = found.body[1:] or [ast.Pass()]
    return ast.unparse(found)


def misspelt(text: str) -> str:
    """Return the text with a misspelt name in its last return."""
    tree = ast.parse(text)
    returned = [node for node in ast.walk(tree) if isinstance(node, ast.Return)][-1]
    names = [node for node in ast.walk(returned) if isinstance(node, ast.Name)]
    names[-1].id += "_"
    return ast.unparse(tree)


def without_colon(text: str) -> str:
    """Return the text without the colon behind the function's parameters."""
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("def "))
    lines[at] = lines[at].rstrip().removesuffix(":")
    return "\n".join(lines)


def mapped(exercises: list[Exercise], solutions: Mapping[str, str]) -> dict[str, Texts]:
    """Return the texts of all exercises by name."""
    return {item.name: texts_of(item, solutions[item.name]) for item in exercises}
