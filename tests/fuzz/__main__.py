"""Fuzz one of the targets: ``python -m tests.fuzz frame -runs=100000``."""

import sys

import atheris

# The parsers alone: to instrument every library takes minutes, and finds nothing of ours.
with atheris.instrument_imports(include=["autograder", "json", "nbformat"]):
    from tests.fuzz.target import TARGETS

read = TARGETS[sys.argv.pop(1)]
atheris.Setup(sys.argv, read)
atheris.Fuzz()
