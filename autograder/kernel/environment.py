"""The environment variables of a student's process: what it needs, and nothing of the grader's."""

import os
from collections.abc import Mapping
from pathlib import Path

HANDED_DOWN = (
    "CUDA_VISIBLE_DEVICES", "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME",
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PYTHONPATH", "SHELL", "TMPDIR", "TZ",
    "USER", "VIRTUAL_ENV", "XDG_CACHE_HOME",
)  # fmt: skip
HANDED_DOWN_PREFIXES = ("LC_", "TF_", "XLA_")
MARK = "AUTOGRADER_PROCESS"


def reduced_environment(
    private: Path, mark: str, outer: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the variables for one kernel.

    private: a folder of its own for settings, so that the instructor's are not used. mark: a text
    by which all that it starts can be found again.
    """
    kept = {
        name: value
        for name, value in outer.items()
        if name in HANDED_DOWN or name.startswith(HANDED_DOWN_PREFIXES)
    }
    return kept | {
        MARK: mark,
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_CONFIG_DIR": str(private / "jupyter"),
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": str(private / "keras"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # `!pip install` in a notebook must not change the environment that grades the others.
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_DRY_RUN": "1",
        "PIP_NO_INDEX": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
