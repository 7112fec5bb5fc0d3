"""One run from the first decision to the verdict, in the loop of the supervisor."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chaos import audit, desk, told, truth
from chaos.audit import Verdict
from chaos.calls import Calls
from chaos.course import Course
from chaos.faults import VARIANTS, Faults, Variant
from chaos.house import House
from chaos.tieout import Books
from stack.errors import StackError

TICK = 0.5  # seconds between two looks
SAY_EVERY = 10.0
LONGER = 4  # times the course's seconds that faults last at most, on a machine too busy for it
START = 90.0  # seconds that the staff may take to come


@dataclass
class Outcome:
    """What the report tells."""

    verdict: Verdict
    seconds: float
    settled_in: float
    killed: dict[str, int]
    hits: dict[str, int]
    variants: tuple[Variant, ...]
    writes: int
    calls: dict[str, tuple[int, int]]
    books: Books
    told: list[told.Told]
    rows: list[desk.Row] = field(repr=False, default_factory=list)


class Run:
    """`say` gets each line of progress."""

    def __init__(
        self,
        house: House,
        course: Course,
        say: Callable[[str], None],
        *,
        variants: tuple[Variant, ...] = VARIANTS,
        crash_postgres: bool = True,
    ) -> None:
        layers = house.product.sandbox
        if layers is None:
            raise StackError("chaos needs the sandbox")
        self.house, self.course, self.say = house, course, say
        self.truth_url, self.desk_url = layers.database_url, house.product.database_url
        self.faults = Faults(layers.url, course.seed, variants)
        self.calls = Calls(self.truth_url)
        self.journal = Path(house.product.data) / "told.jsonl"
        self._chance = random.Random(course.seed)  # noqa: S311  reproducible, not secret
        self._began = self._said = time.monotonic()
        self._losses = [(course.seconds * 0.35, house.lose_valkey)]
        self._losses += [(course.seconds * 0.65, house.crash_postgres)] if crash_postgres else []
        self._fault_after, self._kill_after = 0.0, course.kill_every
        self._kills = course.kills
        self._failing = True

    def run(self) -> Outcome:
        before = truth.read(self.truth_url)
        outside = self.house.start("outside", "chaos.outside", SANDBOX_DATABASE_URL=self.truth_url)
        course = json.dumps(asdict(self.course))
        self.house.start("staff", "chaos.enter", "chaos.giving", CHAOS_COURSE=course, CHAOS_JOURNAL=str(self.journal))
        if not self.house.children.wait(self.journal.exists, START):
            raise StackError(f"The staff did not begin within {START:.0f} s.")
        self._began = time.monotonic()
        self._loop(self._is_enough, self.course.seconds * LONGER + START)
        gave = time.monotonic() - self._began
        self._failing = False
        self.faults.lift()
        outside.signal(outside.piece.stop_signal)
        self.say(f"Everybody has given; no more faults. {self._state()}")
        lifted = time.monotonic()
        self._loop(self._is_settled, self.course.settle)
        settled = time.monotonic() - lifted
        rows, notes = desk.read(self.desk_url), told.read(self.journal)
        verdict = audit.audit(notes, rows, before, truth.read(self.truth_url))
        verdict.breaches += [f"DIED by itself: {words}" for words in self.house.deaths.unasked]
        books = Books(**json.loads(self.house.ask("chaos.tieout")))
        verdict.breaches += [books.problem] if books.problem else []
        return Outcome(
            verdict,
            gave,
            settled,
            self.house.deaths.killed,
            self.faults.hits,
            self.faults.variants,
            self.calls.writes,
            self.calls.table(),
            books,
            notes,
            rows,
        )

    def _loop(self, until: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.house.children.wait(until, TICK):
                return
            self._tick()
        self.say(f"Waited {seconds:.0f} s and it is not over.")

    def _tick(self) -> None:
        at = time.monotonic() - self._began
        working = self.house.working()
        if self._failing:
            self._fail(at, working)
        self.calls.look()
        if time.monotonic() - self._said >= SAY_EVERY:
            self._said = time.monotonic()
            self.say(self._state())

    def _fail(self, at: float, working: list[str]) -> None:
        """What goes wrong `at` seconds after the start: the next fault, the next kill, the loss of a server."""
        if at >= self._fault_after:
            self.faults.next()
            self._fault_after = at + self.course.slot
        if at >= self._kill_after and working and self._kills != 0:
            self._kills = None if self._kills is None else self._kills - 1
            self.house.kill_worker(self._chance.choice(working))
            self._kill_after = at + self.course.kill_every * self._chance.uniform(0.6, 1.4)
        if self._losses and at >= self._losses[0][0]:
            self._losses.pop(0)[1]()

    def _state(self) -> str:
        notes = told.read(self.journal)
        still = desk.still_open(self.desk_url)
        killed = sum(self.house.deaths.killed.values())
        words = "the database is down" if still is None else f"{still} on their way"
        seconds = time.monotonic() - self._began
        return f"{seconds:5.0f} s  {len(notes)} decisions, {words}, {killed} killed; {self.faults.now}"

    def _is_enough(self) -> bool:
        """All have given, every fault and loss had its turn, and most commands are through."""
        if "staff" not in self.house.deaths.ended or not self.faults.had_all or self._losses:
            return False
        still = desk.still_open(self.desk_url)
        return still is not None and still <= self.course.commands * self.course.left

    def _is_settled(self) -> bool:
        return desk.still_open(self.desk_url) == 0
