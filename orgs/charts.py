"""The chart of a wallet: its balance and what was spent a day, as SVG that a strict CSP lets through."""

from collections.abc import Iterator, Sequence
from datetime import date

import svg
from django.utils.safestring import SafeString, mark_safe

from common.figures import credits
from orgs.queries import Day

WIDTH, HEIGHT = 900, 200
STEPS = (1, 2, 4, 6, 8, 10)
LINES = 4


def ceiling(highest: int) -> int:
    """The smallest round number that is not below `highest` and splits into four round parts."""
    if highest <= LINES:
        return LINES
    power = 10 ** (len(str(highest)) - 1)
    return next(whole for step in STEPS if (whole := step * power) >= highest)


def short(value: float) -> str:
    """12500 -> 12.5k, 3000000 -> 3M; for axis labels."""
    for size, unit in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


class WalletChart:
    """`days` oldest first; `line` is the refill line in credits, or None."""

    def __init__(self, days: list[Day], line: int | None) -> None:
        self.days = days
        self.line = line
        levels = [day.balance for day in days if day.balance is not None]
        self.top = ceiling(max([*levels, *(day.spent for day in days), line or 0, 0]))
        self._step = WIDTH / len(days)

    @property
    def marks(self) -> list[str]:
        """The labels of the y axis, highest first."""
        return [short(self.top * part / LINES) for part in range(LINES, -1, -1)]

    @property
    def has_balance(self) -> bool:
        return self.days[-1].balance is not None

    @property
    def is_quiet(self) -> bool:
        """Nothing was spent or moved in all these days."""
        return not any(day.spent or day.moved for day in self.days)

    @property
    def moving_days(self) -> list[Day]:
        """Newest first, without the days on which nothing happened: the drawing as a table."""
        return [day for day in reversed(self.days) if day.spent or day.moved]

    @property
    def dates(self) -> list[tuple[float, date]]:
        """Labels of the x axis: where, in per cent of the width, and which day."""
        last = len(self.days) - 1
        return [(round(at * 100 / last, 1), self.days[at].on) for at in sorted({0, last // 3, last * 2 // 3, last})]

    @property
    def words(self) -> str:
        """The drawing in one sentence."""
        spent, added = sum(day.spent for day in self.days), sum(day.moved for day in self.days if day.moved > 0)
        moved = f"{credits(spent)} spent and {credits(added)} added in {len(self.days)} days."
        balance = self.days[-1].balance
        return f"{moved} The balance is {credits(balance)} now." if balance is not None else moved

    @property
    def drawing(self) -> SafeString:
        """The SVG. Only numbers of ours go into it; its words are the figure's, in the template."""
        parts = [*self._grid(), *self._spent(), *self._refill_line(), *self._level()]
        box, stretched = svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT), svg.PreserveAspectRatio("none")
        drawn = svg.SVG(viewBox=box, preserveAspectRatio=stretched, elements=parts, xmlns=None)
        return mark_safe(str(drawn))  # noqa: S308  numbers only

    def _x(self, index: int) -> float:
        return round((index + 0.5) * self._step, 1)

    def _y(self, value: float) -> float:
        return round(HEIGHT - min(max(value, 0), self.top) / self.top * HEIGHT, 1)

    def _grid(self) -> Iterator[svg.Element]:
        for part in range(LINES + 1):
            yield _path("grid-line", [svg.M(0, self._y(self.top * part / LINES)), svg.H(WIDTH)])

    def _spent(self) -> Iterator[svg.Element]:
        spent = [(self._x(at), self._y(day.spent)) for at, day in enumerate(self.days) if day.spent > 0]
        if spent:
            yield _path("burn", [step for x, y in spent for step in (svg.M(x, HEIGHT), svg.V(y))])

    def _refill_line(self) -> Iterator[svg.Element]:
        if self.line:
            yield _path("threshold", [svg.M(0, self._y(self.line)), svg.H(WIDTH)])

    def _level(self) -> Iterator[svg.Element]:
        if not self.has_balance:
            return
        points = [(self._x(at), self._y(day.balance or 0)) for at, day in enumerate(self.days)]
        line = [svg.M(*points[0]), *(svg.L(*point) for point in points[1:])]
        yield _path("level-area", [*line, svg.V(HEIGHT), svg.H(points[0][0]), svg.Z()])
        yield _path("level", line)
        ups = [points[at] for at, day in enumerate(self.days) if day.moved > 0]
        if ups:
            # A line of no length with round ends is a dot that keeps its shape when the drawing is stretched.
            yield _path("top-up", [step for x, y in ups for step in (svg.M(x, y), svg.H(x))])


def _path(kind: str, shape: Sequence[svg.PathData]) -> svg.Path:
    return svg.Path(class_=[kind], d=list(shape))
