"""Archives as LMSs and attackers make them."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def archive(path: Path, files: Mapping[str, bytes], date=(2026, 11, 4, 10, 0, 0)) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, date)
            member.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(member, content)
    return path


def unmarked(name: str) -> str:
    """A name whose UTF-8 bytes stand in the archive without the mark that says so."""
    return name.encode("utf-8").decode("cp437")


def without_mark(path: Path, names: Mapping[str, bytes]) -> Path:
    """An archive whose names are UTF-8, and not marked as UTF-8."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in names.items():
            made.writestr("x" * len(name.encode("utf-8")), content)
    content = stream.getvalue()
    for name in names:
        plain = name.encode("utf-8")
        content = content.replace(b"x" * len(plain), plain)
    path.write_bytes(content)
    return path


def link(path: Path, name: str, target: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        member = zipfile.ZipInfo(name)
        member.create_system = 3
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(member, target)
    return path
