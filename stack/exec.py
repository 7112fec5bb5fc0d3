"""`python -m stack exec -- COMMAND`: run one command with the embedded servers beside it."""

from collections.abc import Sequence
from pathlib import Path

from stack.children import Children
from stack.datadir import DataDir
from stack.environment import NAMES, plain_environment
from stack.errors import Interrupted
from stack.piece import Piece
from stack.servers import Servers

DATABASES = ("dashboard", "sandbox")


def execute(command: Sequence[str], data: DataDir, *, volatile: bool = False) -> int:
    """Start the servers on `data`, run `command` with their addresses in its environment, stop them; its exit code.

    The command finds the settings of `environment`. The servers' output goes to `<data>/log`. A server that dies ends
    the command.
    """
    logs = data.folder("log")
    with data.lock(), Children(log_dir=logs, leftovers=data.leftovers) as children:
        children.listen()
        for old in logs.iterdir():
            old.unlink()
        servers = Servers.of(data, volatile=volatile)
        servers.start(children, DATABASES)
        try:
            return children.call(Piece("command", command, environment(servers, data), cwd=Path.cwd(), terminal=True))
        except Interrupted as stop:
            return 128 + stop.signum


def environment(servers: Servers, data: DataDir) -> dict[str, str]:
    """Our environment with the embedded servers' addresses, and none of the caller's settings of the product.

    What tests and benchmarks run may not depend on them, least of all reach somebody's real Partner API: the address
    set here is one where nobody answers.
    """
    env = {name: value for name, value in plain_environment().items() if name not in NAMES}
    env |= {"DATA_DIR": str(data.path), "SECRET_KEY": data.secret_key()}
    env |= {"LAYERS_API_URL": "http://127.0.0.1:9", "LAYERS_API_KEY": "lp_test_nobody_answers"}
    if servers.postgres:
        dashboard, sandbox = DATABASES
        env |= {"DATABASE_URL": servers.postgres.url(dashboard), "SANDBOX_DATABASE_URL": servers.postgres.url(sandbox)}
    if servers.valkey:
        env["REDIS_URL"] = servers.valkey.url
    return env
