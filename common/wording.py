"""Names and texts of the API as people read them. Every function takes whatever the mirror holds and never raises."""

import re
import zlib

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from common.figures import NOTHING

# A hook may hold a real newline or the two characters backslash and n (contract/content.md, 4 Container: lifecycle).
LINE_BREAK = re.compile(r"\\r\\n|\\n|\r\n|\r|\n")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SPELT = {name: name.upper() for name in ("ai", "api", "cpa", "cpm", "id", "roas", "ugc", "url")}
SPELT |= {"adset": "ad set", "adgroup": "ad group", "ios": "iOS"}
ID_PARTS = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z0-9]*_)?(?P<rest>.*)", re.DOTALL)
HUES = 12

# One platform has several names: the short form in paths and queue rows, the long one in filters, the layer's type
# elsewhere (contract/ads.md, 8 Platform naming and Apple).
PLATFORMS = {
    "apple": "Apple",
    "apple_search": "Apple",
    "apple_search_ads": "Apple",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "meta": "Meta",
    "tiktok": "TikTok",
    "youtube": "YouTube",
}
PLATFORM_ICONS = {"Apple": "apple", "Instagram": "instagram", "Meta": "meta", "Facebook": "meta", "TikTok": "tiktok"}


def text(value: object) -> str:
    """The value as one line of text; nothing for None."""
    return "" if value is None else str(value)


def hook(value: object) -> str:
    """A hook on one line."""
    return " ".join(LINE_BREAK.sub(" ", text(value)).split())


def hook_lines(value: object) -> SafeString:
    """A hook with its line breaks, escaped."""
    lines = [line.strip() for line in LINE_BREAK.split(text(value))]
    return format_html_join("", "{}{}", ((SafeString("<br>") if at else "", line) for at, line in enumerate(lines)))


def words(value: object) -> str:
    """A raw API word: update_budget -> Update budget, dailyBudget -> Daily budget; unknown words read well too."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple | set):
        return ", ".join(words(one) for one in value) or NOTHING
    found = re.split(r"[\s_./:-]+", HUMP.sub(" ", text(value)).strip())
    said = [SPELT.get(word.lower(), word.lower()) for word in found if word]
    if not said:
        return NOTHING
    return " ".join([said[0][:1].upper() + said[0][1:], *said[1:]])


def platform_name(value: object) -> str:
    """meta, meta_ads and layer_meta_ads -> Meta; an unknown platform reads as words."""
    bare = text(value).strip().lower().removeprefix("layer_").removesuffix("_ads")
    return PLATFORMS.get(bare) or words(bare)


def platform_icon(value: object) -> str:
    """The name of the platform's icon; the megaphone for one we have no icon for."""
    return PLATFORM_ICONS.get(platform_name(value), "ads")


def web_url(value: object) -> str:
    """The address when it is http(s), else nothing: what the API names as a link is not trusted to be one."""
    address = text(value).strip()
    return address if re.match(r"https?://[^\s/]", address, re.IGNORECASE) else ""


def short_id(value: object) -> str:
    """cnt_7d18b9a1-…-6e7f8a9b0c1d -> cnt_7d18b9a1…0c1d. Ids of any form are cut the same way."""
    whole = text(value)
    parts = ID_PARTS.fullmatch(whole)
    prefix, rest = (parts["prefix"] or "", parts["rest"]) if parts else ("", whole)
    return whole if len(rest) <= 14 else f"{prefix}{rest[:8]}…{rest[-4:]}"


def initials(name: object) -> str:
    """Two letters: of the first two words, or the first two of one word."""
    found = [word for word in re.split(r"[^\w]+", text(name)) if word]
    if not found:
        return "?"
    return (found[0][0] + found[1][0] if len(found) > 1 else found[0][:2]).upper()


def hue(name: object) -> int:
    """0 to 11, always the same for the same name (static/css/avatar.css)."""
    return zlib.crc32(text(name).encode(errors="replace")) % HUES
