"""What generation costs, in credits (contract/control-plane.md, 2 Credits)."""

from typing import Final

#: Keyed as the wallet prints them: snake_case, unlike the format names. `auto` is still priced although the format
#: is gone.
ESTIMATES: Final = {
    "slideshow_builder": 50,
    "slideshow_remix": 50,
    "video_remix": 120,
    "ugc_remix": 120,
    "auto": 120,
}
COST_OF_FORMAT: Final = {
    "slideshow-builder": 50,
    "slideshow-remix": 50,
    "video-remix": 120,
    "ugc-remix": 120,
}
