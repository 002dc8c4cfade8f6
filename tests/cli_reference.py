"""The help texts in docs/reference/cli.md; ``python -m tests.cli_reference`` writes them anew."""

import argparse
import os
import re
from pathlib import Path

from autograder.cli.main import parser

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"
BLOCK = re.compile(r"(?P<head><!-- help: (?P<program>[^>]*) -->\n```text\n)(?P<text>.*?)```", re.S)


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command, by what one types: ``autograder grade``."""
    top = parser()
    return {top.prog: top, **_commands_of(top.prog, top)}


def _commands_of(
    program: str, parent: argparse.ArgumentParser
) -> dict[str, argparse.ArgumentParser]:
    found = {}
    for action in parent._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                found[f"{program} {name}"] = command
                found |= _commands_of(f"{program} {name}", command)
    return found


def help_texts() -> dict[str, str]:
    """Return each command's help at a width of 80 columns."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        return {program: found.format_help() for program, found in parsers().items()}
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before


def embedded(page: str) -> dict[str, str]:
    """Return the help texts that the page holds."""
    return {found["program"]: found["text"] for found in BLOCK.finditer(page)}


def renewed(page: str) -> str:
    """Return the page with today's help texts."""
    texts = help_texts()
    return BLOCK.sub(lambda found: f"{found['head']}{texts[found['program']]}```", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
