"""What the drawer needs to know to draw one picture or clip. The drawer reads nothing else.

`sandbox/media/lookup.py` fills it from the database; `sandbox/media/urls.py` (mounted at `/media/`) serves
`<container uuid>/slide-1.jpg` to `slide-N.jpg`, `<container uuid>/video.mp4` and `<container uuid>/poster.jpg`.
"""

from dataclasses import dataclass
from typing import Literal

MediaKind = Literal["slide", "poster", "video"]

#: Every trade of the seeded worlds. An unknown one is drawn in a neutral look, never an error.
TRADES = (
    "journal",
    "sleep",
    "swim",
    "running",
    "language",
    "plants",
    "coffee",
    "travel",
    "bakery",
    "sauna",
    "meditation",
    "cycling",
    "skincare",
    "pets",
    "budget",
    "recipes",
    "strength",
    "parenting",
    "photo",
    "reading",
    "music",
    "astronomy",
    "repair",
    "tea",
)


@dataclass(frozen=True, slots=True)
class MediaSpec:
    """One picture or clip, 9:16. The same spec always gives the same bytes."""

    #: Bare uuid, lower case. Seeds whatever should differ between two containers of one brand.
    container_id: str
    kind: MediaKind
    #: 1-based slide number; 1 for poster and video.
    index: int
    #: Slides in the slideshow; 1 for poster and video.
    total: int
    #: The hook. Line breaks are real ones here, whichever way the API spells them. Empty for uploaded media.
    hook: str
    #: The short sentence this slide carries: empty on slide 1 (it shows the hook), a point on the middle slides,
    #: a call to action on the last one. On a video: the words shown after the hook.
    caption_line: str
    brand_name: str
    tagline: str
    #: One of TRADES in the seeded worlds: chooses the scene.
    trade: str
    #: Chooses colours and type; the same for every container of one project, so a brand keeps its look.
    palette_seed: int
    #: Length of the clip in milliseconds; 0 on slides.
    duration_ms: int
