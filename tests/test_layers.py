"""Who may import whom: core <- shells <- applications. Imports are parsed here, not run."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CORE = "core"
SHELLS = {
    "course",
    "database",
    "feedback",
    "figures",
    "gradebook",
    "kernel",
    "lms",
    "lti",
    "notebook",
    "storage",
}
APPLICATIONS = {
    "",
    "__main__",
    "authoring",
    "bridges",
    "classroom",
    "cli",
    "hosted",
    "local_check",
    "service",
    "web",
    "zh",
}
THE_COURSE = {"assignments", "datasets", "solutions", "tests"}
CORE_MAY_IMPORT = sys.stdlib_module_names | {"autograder", "numpy"}

Modules = Mapping[str, str]
"""Each module's dotted name and its source."""


def layer_of(module: str) -> str:
    """The second part of a dotted name: `core` of `autograder.core.values`, "" of `autograder`."""
    return module.split(".")[1] if "." in module else ""


def imports(source: str) -> Iterator[str]:
    """Dotted names that a module imports, wherever in it; a relative import begins with a dot."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                prefix = "." * level + (module or "")
                yield from (f"{prefix}.{alias.name}" for alias in names)
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(func) in {"__import__", "import_module", "importlib.import_module"}:
                    yield name


def fault(importer: str, imported: str) -> str | None:
    """Why `importer` must not import `imported`, or None if it may."""
    layer, top = layer_of(importer), imported.split(".")[0]
    if imported.startswith("."):
        return "is relative: write the whole name, so that the layer can be read off it"
    if top in THE_COURSE:
        return "belongs to the course: the engine knows no particular exercise"
    if layer == CORE and top not in CORE_MAY_IMPORT:
        return "is neither NumPy nor the standard library: core must be pure"
    if top != "autograder" or imported == "autograder.__version__" or layer in APPLICATIONS:
        return None
    if layer_of(imported) in {CORE, layer}:
        return None
    return "is another shell or an application: only applications put shells together"


def violations(modules: Modules) -> list[str]:
    """One line for each import that breaks the rule, and for each module without a layer."""
    placed = {CORE} | SHELLS | APPLICATIONS
    lines = [
        f"{module} has no layer: give it one in tests/test_layers.py"
        for module in modules
        if layer_of(module) not in placed
    ]
    for module, source in modules.items():
        for name in imports(source):
            if reason := fault(module, name):
                lines.append(f"{module} imports {name}, which {reason}")
    return sorted(lines)


def engine() -> dict[str, str]:
    """The modules of autograder/, as they are on disk."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): (
            path.read_text(encoding="utf-8")
        )
        for path in sorted((ROOT / "autograder").rglob("*.py"))
    }


def test_the_engine_keeps_the_layer_rule():
    assert violations(engine()) == []


def test_the_engine_is_found():
    assert {"autograder", "autograder.core"} <= engine().keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("autograder.core.grading", "import json\nimport numpy as np\nimport numpy.linalg"),
        ("autograder.core.grading", "from autograder.core.report import Report"),
        ("autograder.core.words.en", "from autograder.core import values"),
        ("autograder.storage.answer_key_file", "import h5py\nfrom autograder.core.key import Key"),
        ("autograder.kernel.jupyter", "from autograder.kernel.wire import read_frame"),
        ("autograder.storage.answer_key_file", "from autograder import __version__"),
        ("autograder.classroom.run", "from autograder.kernel import jupyter\nimport rich"),
        ("autograder.local_check", "from autograder.storage import answer_key_file"),
        ("autograder", "from autograder.local_check import check"),
    ],
)
def test_what_the_rule_allows_passes(module: str, source: str):
    assert violations({module: source}) == []


@pytest.mark.parametrize(
    ("module", "source", "message"),
    [
        ("autograder.core.grading", "import h5py", "core must be pure"),
        ("autograder.core.grading", "def f():\n    import keras", "core must be pure"),
        ("autograder.core.grading", "from autograder.storage import x", "another shell"),
        ("autograder.core.grading", "from autograder import check", "an application"),
        ("autograder.core.grading", "import autograder", "an application"),
        ("autograder.storage.file", "from autograder.kernel.wire import x", "another shell"),
        ("autograder.storage.file", "from autograder import kernel", "another shell"),
        ("autograder.feedback.page", "import autograder.cli", "an application"),
        ("autograder.feedback.page", "import importlib\nimportlib.import_module('autograder.cli')",
         "an application"),
        ("autograder.core.values", "from .key import AnswerKey", "is relative"),
        ("autograder.authoring.release", "import solutions.dropout.exercises", "no particular"),
        ("autograder.utilities", "", "has no layer"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_caught(module: str, source: str, message: str):
    found = violations({module: source})
    assert len(found) == 1
    assert found[0].startswith(module)
    assert message in found[0]
