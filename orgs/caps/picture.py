"""Cap and refills of a billing period as one picture: what is spent, what the wallet holds, what refills can add, where
the cap ends it. Drawn as SVG that a strict CSP lets through, and said in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import svg
from django.utils.safestring import SafeString, mark_safe

from common.figures import credits
from orgs.refill import Refills

WIDTH, TOP, BOTTOM, HEIGHT = 1000, 8, 36, 44
MIDDLE = (TOP + BOTTOM) / 2
DRAWN = 8  # refills that are drawn one by one
WITHOUT_END = 3  # refills that are drawn where no cap ends them


@dataclass(frozen=True)
class Part:
    """One stretch of the bar, in credits; `kind` is its swatch."""

    kind: str
    words: str
    credits: int


class Picture:
    """`refills` are the rules in question, with the wallet as it stands."""

    def __init__(self, refills: Refills) -> None:
        self.refills = refills
        self.rules = refills.rules
        wallet = refills.standing.wallet
        self.reserved = (wallet.reserved or 0) if wallet else 0
        self.available = refills.standing.available or 0
        self._until = refills.standing.until

    @property
    def is_known(self) -> bool:
        return self.refills.standing.available is not None

    @cached_property
    def taken(self) -> int:
        """Spent, or held by running jobs: both count against the cap."""
        return self.refills.used + self.reserved

    @property
    def left(self) -> int | None:
        """What may still be spent in this period; None without a cap."""
        return None if self.rules.cap is None else max(0, self.rules.cap - self.taken)

    @property
    def refillable(self) -> int | None:
        """What refills may add in this period; None without an end."""
        return self.refills.room if self.rules.refills else 0

    @cached_property
    def steps(self) -> list[int]:
        """Refills as they are drawn, each its credits."""
        amount, room = self.rules.amount, self.refillable
        if not self.rules.refills or not amount:
            return []
        if room is None:
            return [amount] * WITHOUT_END
        whole, rest = divmod(room, amount)
        found = [amount] * whole if whole <= DRAWN else [whole * amount]
        return [*found, *([rest] if rest else [])]

    @cached_property
    def parts(self) -> list[Part]:
        """The bar from left to right."""
        spendable = self.available if self.left is None else min(self.available, self.left)
        found = [
            Part("spent", "Spent", self.refills.used),
            Part("reserved", "Reserved", self.reserved),
            Part("available", "Available", spendable),
            Part("beyond", "Available, but past the cap", self.available - spendable),
            Part("refill", "Refills can add", sum(self.steps)),
        ]
        return [part for part in found if part.credits > 0]

    @cached_property
    def trigger(self) -> int | None:
        """After how many credits of the period it refills; None where it never does."""
        if not self.rules.refills or not self.refills.next:
            return None
        return self.taken + max(0, self.available - (self.rules.line or 0))

    @cached_property
    def _whole(self) -> int:
        return max(sum(part.credits for part in self.parts), self.rules.cap or 0, 1)

    @property
    def marks(self) -> list[tuple[float, str, str]]:
        """Labels under the bar: where, in per cent of its width, how it is aligned, and what it says."""
        found = []
        if self.trigger is not None:
            found.append((self.trigger, "refills"))
        if self.rules.cap is not None:
            found.append((self.rules.cap, "cap"))
        return [(share, _anchor(share), words) for at, words in found for share in [self._share(at)]]

    @property
    def key(self) -> list[tuple[str, str, str]]:
        """Swatch, words and credits of each part that is there."""
        endless = self.rules.refills and self.refillable is None
        said = {"refill": "no end"} if endless else {}
        return [(part.kind, part.words, said.get(part.kind, credits(part.credits))) for part in self.parts]

    @property
    def spending_words(self) -> str:
        """What the cap means now."""
        if self.rules.cap is None:
            return "No cap: it may spend all it has, refills included."
        if self.rules.cap == 0:
            return f"A cap of 0: nothing may be spent{self._until}, whatever the wallet holds."
        taken = f"{credits(self.taken)} of {credits(self.rules.cap)} are spent or reserved"
        if not self.left:
            return f"{taken}: nothing new can start{self._until}, whatever the wallet holds."
        return f"{taken}: room for {credits(self.left)}{self._until}."

    @property
    def refill_words(self) -> str:
        """What the rule means now."""
        rules = self.rules
        if not rules.refills:
            return "No refill rule: credits come by allocation only."
        below = f"when less than {credits(rules.line)} are available"
        each = f"Refills from our wallet {below}, {credits(rules.amount)} each time"
        if self.refillable is None:
            return f"{each}, without an end: no cap stops it."
        if not self.refillable:
            return f"{each}. The cap leaves no room for one{self._until}."
        return f"{each}, up to {credits(self.refillable)} in all{self._until}: then the cap is reached."

    @property
    def words(self) -> str:
        """The drawing in a sentence or two."""
        return f"{self.spending_words} {self.refill_words}"

    @property
    def drawing(self) -> SafeString:
        """The SVG. Only numbers of ours go into it; its words are beside it, in the template."""
        box, stretched = svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT), svg.PreserveAspectRatio("none")
        drawn = svg.SVG(viewBox=box, preserveAspectRatio=stretched, elements=list(self._shapes()), xmlns=None)
        return mark_safe(str(drawn))  # noqa: S308  numbers only

    def _share(self, at: int) -> float:
        return round(min(100.0, at * 100 / self._whole), 1)

    def _x(self, at: int) -> float:
        return round(at * WIDTH / self._whole, 1)

    def _shapes(self) -> Iterator[svg.Element]:
        yield _path("track", [svg.M(0, MIDDLE), svg.H(WIDTH)])
        begin = 0
        for part in self.parts:
            pieces = self.steps if part.kind == "refill" else [part.credits]
            for end in accumulate(pieces, initial=begin):
                if end > begin:
                    yield _path(part.kind, [svg.M(self._x(begin), MIDDLE), svg.H(self._x(end))])
                    yield _path("edge", [svg.M(self._x(end), TOP), svg.V(BOTTOM)])
                begin = end
        if self.trigger is not None:
            yield _path("trigger", [svg.M(self._x(self.trigger), 0), svg.V(HEIGHT)])
        if self.rules.cap is not None:
            yield _path("cap", [svg.M(self._x(self.rules.cap), 0), svg.V(HEIGHT)])


def _anchor(share: float) -> str:
    return "start" if share < 12 else "end" if share > 88 else "middle"


def _path(kind: str, shape: Sequence[svg.PathData]) -> svg.Path:
    return svg.Path(class_=[kind], d=list(shape))
