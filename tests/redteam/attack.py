"""One hostile notebook: a readable file whose docstring says what it tries and what is expected.

    \"\"\"What it tries.

    stopped by: which wall
    control: how it is shown that it works without that wall
    double: the statuses that its exercise may get
    flags: a part of a reason that the instructor reads (optional)
    \"\"\"

Where it does not define ``double`` itself, a wrong one stands below it. ``add`` is always honest,
and keeps its points. A variable ``loot`` holds what an attack got hold of.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

FOLDER = Path(__file__).parent / "notebooks"
HONEST = "def add(a, b):\n    return a + b"
WRONG = "def double(x):\n    return x"
SHOW = 'print("loot:", bool(globals().get("loot")))'


@dataclass(frozen=True)
class Attack:
    """An attack, as its file says it. statuses: those that each exercise may get."""

    name: str
    about: str
    stopped_by: str
    control: str
    statuses: dict[str, set[str]]
    flags: str
    source: str

    @property
    def defines_double(self) -> bool:
        """Whether the attack is an answer itself."""
        return "def double(" in self.source

    def cells(self, places: dict[str, str]) -> list[str]:
        """Return the cells of the notebook. places: what the attacker knows, by its name."""
        source = self.source
        for name, value in places.items():
            source = source.replace(f"@{name}@", value)
        first = [source] if self.defines_double else [source, WRONG]
        return [*first, HONEST, SHOW]


def read_attack(path: Path) -> Attack:
    """Read an attack's file."""
    text = path.read_text(encoding="utf-8")
    head, _, source = text.partition("# %%\n")
    lines = [line for line in ast.literal_eval(head.strip()).strip().splitlines() if line]
    fields = dict(line.split(": ", 1) for line in lines[1:])
    return Attack(
        path.relative_to(FOLDER).with_suffix("").as_posix(),
        lines[0],
        fields["stopped by"],
        fields["control"],
        {
            "double": set(fields["double"].split()),
            "add": set(fields.get("add", "passed").split()),
        },
        fields.get("flags", ""),
        source.strip("\n"),
    )


ATTACKS = [read_attack(path) for path in sorted(FOLDER.rglob("*.py"))]


def submitted(attack: Attack, released: NotebookNode, places: dict[str, str]) -> bytes:
    """Return the notebook that is handed in: the released one with the attack's cells in it."""
    notebook = nbformat.from_dict(released)
    own, names = attack.cells(places), {"double": 0, "add": -2}
    if not attack.defines_double:
        names["double"] = 1
        notebook["cells"].insert(0, nbformat.v4.new_code_cell(own[0]))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in names:
            cell["source"] = own[names[name]]
    notebook["cells"].append(nbformat.v4.new_code_cell(own[-1]))
    return nbformat.writes(notebook).encode()
