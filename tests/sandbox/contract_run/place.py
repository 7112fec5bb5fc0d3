"""Where a run happens: a sandbox of its own with the demo world, whose log is read afterwards."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.children import Children
from stack.sandbox import Sandbox
from tests.running import free_port
from tests.sandbox.api import Api


@dataclass(frozen=True)
class Place:
    """A running sandbox and its log."""

    api: Api
    log: Path

    def tracebacks(self) -> list[str]:
        """Every error that reached the log, requests and the engine's passes alike."""
        text = self.log.read_text(errors="replace")
        return re.findall(r"^Traceback .*\n(?:^ .*\n)*^.*$", text, re.MULTILINE)


@contextmanager
def own_sandbox(folder: Path, database_url: str, env: Mapping[str, str]) -> Iterator[Place]:
    """Starts one on a database with the demo world. It may fetch its own media, and nobody else's of this machine."""
    port = free_port()
    sandbox = Sandbox(folder, port, database_url, {**env, "SANDBOX_MEDIA_ALLOW": f"127.0.0.1:{port}"})
    with Children(log_dir=folder / "log") as children:
        children.wait_ready(*children.start(sandbox.piece()))
        api = Api(sandbox.url, sandbox.database_url)
        yield Place(api, folder / "log" / "sandbox.log")
        api.client.close()
