"""The embedded servers together: PostgreSQL and Valkey on one data folder, started side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from stack.children import Children
from stack.datadir import DataDir
from stack.errors import StackError
from stack.postgres import Postgres
from stack.sockets import make_private, socket_folder
from stack.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """Where the servers of a data folder answer, whether they run or not. None: not embedded."""

    postgres: Postgres | None
    valkey: Valkey | None

    @classmethod
    def of(cls, data: DataDir, *, postgres: bool = True, valkey: bool = True, volatile: bool = False) -> "Servers":
        """The servers of a data folder: those that are wanted. `volatile` trades safety for speed."""
        sockets = socket_folder(data.path)
        home = data.folder("postgres")
        identity = Postgres.identity_for(home) if postgres else None
        try:
            make_private(sockets, identity)
        except OSError as fault:
            sentence = f"{sockets} cannot be used ({fault.strerror}): set DATA_DIR to another folder."
            raise StackError(sentence, code=2) from fault
        return cls(
            Postgres(home, sockets, identity, volatile) if postgres else None,
            Valkey(data.folder("valkey"), sockets) if valkey else None,
        )

    def start(self, children: Children, databases: Sequence[str]) -> list[str]:
        """Start what is embedded, wait until it answers, create the databases; the names of the new ones."""
        pieces = []
        if self.valkey:
            pieces.append(self.valkey.piece())
        if self.postgres:
            self.postgres.clear()
            self.postgres.make(children)
            pieces.append(self.postgres.piece())
        children.wait_ready(*children.start(*pieces))
        return self.postgres.create_databases(databases) if self.postgres else []
