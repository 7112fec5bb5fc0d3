"""What an earlier supervisor left running.

On Linux the kernel tells children that their parent died, and they end within seconds. Elsewhere nothing does, and a
child may hang while it ends. So the supervisor notes its children in the data folder, and the next one, once it holds
the folder's lock, ends those that are still there. A pid alone may have been given to a stranger since; pid and time of
birth together are never given twice.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

GRACE = 10.0


def birth(pid: int) -> str | None:
    """When the process was born, in the system's own terms; None when it is dead, a zombie included."""
    if Path("/proc/self/stat").exists():
        try:
            # the name in brackets may hold blanks and brackets itself; state is the first field after it
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        state, born = fields[0], fields[19]
    else:
        answer = subprocess.run(["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True)
        state, _, born = answer.stdout.strip().partition(" ")
    return None if state[:1] in ("", "Z", "X") else born.strip()


def end(pids: dict[int, signal.Signals]) -> None:
    """Send each process its signal, wait up to 10 s for all to end, then kill what is left."""
    born = {pid: birth(pid) for pid in pids}
    for pid, signum in pids.items():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)
    deadline = time.monotonic() + GRACE
    while alive := [pid for pid in pids if born[pid] and birth(pid) == born[pid]]:
        if time.monotonic() > deadline:
            for pid in alive:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.02)


class Leftovers:
    """The note in `file`: {"ending": whether the supervisor is stopping, "children": [{pid, born, signal}]}."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def note(self, children: dict[int, signal.Signals], *, ending: bool = False) -> None:
        """Write down the running children by pid, each with the signal that stops it; none of them removes the note."""
        if not children:
            self._file.unlink(missing_ok=True)
            return
        rows = [{"pid": pid, "born": birth(pid), "signal": int(signum)} for pid, signum in children.items()]
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"ending": ending, "children": rows}))
        fresh.replace(self._file)

    def ending(self) -> bool:
        """Whether the supervisor that wrote the note is stopping its children."""
        try:
            return bool(json.loads(self._file.read_text())["ending"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def clear(self) -> None:
        """End what an earlier supervisor noted and left. Only the holder of the data folder's lock may call this."""
        try:
            rows = json.loads(self._file.read_text())["children"]
            noted = {row["pid"]: (row["born"], signal.Signals(row["signal"])) for row in rows}
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError):
            noted = {}
        end({pid: signum for pid, (born, signum) in noted.items() if born and birth(pid) == born})
        self._file.unlink(missing_ok=True)
