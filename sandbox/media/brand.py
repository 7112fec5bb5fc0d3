"""Assets of the seeded worlds' brands. The logo is drawn from the name; screenshot and demo film are two files that
all of them share, made for this sandbox (nobody's product)."""

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from sandbox.media.colour import mix

FILES: Final = Path(__file__).parents[1] / "world" / "files"
#: What `AppMedia.drawn` may say, and the file behind it.
SHARED: Final = {"screen": FILES / "screen.png", "demo": FILES / "demo.mp4"}
LOGO: Final = "logo"

_TILES: Final = ("#2f5d62", "#8c3f3f", "#3f4d7a", "#9a6a1f", "#54683f", "#6a4c72", "#1f3b57", "#7a4a2f")


def logo(name: str, palette_seed: int) -> bytes:
    """An SVG: the first letters of the name on a tile. The same brand has the same one."""
    tile = _TILES[palette_seed % len(_TILES)]
    letters = escape("".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper() or "?")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="512" height="512">'
        f'<rect width="256" height="256" rx="60" fill="{tile}"/>'
        f'<circle cx="128" cy="128" r="92" fill="none" stroke="{mix(tile, "#ffffff", 0.35)}" stroke-width="8"/>'
        '<text x="128" y="130" fill="#fff" font-family="sans-serif" font-size="92" font-weight="700"'
        f' text-anchor="middle" dominant-baseline="central">{letters}</text></svg>'
    ).encode()
