"""`autograder lti …`: set up and look after the LTI tool."""

import argparse
from collections.abc import Callable, Mapping

from rich.console import Console

from autograder.cli import lti_setup, lti_upkeep
from autograder.cli.lti_tool import Tool
from autograder.course.layout import Course

COMMANDS: Mapping[str, Callable[[Tool], int]] = {
    "init": lti_setup.init,
    "invite": lti_setup.invite,
    "add": lti_setup.add,
    "remove": lti_upkeep.remove,
    "platforms": lti_setup.list_platforms,
    "rotate-keys": lti_setup.rotate_keys,
    "doctor": lti_upkeep.doctor,
    "erase": lti_upkeep.erase,
    "purge": lti_upkeep.purge,
    "backup": lti_upkeep.backup,
    "restore": lti_upkeep.restore,
}


def run_command(name: str, options: argparse.Namespace, course: Course, console: Console) -> int:
    """Run a command below `autograder lti`; return its exit code."""
    return COMMANDS[name](Tool(options, course, console))
