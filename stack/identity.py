"""Who a server runs as. PostgreSQL refuses to run as root, so root starts it as somebody who is not.

Three ways, tried in this order, none of which creates a user or opens a folder to others:
the owner of the data when that is not root; root itself, seen as `nobody` from inside a user namespace of its own (the
files stay root's); and, where namespaces are forbidden, the real `nobody`, who then has to own the data.
"""

import ctypes
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError

CLONE_NEWUSER = 0x10000000
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """The user a child becomes between fork and exec. With `namespace` only the view from inside changes."""

    uid: int
    gid: int
    namespace: bool = False

    def enter(self) -> None:
        """Become this user. Runs in the child; needs root. Raises OSError where the system forbids it."""
        if not self.namespace:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
            return
        uid, gid = os.geteuid(), os.getegid()
        if LIBC.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{self.gid} {gid} 1")

    def own(self, folder: Path) -> None:
        """Make `folder` and what is inside this user's, so that it can write there."""
        if self.namespace or folder.stat().st_uid == self.uid:
            return
        for inside in folder.rglob("*"):
            os.chown(inside, self.uid, self.gid, follow_symlinks=False)
        os.chown(folder, self.uid, self.gid)


def unprivileged(data: Path, probe: Sequence[str]) -> Identity | None:
    """Who shall serve `data`, an existing folder; None means: as we are, because we are not root.

    `probe` is a harmless command of the server. It is run as each candidate to see that the system lets us and that the
    candidate can read the program. Raises StackError when nobody can.
    """
    owner = data.stat().st_uid
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise StackError(
                f"The data in {data} belongs to user {_name(owner)}: start as that user, or set DATA_DIR to another."
            )
        return None
    if owner != 0:
        candidates = [Identity(owner, data.stat().st_gid)]
    else:
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise StackError(
                "PostgreSQL does not run as root and this system has no user nobody: start as an ordinary user, or set "
                "DATABASE_URL to a server of your own."
            ) from None
        candidates = [
            Identity(nobody.pw_uid, nobody.pw_gid, namespace=hasattr(LIBC, "unshare")),
            Identity(nobody.pw_uid, nobody.pw_gid),
        ]
    for candidate in candidates:
        if _works(candidate, data, probe):
            return candidate
    raise StackError(
        f"PostgreSQL does not run as root, and user {_name(candidates[-1].uid)} cannot reach {data} or {probe[0]}: "
        "start as an ordinary user, or move the project to a folder that others may enter, such as /srv or /opt."
    )


def _works(candidate: Identity, data: Path, probe: Sequence[str]) -> bool:
    def enter() -> None:
        candidate.enter()
        os.stat(data)  # noqa: PTH116 - between fork and exec: no more Python than needed

    try:
        return subprocess.run(probe, preexec_fn=enter, cwd="/", capture_output=True).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
