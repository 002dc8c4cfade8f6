"""Answer keys made of random plain values, and what it means that two are the same."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.core.finding import Finding
from autograder.core.key import AnswerKey, Behaviour, CaseKey, ExerciseKey, MisconceptionKey
from autograder.core.outcome import Call, KerasProbe
from autograder.core.parts import Group, Leaf
from autograder.core.program import Program
from autograder.core.values import FromCall, Rng, same_value

DTYPES = ("?", "i1", "u1", "i2", "i4", "i8", "u8", "f2", "f4", "f8")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
names = st.text("abcXYZ_09éß./% ", max_size=6)
numbers = st.one_of(st.floats(), st.integers(-(2**63), 2**63 - 1))
shapes = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
arrays = st.sampled_from(DTYPES).flatmap(lambda dtype: npst.arrays(dtype, shapes))
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
calls = st.builds(FromCall, st.text(max_size=5), st.tuples(arrays, scalars), st.integers(0, 9))
leaves = st.one_of(scalars, arrays, st.builds(Rng, st.integers(0, 2**32 - 1)), calls)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(texts, inner, max_size=3),
    ),
    max_leaves=5,
)


def tuples(strategy: st.SearchStrategy, size: int = 2) -> st.SearchStrategy:
    return st.lists(strategy, max_size=size).map(tuple)


def named(strategy: st.SearchStrategy, size: int = 2) -> st.SearchStrategy:
    """A dict whose values know the name that they stand under."""
    return st.lists(strategy, max_size=size).map(lambda items: {item.name: item for item in items})


def by_name(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.dictionaries(names, strategy, max_size=2)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    constants = draw(tuples(npst.arrays("f8", shapes)))
    nodes: list[tuple[str, tuple[Any, ...]]] = [("input", (draw(names),))]
    nodes += [("constant", (position,)) for position in range(len(constants))]
    for _ in range(draw(st.integers(0, 3))):
        earlier = st.integers(0, len(nodes) - 1)
        nodes.append(("add", (draw(earlier), draw(earlier))))
    outputs = draw(by_name(st.integers(0, len(nodes) - 1)))
    return Program(tuple(nodes), constants, outputs)


findings = st.builds(Finding, texts, st.none() | texts, st.dictionaries(texts, values, max_size=2))
behaviours = st.one_of(
    st.builds(Behaviour),
    st.builds(Behaviour, parts=by_name(arrays | texts)),
    st.builds(Behaviour, program=programs()),
    st.builds(Behaviour, finding=findings),
)
probes = st.builds(
    KerasProbe,
    texts,
    texts,
    weights=st.none() | tuples(arrays),
    inputs=st.none() | arrays,
    targets=st.none() | arrays,
    law=st.none() | tuples(st.tuples(numbers, numbers)),
)
calls = st.builds(
    Call, texts, tuples(values), st.integers(1, 9), st.integers(0, 2**31), tuples(probes, 1)
)
lengths = st.integers(0, 5)
cases = st.builds(
    CaseKey,
    name=names,
    title=texts,
    weight=numbers,
    judged=texts,
    calls=tuples(calls),
    expected=behaviours,
    wrong=by_name(behaviours),
    shapes=by_name(tuples(lengths, 3)),
    shares=by_name(numbers),
    unseen=by_name(st.tuples(lengths, lengths)),
    unseen_share=numbers,
    count=st.integers(1, 100),
    float32=st.booleans(),
)
part_leaves = st.builds(
    Leaf, texts, st.sampled_from(["array", "number", "mask", "text"]), st.none() | texts
)
parts = st.recursive(
    part_leaves,
    lambda inner: st.builds(Group, texts, st.sampled_from(["tuple", "dict"]), tuples(inner)),
    max_leaves=4,
)
misconceptions = st.builds(
    MisconceptionKey, names, texts, numbers, st.booleans(), st.none() | names
)
exercises = st.builds(
    ExerciseKey,
    names,
    texts,
    numbers,
    tuples(texts),
    parts,
    tuples(texts),
    named(misconceptions),
    named(cases),
)
answer_keys = st.builds(
    AnswerKey, texts, named(exercises), st.booleans(), st.integers(0, 2**63 - 1), texts
)


def same(one: Any, other: Any) -> bool:
    """Tell whether two things are of the same types throughout and hold the same bits."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return same_value(one, other)
    return one == other or one != one
