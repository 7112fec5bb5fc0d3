"""`make fuzz`: rounds over the whole document with ever new random requests, each in a fresh demo world.

FUZZ_CASES: how many at least (100,000). FUZZ_SEED: the first round's seed; a run prints its own, to be repeated.
Below `python -m stack exec`.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.sandbox.contract_run.place import own_sandbox
from tests.sandbox.contract_run.run import Run
from tests.worlds import database_with


def main() -> int:
    wanted = int(os.environ.get("FUZZ_CASES", "100000"))
    seed = int(os.environ.get("FUZZ_SEED", "0")) or Random().randrange(1, 2**32)
    say(f"FUZZ_SEED={seed} FUZZ_CASES={wanted}")
    failures: dict[str, str] = {}
    tried = 0
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-") as folder,
        own_sandbox(Path(folder), database_with("demo", "sandbox_fuzz", Path(folder)), os.environ) as place,
    ):
        while tried < wanted:
            place.api.control("world", name="demo")
            run = Run(place.api, Random(seed))
            run.whole(boundaries=0 if tried else None, generated=20, rough=10, seed=seed)
            tried += run.tried
            failures |= run.failures | {trace.splitlines()[-1]: trace for trace in place.tracebacks()}
            say(f"seed {seed}: {run.tried} cases, slowest {run.slowest[0]:.2f} s at {run.slowest[1]}; {run.reached()}")
            seed += 1
    for kind, words in sorted(failures.items()):
        say(f"\n--- {kind}\n{words}")
    say(f"{tried} cases tried in {time.monotonic() - started:.0f} s, {len(failures)} failures")
    return 1 if failures else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
