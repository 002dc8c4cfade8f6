"""What an instructor can do where a box does not hold."""

from collections.abc import Sequence

from autograder.kernel.sandbox.box import BUBBLEWRAP, CONTAINER

APPARMOR = (
    "This system's AppArmor keeps bubblewrap from making namespaces. Allow it with this profile:\n"
    "  echo 'abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap "
    "flags=(unconfined) { userns, }' | sudo tee /etc/apparmor.d/bwrap\n"
    "  sudo systemctl reload apparmor"
)
NAMESPACES = (
    "User namespaces are switched off, or a container forbids them. On a machine of your own: "
    "sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000. In Docker, "
    "run the grader as the container's root, or start the container with --privileged."
)
# A part of what failed, and the remedy; the first that fits.
KNOWN = (
    ("is missing; install it", ""),  # says it already
    ("setting up uid map", APPARMOR),
    ("RTM_NEWADDR", APPARMOR),
    ("creating new namespace", NAMESPACES),
    ("create new namespace", NAMESPACES),
    ("Creating new namespace", NAMESPACES),
    ("No module named", "Other users cannot read the packages of this Python: install them with "
     "`umask 022`, or in a folder that everybody can enter."),
    ("Permission denied: '", "Other users cannot enter the folder of this Python, and each "
     "submission is another user: use a Python that everybody can read."),
    ("can't find", "Python's program lies in a folder that the sandbox does not have."),
    ("execvp", "Python's program lies in a folder that the sandbox does not have."),
)  # fmt: skip
MISPLACED = (
    "Submissions can read Python, its packages and /usr: move the course's folder out of these."
)
BY_HAND = "Please report it, with the output of `autograder doctor`."
NO_LANDLOCK = (
    "The sandbox of an ordinary user needs Linux 5.13 or newer with Landlock switched on "
    "(/sys/kernel/security/lsm names it); or grade as root: each submission is another user then."
)
OLD_KERNEL = "A container needs Linux 5.13 or newer, with Landlock; use bubblewrap outside of one."


def remedy(variant: str, trouble: str, escaped: Sequence[str]) -> str:
    """Return what to do about a trouble, or about probes that got out."""
    for part, text in KNOWN:
        if part in trouble:
            return text
    if "read_a_secret" in escaped:
        return MISPLACED
    if "write_into_a_process" in escaped and variant == BUBBLEWRAP:
        return NO_LANDLOCK
    if escaped and variant == CONTAINER:
        return OLD_KERNEL
    return BY_HAND
