"""What was measured, as JSON, a part at a time: a run that was stopped goes on where it was."""

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("keepprob", "nbgrader", "numpy", "tensorflow", "keras", "ipykernel", "nbclient")


class Record:
    """A JSON file of measurements by name. settings: a file with other ones begins anew."""

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self._path = path
        self.content: dict[str, Any] = {"settings": settings, "machine": {}, "parts": {}}
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["settings"] == settings:
                self.content = found

    @property
    def parts(self) -> dict[str, Any]:
        """What was measured so far."""
        return self.content["parts"]

    def keep(self, name: str, measured: Any) -> None:
        """Keep what was measured under a name, and write the file."""
        self.parts[name] = measured
        self.save()

    def forget(self, prefixes: Iterable[str]) -> None:
        """Drop all measurements whose names begin so."""
        starts = tuple(prefixes)
        self.content["parts"] = {
            name: value for name, value in self.parts.items() if not name.startswith(starts)
        }

    def save(self) -> None:
        """Write the file; it is replaced at once."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(".new")
        scratch.write_text(as_text(self.content), encoding="utf-8")
        scratch.replace(self._path)


def as_text(content: Mapping[str, Any]) -> str:
    """Return JSON in which each object that holds no other stands on one line."""
    text = json.dumps(content, indent=1)
    flat = re.sub(r"\{[^{}\[\]]*\}", lambda found: re.sub(r"\n *", " ", found[0]), text)
    return flat + "\n"


def machine() -> dict[str, Any]:
    """Return what this machine is and which versions it runs."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": platform.release(),
        "system": _system(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
