"""What a file is, by its own first bytes. What its sender says is not asked."""

import re
from typing import Final

#: As many first bytes as `media_type` wants to see.
HEAD: Final = 4096

#: Brands of an ISO base media file (ISO/IEC 14496-12, 4.3), at byte 8.
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_OTHER_BRANDS: Final = frozenset({b"avif", b"avis", b"M4A ", b"M4B ", b"crx "})
#: QuickTime files from before brands begin with one of these boxes.
_BOXES: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BEFORE_SVG: Final = re.compile(
    # Atomic: what a comment has taken is never given back, or a file of comments would be tried for ever.
    rb"(?>\s+|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg.*?>)*+<svg[\s>]",
    re.DOTALL | re.IGNORECASE,
)


def media_type(head: bytes) -> str | None:
    """The MIME type of a picture or film that starts with `head`; None for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else None
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[4:8] in _BOXES:
        return "video/quicktime"
    if _BEFORE_SVG.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "image/svg+xml"
    return None


def _of_brand(brand: bytes) -> str | None:
    if brand in _HEIC:
        return "image/heic"
    if brand == b"qt  ":
        return "video/quicktime"
    return None if brand in _OTHER_BRANDS else "video/mp4"
