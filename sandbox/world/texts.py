"""The words of the seeded worlds: one TOML file per trade, with the customer, its projects and what its posts say."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "trades"


@dataclass(frozen=True)
class ProjectText:
    name: str
    app_name: str
    tagline: str
    timezone: str
    language: str


@dataclass(frozen=True)
class Theme:
    """Hooks that can open the same slideshow, the points that follow them, captions that fit."""

    hooks: tuple[str, ...]
    points: tuple[str, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True)
class Trade:
    """One customer: `key` is the trade, as `sandbox.media.spec.TRADES` lists it."""

    key: str
    name: str
    app: str
    description: str
    voice: str
    keywords: tuple[str, ...]
    hashtags: tuple[str, ...]
    actions: tuple[str, ...]
    projects: tuple[ProjectText, ...]
    themes: tuple[Theme, ...]


@cache
def trade(key: str) -> Trade:
    read = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return Trade(
        key=key,
        name=read["name"],
        app=read["app"],
        description=read["description"],
        voice=read["voice"],
        keywords=tuple(read["keywords"]),
        hashtags=tuple(read["hashtags"]),
        actions=tuple(read["actions"]),
        projects=tuple(ProjectText(*row) for row in read["projects"]),
        themes=tuple(
            Theme(tuple(row["hooks"]), tuple(row["points"]), tuple(row["captions"])) for row in read["themes"]
        ),
    )
