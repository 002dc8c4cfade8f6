"""Packages for Gradescope and Coursera: what is in them, and that their scripts grade."""

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.course.layout import Course, find_course
from autograder.course.secret import course_secret
from autograder.hosted.grading import Package, PackageError, handed_in, load_package
from autograder.hosted.memory import memory_bytes, too_little
from autograder.hosted.package import SCRIPTS, Contents, build
from autograder.kernel.sandbox.bubblewrap import package_folders
from autograder.kernel.session import Limits
from tests.kernel.sandbox.elsewhere import ROOT_ONLY, run_as_in_a_container

pytestmark = pytest.mark.xdist_group("hosted")  # they share what is slow to make

ROOT = Path(__file__).parents[2]
SUBMISSIONS = ROOT / "tests" / "submissions"
METADATA = {
    "id": 123,
    "created_at": "2026-11-04T10:00:00.365935-07:00",
    "users": [{"email": "sven@example.invalid", "id": 1, "name": "Sven"}],
    "previous_submissions": [],
}


@pytest.fixture(scope="module")
def course() -> Course:
    return find_course(ROOT)


@pytest.fixture(scope="module")
def gradescope(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gradescope") / "dropout.zip"
    build(Contents(course, "gradescope", "dropout", "after_published", keys=1), path)
    return path


@pytest.fixture(scope="module")
def coursera(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coursera") / "dropout"
    build(Contents(course, "coursera", "dropout", keys=1), folder)
    return folder


# --- what is in them


def test_the_scripts_stand_in_the_root_of_the_zip_and_may_be_run(gradescope: Path):
    with zipfile.ZipFile(gradescope) as archive:
        modes = {member.filename: member.external_attr >> 16 for member in archive.infolist()}
    tops = {name.split("/")[0] for name in modes}
    assert tops == {"engine", "keepprob", "run_autograder", "setup.sh"}
    assert modes["setup.sh"] & modes["run_autograder"] & 0o111


def test_neither_the_solutions_nor_the_secret_are_in_it(gradescope: Path, course: Course):
    secret = course_secret(course)
    solutions = {path.read_bytes() for path in course.solutions.rglob("*") if path.is_file()}
    with zipfile.ZipFile(gradescope) as archive:
        for name in archive.namelist():
            assert name.split("/")[1:2] not in (["solutions"], ["tests"])
            content = archive.read(name)
            assert secret not in content
            assert secret.hex().encode() not in content
            assert not content or content not in solutions


def test_the_engine_is_whole(gradescope: Path):
    with zipfile.ZipFile(gradescope) as archive:
        names = set(archive.namelist())
    assert {"engine/pyproject.toml", "engine/constraints.txt", "engine/autograder/__init__.py",
            "engine/autograder/lms/result.schema.json"} <= names  # fmt: skip
    assert not any("__pycache__" in name or "/." in name for name in names)


def test_the_same_course_gives_the_same_bytes(gradescope: Path, course: Course, tmp_path: Path):
    again = tmp_path / "again.zip"
    build(Contents(course, "gradescope", "dropout", "after_published", keys=1), again)
    assert again.read_bytes() == gradescope.read_bytes()


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder", "grade"])
def test_bash_understands_the_scripts(script: str):
    path = ROOT / "autograder" / "hosted" / "files" / script
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


def test_courseras_image_is_made_as_the_projects_own_but_for_the_lti_tool(coursera: Path):
    own = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    theirs = (coursera / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for start in ("FROM ", "    && apt-get install", "RUN pip install"):
        (ours,) = (line for line in own if line.startswith(start))
        assert ours.replace(",lti]", "]") in theirs
    assert {path.name for path in coursera.iterdir()} == {
        "engine",
        "keepprob",
        *SCRIPTS["coursera"],
    }


def test_a_folder_of_something_else_is_not_replaced(course: Course, tmp_path: Path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(PackageError, match="holds no package"):
        build(Contents(course, "coursera", "dropout", keys=1), tmp_path)


# --- Gradescope


FAKE_PYTHON = """#!/usr/bin/env bash
echo "python $*" >> "$LOG"
if [ "${1-}${2-}" = "-mvenv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
if [ "${1-}" = "-c" ]; then exit "${OLD-0}"; fi
"""


@pytest.mark.parametrize("old", ["0", "1"])
def test_gradescopes_setup_installs_the_packaged_engine(gradescope: Path, tmp_path: Path, old: str):
    """With programs that only note how they were called: the real ones fetch TensorFlow."""
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    programs, log = tmp_path / "bin", tmp_path / "log"
    programs.mkdir()
    for name in ("python3", "python3.11"):
        (programs / name).write_text(FAKE_PYTHON, encoding="utf-8")
    (programs / "apt-get").write_text(
        '#!/bin/bash\necho "apt-get $*" >> "$LOG"\n', encoding="utf-8"
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    source = folder / "source"
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "LOG": str(log), "OLD": old,
                   "KEEPPROB_SOURCE": str(source)}  # fmt: skip
    subprocess.run(["bash", source / "setup.sh"], env=environment, check=True)
    calls = log.read_text(encoding="utf-8").splitlines()
    engine = f"{source}/engine[keras,notebooks,grade,cluster,lms]"
    wanted = f"{engine} --constraint {source}/engine/constraints.txt"
    assert calls[-1] == f"python -m pip install --no-cache-dir {wanted}"
    assert any("bubblewrap libseccomp2" in call for call in calls)
    assert any("python3.11-venv" in call for call in calls) == (old == "1")
    assert not (source / "keepprob").stat().st_mode & 0o077


def laid_out(gradescope: Path, folder: Path, notebook: Path | None) -> Path:
    """A folder as Gradescope's /autograder is."""
    for name in ("source", "submission", "results"):
        (folder / name).mkdir(parents=True)
    shutil.unpack_archive(gradescope, folder / "source")
    shutil.copy(folder / "source" / "run_autograder", folder)
    (folder / "submission_metadata.json").write_text(json.dumps(METADATA), encoding="utf-8")
    if notebook is not None:
        shutil.copy(notebook, folder / "submission")
    return folder


def in_a_container(script: Path, **variables: str) -> None:
    run_as_in_a_container(
        f"import os\nos.environ.update({variables!r}, KEEPPROB_PYTHON=sys.executable)\n"
        f"os.execvp('bash', ['bash', {str(script)!r}])\n"
    )


def run(script: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "KEEPPROB_PYTHON": sys.executable, **variables}
    return subprocess.run(
        ["bash", script], env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def installed(engine: Path, folder: Path) -> Path:
    """A Python with the packaged engine, and this Python's packages for all else."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "others.pth").write_text("\n".join(map(str, package_folders())), encoding="utf-8")
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps",
         "--no-index", "--no-build-isolation", "--disable-pip-version-check", engine],
        check=True,
    )  # fmt: skip
    where = subprocess.run(
        [python, "-c", "import autograder; print(autograder.__file__)"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(folder)
    return python


def read_results(folder: Path) -> dict:
    return json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))


def spying(folder: Path, *private: Path) -> Path:
    """A right notebook that ends its own process where it can read any of these."""
    notebook = nbformat.read(SUBMISSIONS / "ada" / "dropout" / "dropout.ipynb", as_version=4)
    paths = [str(path) for path in private]
    source = (
        f"import os\nif any(os.access(path, os.R_OK) for path in {paths!r}):\n    os._exit(3)\n"
        "print('score: 100')"
    )
    notebook["cells"].insert(0, nbformat.v4.new_code_cell(source))
    path = folder / "dropout.ipynb"
    nbformat.write(notebook, path)
    return path


@ROOT_ONLY
@pytest.mark.slow
def test_gradescopes_script_grades_in_the_containers_sandbox(gradescope: Path, tmp_path: Path):
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    inner = folder / "source" / "keepprob"
    spying(folder / "submission", inner / "keys", inner / "package.json", folder / "results",
           folder / "submission_metadata.json")  # fmt: skip
    in_a_container(folder / "run_autograder", KEEPPROB_AUTOGRADER=str(folder))
    found = read_results(folder)
    *tests, note = found["tests"]
    assert sum(test["score"] for test in tests) == sum(test["max_score"] for test in tests) == 100
    assert {test["visibility"] for test in tests} == {"after_published"}
    assert found["stdout_visibility"] == "hidden"
    assert note["visibility"] == "hidden"
    assert "sandbox container" in note["output"]
    assert "Worth a look: cell 0, line 3: uses _exit" in note["output"]


@pytest.mark.slow
def test_the_packaged_engine_explains_a_known_mistake_on_gradescope(
    gradescope: Path, tmp_path: Path
):
    mistaken = SUBMISSIONS / "scale-sven" / "dropout" / "dropout.ipynb"
    folder = laid_out(gradescope, tmp_path / "autograder", mistaken)
    (folder / "submission" / "dropout.ipynb").rename(folder / "submission" / "My work (1).ipynb")
    python = installed(folder / "source" / "engine", tmp_path / "venv")
    ended = run(
        folder / "run_autograder", KEEPPROB_AUTOGRADER=str(folder), KEEPPROB_PYTHON=str(python)
    )
    assert ended.returncode == 0, ended.stderr
    found = read_results(folder)
    first = found["tests"][0]
    assert (first["score"], first["status"]) == (10.0, "failed")
    assert "Divide the kept activations by keep_prob" in first["output"]
    assert found["output"] == "Score: 90 of 100"


@pytest.mark.parametrize("what", ["nothing", "no notebook", "no metadata"])
def test_what_cannot_be_graded_gets_no_points_and_a_sentence(
    gradescope: Path, tmp_path: Path, what: str
):
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    if what == "no notebook":
        (folder / "submission" / "dropout.ipynb").write_bytes(b"%PDF-1.4")
    if what == "no metadata":
        (folder / "submission_metadata.json").unlink()
    assert run(folder / "run_autograder", KEEPPROB_AUTOGRADER=str(folder)).returncode == 0
    found = read_results(folder)
    assert found["score"] == 0
    assert found["stdout_visibility"] == "hidden"
    assert "dropout.ipynb is" in found["output"]


def test_a_broken_package_tells_the_instructor_alone(gradescope: Path, tmp_path: Path):
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    (folder / "source" / "keepprob" / "package.json").write_text("{}", encoding="utf-8")
    run(folder / "run_autograder", KEEPPROB_AUTOGRADER=str(folder))
    found = read_results(folder)
    assert "no points are lost" in found["output"]
    (hidden,) = found["tests"]
    assert hidden["visibility"] == "hidden"
    assert "Make the package again" in hidden["output"]


def test_before_python_starts_there_is_an_answer_already(gradescope: Path, tmp_path: Path):
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    run(folder / "run_autograder", KEEPPROB_AUTOGRADER=str(folder), KEEPPROB_PYTHON="/bin/false")
    found = read_results(folder)
    assert (found["score"], found["stdout_visibility"]) == (0, "hidden")


# --- Coursera


@ROOT_ONLY
@pytest.mark.slow
def test_courseras_script_grades_in_the_containers_sandbox(coursera: Path, tmp_path: Path):
    shared = tmp_path / "shared"
    (shared / "submission").mkdir(parents=True)
    spying(shared / "submission", coursera / "keepprob" / "keys", shared)
    in_a_container(coursera / "grade", KEEPPROB_SHARED=str(shared), partId="aBc")
    found = json.loads((shared / "feedback.json").read_text(encoding="utf-8"))
    assert found["fractionalScore"] == 1.0
    assert found["feedbackType"] == "HTML"
    assert found["feedback"].startswith("Score: 100 of 100")
    assert "<!DOCTYPE html>" in (shared / "htmlFeedback.html").read_text(encoding="utf-8")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Coursera's folder with a file that is no notebook, and an answer of yesterday."""
    (tmp_path / "shared" / "submission").mkdir(parents=True)
    (tmp_path / "shared" / "submission" / "dropout.ipynb").write_bytes(b"x")
    yesterday = tmp_path / "shared" / "feedback.json"
    yesterday.write_text('{"fractionalScore": 1}', encoding="utf-8")
    return tmp_path / "shared"


def test_a_file_that_is_no_notebook_is_explained_on_coursera(coursera: Path, shared: Path):
    assert run(coursera / "grade", KEEPPROB_SHARED=str(shared)).returncode == 0
    found = json.loads((shared / "feedback.json").read_text(encoding="utf-8"))
    assert (found["fractionalScore"], found["feedbackType"]) == (0.0, "TXT")
    assert found["feedback"].startswith("dropout.ipynb is not a readable notebook")
    assert (shared / "txtFeedback.txt").read_text(encoding="utf-8") == found["feedback"] + "\n"


def test_courseras_grader_fails_where_it_is_the_graders_trouble(
    coursera: Path, shared: Path, tmp_path: Path
):
    broken = tmp_path / "broken"
    shutil.copytree(coursera, broken)
    (broken / "keepprob" / "package.json").unlink()
    ended = run(broken / "grade", KEEPPROB_SHARED=str(shared))
    assert ended.returncode == 1
    assert "No score: " in ended.stderr
    assert "Make the package again" in ended.stderr
    assert not (shared / "feedback.json").exists()


# --- parts


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path, "dropout", Limits(), "visible", "salt")


def test_a_package_without_keys_is_explained(package: Package):
    with pytest.raises(PackageError, match="no answer key"):
        package.key_for("ada", 1)


def test_students_and_attempts_meet_different_keys(package: Package):
    (package.folder / "keys").mkdir()
    for index in range(4):
        (package.folder / "keys" / f"{index:02d}.h5").touch()
    drawn = {package.key_for(f"s{at}", attempt)[1] for at in range(20) for attempt in (1, 2)}
    assert drawn == {"00", "01", "02", "03"}
    assert package.key_for("ada", 1) == package.key_for("ada", 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "limits": 3}'])
def test_a_damaged_package_is_explained(tmp_path: Path, text: str):
    (tmp_path / "package.json").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match="no package of KeepProb"):
        load_package(tmp_path)


def test_the_only_notebook_is_taken_under_any_name(gradescope: Path, tmp_path: Path):
    folder = laid_out(gradescope, tmp_path / "autograder", None)
    package = load_package(folder / "source" / "keepprob")
    submission = folder / "submission"
    assert handed_in(package, submission).name == "dropout.ipynb"
    (submission / "a.ipynb").touch()
    assert handed_in(package, submission).name == "a.ipynb"
    (submission / "b.ipynb").touch()
    assert handed_in(package, submission).name == "dropout.ipynb"


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_a_small_container_is_noticed(tmp_path: Path, name: str):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("805306368\n", encoding="ascii")
    assert memory_bytes(tmp_path) == 805306368
    assert "This container has 0.75 GiB of memory" in too_little(tmp_path)


def test_no_limit_is_the_machines(tmp_path: Path):
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory_bytes(tmp_path) == memory_bytes(tmp_path / "nowhere")
