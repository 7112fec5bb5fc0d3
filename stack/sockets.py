"""Where the servers' unix sockets live. The system allows a socket path of little more than a hundred characters."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from stack.errors import StackError
from stack.identity import Identity

LONGEST = 100  # characters of a whole path: 107 on Linux, 103 on macOS
ROOM = len("/.s.PGSQL.5432.lock")


def socket_folder(data: Path) -> Path:
    """A folder for the sockets of the stack whose data is in `data`; always the same one for the same data.

    `<data>/run` when that is short enough, else a folder below the system's temporary folder.
    """
    folder = data / "run"
    if len(os.fsencode(folder)) + ROOM > LONGEST:
        tag = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"partner-desk-{os.geteuid()}-{tag}"
    return folder


def make_private(folder: Path, server: Identity | None) -> None:
    """Make `folder`, for us and the server alone (mode 0700). Raises StackError when it is somebody else's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    owners = {os.geteuid(), server.uid if server and not server.namespace else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise StackError(f"{folder} belongs to somebody else: remove it, or set DATA_DIR to another folder.", code=2)
    if server:
        server.own(folder)
    folder.chmod(0o700)
