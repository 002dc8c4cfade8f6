"""environment.yml, pyproject.toml and constraints.txt say the same, and pip can install it."""

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ["--constraint constraints.txt", "--editable ."]


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def project_pins() -> set[str]:
    """Every requirement of pyproject.toml, with those of its extras."""
    return {*project()["dependencies"]}.union(*project()["optional-dependencies"].values())


def conda_dependencies() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def pip_section() -> list[str]:
    return next(entry["pip"] for entry in conda_dependencies() if isinstance(entry, dict))


def constraints() -> dict[str, str]:
    """Each distribution of constraints.txt and its version."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        normal(name): version
        for name, _, version in (line.partition("==") for line in lines if line and line[0] != "#")
    }


def normal(name: str) -> str:
    """The name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_conda_gives_the_same_python():
    assert f"python{project()['requires-python']}" in conda_dependencies()


def test_conda_installs_the_engine_with_the_tested_versions():
    assert [line for line in pip_section() if line.startswith("-")] == OPTIONS


def test_every_pin_of_environment_yml_is_pyprojects():
    assert sorted(set(pip_section()) - {*OPTIONS}) == sorted(project_pins())


def test_no_pin_is_repeated():
    assert len(pip_section()) == len(set(pip_section()))


def test_every_pin_names_a_minor_or_major_version():
    assert [pin for pin in project_pins() if not re.fullmatch(r"[\w.-]+==[\d.]+\.\*", pin)] == []


@pytest.mark.parametrize("name", ["numpy", "keras", "tensorflow", "h5py", "nbgrader"])
def test_what_decides_results_is_pinned_to_its_minor_version(name: str):
    (pin,) = (pin for pin in project_pins() if pin.startswith(f"{name}=="))
    assert re.fullmatch(r"\d+\.\d+\.\*", pin.partition("==")[2])


@pytest.mark.parametrize("pin", sorted(project_pins()))
def test_the_constraint_is_a_version_of_the_pin(pin: str):
    name, _, versions = pin.partition("==")
    assert constraints()[normal(name)].startswith(versions.removesuffix("*"))


def test_constraints_are_names_and_exact_versions():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_every_tested_version_is_for_the_oldest_python_that_we_support():
    # Debian 12 has Python 3.11.2: what asks for 3.11.5 cannot be installed there.
    oldest = re.match(r">=([\d.]+)", project()["requires-python"])[1]
    wanted = {
        normal(found.name): found.metadata.get("Requires-Python", "")
        for found in importlib.metadata.distributions()
    }
    known = {name: wanted[name] for name in constraints() if name in wanted}
    assert len(known) > len(constraints()) / 2
    assert {name for name, range_ in known.items() if oldest not in SpecifierSet(range_)} == set()


@pytest.mark.network
@pytest.mark.slow
def test_pip_resolves_the_section_in_a_new_environment_to_the_tested_versions(tmp_path: Path):
    venv.create(tmp_path / "venv", with_pip=False)
    requirements = tmp_path / "requirements.txt"
    # conda writes its copy of the section beside environment.yml; this copy lies elsewhere, and
    # pip looks for a constraints file beside the file that names it.
    section = "\n".join(pip_section()).replace("constraints.txt", f"{ROOT / 'constraints.txt'}")
    requirements.write_text(section, encoding="utf-8")
    report = tmp_path / "report.json"

    answer = subprocess.run(
        [sys.executable, "-m", "pip", "--python", tmp_path / "venv", "install", "--dry-run",
         "--quiet", "--report", report, "--requirement", requirements],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip

    assert answer.returncode == 0, f"pip cannot install environment.yml:\n{answer.stderr}"
    resolved = {
        normal(item["metadata"]["name"]): item["metadata"]["version"]
        for item in json.loads(report.read_text(encoding="utf-8"))["install"]
    }
    del resolved["keepprob"]
    unlisted = {name: version for name, version in resolved.items() if name not in constraints()}
    assert unlisted == {}, "`make constraints` writes the missing ones"
    assert resolved.items() <= constraints().items()
