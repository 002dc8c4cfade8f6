"""A JupyterLab of our own: its folder, home and port; nothing of the user's, nothing outside."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 180
# JupyterLab shows each cell when it is scrolled to; the tests look for cells that are not.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
# It would ask whether it may fetch news.
PAGE_CONFIG = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.extension_manager=readonly",  # the other one asks the package index
)


@dataclass(frozen=True)
class Lab:
    """A running server: where it listens and the folder that it shows."""

    url: str
    token: str
    folder: Path

    def address(self, path: str) -> str:
        """Return the address of a page, with the token."""
        return f"{self.url}{path}?token={self.token}"


@contextlib.contextmanager
def jupyter_lab(folder: Path, private: Path) -> Iterator[Lab]:
    """Start JupyterLab in `folder`, with settings, runtime files and log in `private`."""
    environment = _environment(private)
    _configure(private)
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.port={_free_port()}"]
    with (private / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"JUPYTER_TOKEN": token},
            stdout=log,
            stderr=log,
        )
        try:
            yield Lab(_url_when_ready(server, private), token, folder)
        finally:
            server.terminate()  # the server ends its kernels
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _environment(private: Path) -> dict[str, str]:
    """Return the user's environment without the user's Jupyter."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PYTEST", "PYTHON", "IPYTHON", "XDG_"))
    }
    programs = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by its name
    return kept | {
        "HOME": str(private),
        "PATH": programs + os.pathsep + kept.get("PATH", ""),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
    }


def _configure(private: Path) -> None:
    settings = private / "config" / "lab" / "user-settings"
    for name, values in SETTINGS.items():
        _write_json(settings / f"{name}.jupyterlab-settings", values)
    _write_json(private / "config" / "labconfig" / "page_config.json", PAGE_CONFIG)


def _write_json(file: Path, values: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values), encoding="utf-8")


def _free_port() -> int:
    """Return a port that is free now; the server takes the next one where it is no longer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _url_when_ready(server: "subprocess.Popen[bytes]", private: Path) -> str:
    """Wait until the server says where it listens, and answers there."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        for file in (private / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, urllib.error.URLError):
                url: str = json.loads(file.read_text(encoding="utf-8"))["url"]
                urllib.request.urlopen(f"{url}api", timeout=10).close()
                return url
        time.sleep(0.2)
    log = (private / "lab.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"JupyterLab did not start. Its log ends with:\n{log[-4000:]}")
