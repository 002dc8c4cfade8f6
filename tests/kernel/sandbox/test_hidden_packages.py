"""A package is hidden wherever it could be imported from, not only where Python looks for it."""

from pathlib import Path

import pytest

from autograder.kernel.sandbox import bubblewrap


def test_a_package_of_the_base_python_is_hidden_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    keras = tmp_path / "lib" / "python3.11" / "site-packages" / "keras"
    keras.mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "programs", lambda: [str(tmp_path)])
    assert str(keras) in bubblewrap.hidden_folders(("keras",))


def test_condas_copies_and_other_environments_are_hidden_but_not_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("conda-meta", "pkgs/keras-3/site-packages/keras", "envs/ours", "envs/theirs"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "programs", lambda: [str(tmp_path)])
    hidden = bubblewrap.hidden_folders(("keras",))
    assert {str(tmp_path / "pkgs"), str(tmp_path / "envs")} <= set(hidden)
    assert bubblewrap.hidden_folders(()) == []
    monkeypatch.setattr(bubblewrap.sys, "prefix", str(tmp_path / "envs" / "ours"))
    assert str(tmp_path / "envs") not in bubblewrap.hidden_folders(("keras",))
