"""Shapes in the frame's own units: 1080 wide, 1920 high, y downwards, whatever size is drawn in the end."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1080, 1920

#: n rows of (x, y).
Points = NDArray[np.float64]
PointList = Sequence[tuple[float, float]] | Points


@dataclass(frozen=True, slots=True)
class Part:
    """A filled polygon, or a stroke with round ends when `width` is set. `cut` takes away instead of adding."""

    points: Points
    width: float = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Parts laid on each other in order. Shapes are values: every change makes a new one."""

    parts: tuple[Part, ...]

    def __add__(self, other: "Shape") -> "Shape":
        return Shape(self.parts + other.parts)

    def minus(self, other: "Shape") -> "Shape":
        """This shape with the other one cut out of it, and out of whatever a union put before it."""
        return Shape(self.parts + tuple(replace(part, cut=True) for part in other.parts))

    def moved(self, dx: float, dy: float) -> "Shape":
        return self._each(lambda points: points + np.array((dx, dy)))

    def turned(self, degrees: float, cx: float, cy: float) -> "Shape":
        """Turned clockwise, as the eye sees it, about a point."""
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return self._each(lambda points: (points - (cx, cy)) @ turn + (cx, cy))

    def scaled(self, sx: float, sy: float, cx: float, cy: float) -> "Shape":
        """Stretched about a point; strokes keep their width."""
        return self._each(lambda points: (points - (cx, cy)) * (sx, sy) + (cx, cy))

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        kept = [part for part in self.parts if not part.cut]
        low = np.min([part.points.min(axis=0) - part.width / 2 for part in kept], axis=0)
        high = np.max([part.points.max(axis=0) + part.width / 2 for part in kept], axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _each(self, change: Callable[[Points], Points]) -> "Shape":
        return Shape(tuple(replace(part, points=change(part.points)) for part in self.parts))


def union(shapes: Iterable[Shape]) -> Shape:
    """All shapes as one, so that they share one colour and one shadow."""
    return Shape(tuple(part for shape in shapes for part in shape.parts))


def polygon(points: PointList) -> Shape:
    return Shape((Part(np.asarray(points, float)),))


def line(points: PointList, width: float) -> Shape:
    """An open stroke with round ends."""
    return Shape((Part(np.asarray(points, float), width),))


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None) -> Shape:
    """A circle when only one radius is given."""
    return polygon(_oval(cx, cy, rx, ry if ry is not None else rx, 0, 360))


def ring(cx: float, cy: float, outer: float, inner: float) -> Shape:
    return ellipse(cx, cy, outer).minus(ellipse(cx, cy, inner))


def arc(cx: float, cy: float, rx: float, start: float, end: float, width: float = 0, ry: float | None = None) -> Shape:
    """Part of an ellipse, degrees clockwise from three o'clock: a stroke, or a filled segment when `width` is 0."""
    return Shape((Part(_oval(cx, cy, rx, ry if ry is not None else rx, start, end), width),))


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """A rectangle with round corners."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    if radius <= 0:
        return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
    corners = (
        (right - radius, top + radius, 270),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return polygon(np.concatenate([_oval(x, y, radius, radius, turn, turn + 90) for x, y, turn in corners]))


def smooth(points: PointList, closed: bool = True, width: float = 0) -> Shape:
    """A soft outline through the points (Catmull-Rom): a blob when closed, a stroke when open."""
    knots = np.asarray(points, float)
    around = (
        np.concatenate([knots[-1:], knots, knots[:2]]) if closed else np.concatenate([knots[:1], knots, knots[-1:]])
    )
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    if not closed:
        pieces.append(knots[-1:])
    return Shape((Part(np.concatenate(pieces), width),))


def leaf(x: float, y: float, length: float, width: float, degrees: float, belly: float = 0.8) -> Shape:
    """A leaf that starts at (x, y) and points to `degrees`; a `belly` below 1 puts its widest part nearer the stem."""
    t = np.linspace(0, 1, 28)
    half = np.sin(np.pi * t**belly) * width / 2
    outline = np.concatenate([np.stack([t * length, half], 1), np.stack([t * length, -half], 1)[::-1]])
    return polygon(outline + np.array((x, y))).turned(degrees, x, y)


def along(points: PointList, width: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Shape:
    """A stroke whose width changes on the way; `width` gets 0 to 1 along the points."""
    path = np.asarray(points, float)
    tangent = np.gradient(path, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    half = (width(np.linspace(0, 1, len(path))) / 2)[:, None]
    return polygon(np.concatenate([path + normal * half, (path - normal * half)[::-1]]))


def _oval(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Points:
    steps = max(10, int(abs(end - start) / 360 * (24 + max(rx, ry) ** 0.5 * 6)))
    t = np.deg2rad(np.linspace(start, end, steps))
    return np.stack([cx + np.cos(t) * rx, cy + np.sin(t) * ry], 1)
