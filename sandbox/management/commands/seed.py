"""`python -m sandbox seed --world demo`: fills an empty database with a world; does nothing to a filled one.

A world that does not know its own name was made by an older sandbox: half of what the API has today is missing from
it, so the wanted one takes its place.
"""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from sandbox import state
from sandbox.world import replacing
from sandbox.world.keys import PARENT_KEY
from sandbox.world.plan import PLANS
from sandbox.world.seed import is_seeded, seed


class Command(BaseCommand):
    help = "Fill an empty sandbox with an invented world."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--world", choices=sorted(PLANS), default="demo")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = PLANS[options["world"]]
        if is_seeded():
            if state.read().world:
                self.stdout.write("Already seeded, left as it is.")
                return
            replacing.replace(plan)
            self.stdout.write(f"The world of an older sandbox made way for {plan.name}.")
            return
        started = time.perf_counter()
        shape = "{desc} {percentage:3.0f}% |{bar}| {postfix}"
        with tqdm(total=1, desc="Seeding", bar_format=shape, disable=not sys.stderr.isatty(), leave=False) as bar:

            def report(step: str, share: float) -> None:
                bar.set_postfix_str(step, refresh=False)
                bar.update(share - bar.n)

            written = seed(plan, report)
        counts = ", ".join(f"{count} {name}" for name, count in written.items())
        self.stdout.write(f"Seeded {plan.name} in {time.perf_counter() - started:.1f} s: {counts}.")
        self.stdout.write(f"Parent key: {PARENT_KEY}")
