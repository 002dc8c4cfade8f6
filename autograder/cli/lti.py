"""`autograder lti …`: set up and look after the LTI tool."""

import argparse
from collections.abc import Callable, Mapping

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from autograder.cli import lti_setup, lti_upkeep
from autograder.cli.lti_tool import LtiCommandError, Tool
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
    try:
        return COMMANDS[name](Tool(options, course, console))
    except SQLAlchemyError as error:
        raise LtiCommandError(
            f"The LTI tool's database cannot be used: {getattr(error, 'orig', None) or error}. See "
            "that it can be written, and that no other program holds it, and run the command again."
        ) from error
