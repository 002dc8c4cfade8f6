"""What a box is: how much a submission may use, what it may see, and how it is kept apart."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 2**20
BUBBLEWRAP = "bubblewrap"
CONTAINER = "container"
VARIANTS = (BUBBLEWRAP, CONTAINER)

WORK = "/submission"
HOME = "/home"
PRIVATE_FOLDERS = (WORK, HOME, "/tmp", "/dev/shm")
DEVICES = ("/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero")

KERAS_PACKAGES = (
    "flax", "jax", "jaxlib", "keras", "tensorflow", "tf_keras", "torch", "torchvision",
)  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """How much the process of a submission may use.

    memory_bytes: of address space, which bounds what it can allocate in any way. cpu_seconds: of
    processor time, all threads together. file_bytes: of one file. folder_bytes, folder_files: of
    each private folder, which lies in memory.
    """

    memory_bytes: int = 5 * 1024 * MIB
    cpu_seconds: int = 900
    file_bytes: int = 64 * MIB
    open_files: int = 512
    threads: int = 256
    folder_bytes: int = 64 * MIB
    folder_files: int = 4096


@dataclass(frozen=True)
class Box:
    """A box for one process.

    variant: how it is kept apart. hidden: the top-level packages that do not exist in it. folder:
    its regular files are copied into the work folder, where they can be read but not changed.
    warm: start from a server that has imported what notebooks need.
    """

    variant: str = BUBBLEWRAP
    hidden: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)
    folder: Path | None = None
    warm: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return the box as JSON types, for a kernelspec."""
        plain = dataclasses.asdict(self)
        return plain | {"folder": None if self.folder is None else str(self.folder)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Box":
        """Return the box again; what is not said is as usual. Raises TypeError or ValueError."""
        folder = plain.get("folder")
        box = cls(
            plain.get("variant", BUBBLEWRAP),
            tuple(plain.get("hidden", ())),
            Bounds(**plain.get("bounds", {})),
            Path(folder) if folder else None,
            bool(plain.get("warm", False)),
        )
        if box.variant not in VARIANTS:
            raise ValueError(f"a box is kept apart by {' or '.join(VARIANTS)}, not {box.variant!r}")
        return box
