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
