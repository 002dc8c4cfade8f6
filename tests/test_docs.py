"""The documentation is true: its links, commands, settings and fields."""

import ast
import dataclasses
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.report import SCHEMA, STATUSES, ExerciseReport, Report
from autograder.feedback.labels import ENGLISH
from tests.cli_reference import PAGE as CLI_PAGE
from tests.cli_reference import embedded, help_texts, parsers, renewed
from tests.reading_docs import (
    DOCS,
    PAGES,
    ROOT,
    anchors,
    blocks,
    links,
    named_in_rows,
    read,
    rows,
    section,
)


def dead_links(page: Path, text: str) -> list[str]:
    """Links of a page that lead nowhere; those to the web are not followed."""
    dead = []
    for target in links(text):
        if re.match(r"\w+:", target):
            continue
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            dead.append(target)
    return dead


# --- every page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    assert dead_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("link", ["[a](nowhere.md)", "![a](images/no.png)", "[a](index.md#no)"])
def test_a_planted_dead_link_is_caught(link: str):
    assert dead_links(DOCS / "index.md", f"text {link} text") != []


def test_the_map_leads_to_every_page():
    linked = {(DOCS / link.split("#")[0]).resolve() for link in links(read("docs/index.md"))}
    assert set(DOCS.rglob("*.md")) - {DOCS / "index.md"} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_blocks_are_python(page: Path):
    for body in blocks(page.read_text(encoding="utf-8"), "python"):
        ast.parse(body)


def typed_commands() -> Iterator[tuple[str, list[str]]]:
    """Every command line in the pages' console blocks: its page and its words."""
    for page in PAGES:
        for body in blocks(page.read_text(encoding="utf-8"), "console"):
            for line in re.findall(r"^\$ (.+)$", body, re.M):
                yield str(page.relative_to(ROOT)), shlex.split(line, comments=True)


def test_commands_that_the_pages_show_are_accepted():
    for page, words in typed_commands():
        if words[0] == "autograder":
            options = parsers()["autograder"].parse_args(words[1:])
            assert options.command, page


def test_recipes_that_the_pages_show_exist():
    recipes = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.M))
    shown = {words[1] for _, words in typed_commands() if words[0] == "make" and len(words) > 1}
    assert {"demo", "test"} <= shown <= recipes


def test_the_readme_shows_the_two_commands():
    typed = [words for page, words in typed_commands() if page == "README.md"]
    assert ["make", "demo"] in typed
    assert ["make", "test"] in typed


# --- the command line


def test_the_embedded_help_is_the_programs_help():
    """Compared without line breaks: Python versions wrap differently.

    To renew it: python -m tests.cli_reference
    """
    found = {program: text.split() for program, text in embedded(read_cli()).items()}
    assert found == {program: text.split() for program, text in help_texts().items()}


def read_cli() -> str:
    return CLI_PAGE.read_text(encoding="utf-8")


def test_renewing_replaces_a_stale_help():
    stale = re.sub(r"usage: autograder grade .*\n", "usage: old\n", read_cli())
    assert embedded(renewed(stale)) == help_texts()


@pytest.mark.parametrize("program", [name for name in parsers() if name != "autograder"])
def test_each_command_has_its_section_and_each_option_its_row(program: str):
    text = section(read_cli(), f"`{program}`")
    options = {
        option
        for action in parsers()[program]._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert named_in_rows(text) == options


def test_the_exit_codes_are_documented():
    from autograder.cli import main as run  # a function; its module is found by its name

    codes = sys.modules[run.__module__]
    documented = {row[0] for row in rows(section(read_cli(), "Exit codes"))}
    known = (codes.EXIT_OK, codes.EXIT_ATTENTION, codes.EXIT_USAGE, codes.EXIT_INTERRUPTED)
    assert documented == {str(code) for code in known}


# --- configuration


def test_every_setting_of_the_grader_is_documented_with_its_default():
    from autograder.classroom.preprocessors import GradeExercises

    text = section(read("docs/reference/configuration.md"), "`GradeExercises`")
    documented = {row[0].strip("`"): row[1] for row in rows(text)}
    settings = GradeExercises.class_own_traits(config=True)
    assert documented == {
        f"GradeExercises.{name}": shown(trait.default()) for name, trait in settings.items()
    }


def shown(default: object) -> str:
    """A default as the table writes it."""
    return f"{default:.12g}" if type(default) in (int, float) else str(default)


def test_every_setting_of_the_course_is_documented():
    settings = set(re.findall(r"^c\.([\w.]+) =", read("nbgrader_config.py"), re.M))
    assert settings <= named_in_rows(read("docs/reference/configuration.md"))


# --- results

FACTS = (
    "language", "receipt", "limits", "sandbox", "flags", "timestamp", "engine",
    "submission_sha256",
    "trouble_reason",
)  # fmt: skip


def record() -> dict[str, object]:
    """A record with the facts that `autograder grade` adds."""
    facts = dict.fromkeys(FACTS, "")
    return Report("dropout", (), facts=facts).to_record()


def test_every_field_of_a_record_is_documented():
    text = section(read("docs/reference/results.md"), "`results.jsonl`")
    record_table, exercise_table = text.split("Each object in `exercises`:")
    assert named_in_rows(record_table) == set(record())
    fields = {field.name for field in dataclasses.fields(ExerciseReport)}
    assert named_in_rows(exercise_table) == fields
    assert f"schema {SCHEMA};" in text


def test_the_documented_facts_are_those_that_grading_adds():
    source = read("autograder/classroom/grading.py")
    for fact in FACTS:
        assert f'"{fact}"' in source


def test_every_status_is_documented_with_its_words():
    text = section(read("docs/reference/results.md"), "Statuses")
    words = {row[0].strip("`"): row[1] for row in rows(text)}
    assert words == {status: ENGLISH.status[status] for status in STATUSES}
