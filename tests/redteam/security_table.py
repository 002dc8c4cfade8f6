"""The table of attacks in docs/explanation/security.md.

``python -m tests.redteam.security_table`` writes it anew.
"""

import re
from pathlib import Path

from tests.redteam.attack import ATTACKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "security.md"
BLOCK = re.compile(r"(?<=<!-- attacks -->\n).*?(?=<!-- end -->)", re.S)
KINDS = {
    "accepted": "a grader in the same process accepts it",
    "channel": "believed when the channel's checks are taken out",
    "gone": "the process is gone",
    "graded": "right where Keras is",
    "growth": "the grader grows when it does not look",
    "loot": "works in a kernel without a wall",
    "pickled": "a grader that unpickles runs it",
    "stuck": "an interrupt does not end it",
    "twice": "the next kernel finds it",
    "unit": "a test of the wall itself",
}


def table() -> str:
    """Return the table: one row an attack, in the order of their names."""
    rows = [
        f"| [{attack.name}](../../tests/redteam/notebooks/{attack.name}.py) | {attack.about} "
        f"| {attack.stopped_by} | {KINDS[attack.control.split()[0]]} |\n"
        for attack in ATTACKS
    ]
    head = "| Attack | What it tries | What stops it | Without that |\n| --- | --- | --- | --- |\n"
    return f"{len(rows)} attacks, all stopped.\n\n{head}{''.join(rows)}"


def renewed(page: str) -> str:
    """Return the page with today's table."""
    return BLOCK.sub(lambda _: table(), page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
