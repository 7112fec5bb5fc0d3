"""What a scene is: a way to draw, the looks it can wear, and where it leaves room for words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sandbox.media.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one brand in one scene, as hex text."""

    #: One or more colours of the ground, top to bottom.
    ground: tuple[str, ...]
    #: Type on the ground; 4.5:1 or better against it, or the drawer will dim the ground below the words.
    ink: str
    #: The other side of `ink`: labels behind type, and the ground of the closing slide.
    paper: str
    #: The scene's own materials, in the order its file names them.
    tones: tuple[str, ...]
    #: The one loud colour.
    accent: str
    #: The colour light has here.
    light: str = "#fff1cf"


@dataclass(frozen=True, slots=True)
class Moment:
    """What differs between the pictures of one container: `step` runs from 0 (first) to 1 (last)."""

    #: Starts the same for every slide of a container: the same room, only later in the day.
    rng: np.random.Generator
    step: float


@dataclass(frozen=True, slots=True)
class Zone:
    """Where words may stand, in frame units. The right and lower edges belong to the platforms' own buttons."""

    left: float = 92
    top: float = 196
    right: float = 984
    bottom: float = 730


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    draw: Callable[[Canvas, Look, Moment], None]
    looks: tuple[Look, ...]
    zone: Zone = Zone()
    #: Words stand on strips of paper: for grounds that are busy everywhere.
    labels: bool = False
    #: Whether it may be drawn the other way round; handwriting and rising stacks may not.
    mirrors: bool = True
