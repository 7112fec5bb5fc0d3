"""The catalogue of tracks for TikTok slideshows (contract/content.md, 6). All of it is invented."""

import uuid
from dataclasses import dataclass
from typing import Final

_CATALOGUE = uuid.UUID("6f1f3c1e-5b0a-4c7d-9a53-2f0f7b6f3d10")


@dataclass(frozen=True)
class Track:
    """`seconds` long; `users` is how many videos use it."""

    title: str
    author: str
    album: str
    seconds: float
    language: str
    users: int
    commercial: bool

    @property
    def id(self) -> str:
        return str(uuid.uuid5(_CATALOGUE, f"{self.author}/{self.title}"))


#: Most used first, which is the order of the list.
TRACKS: Final = (
    Track("Slow Tram Home", "Velvet Harbour", "Night Lines", 58.2, "en", 1_284_300, True),
    Track("Paper Lanterns", "Mika Ostrow", "Small Hours", 43.0, "en", 962_114, True),
    Track("Domingo Lento", "Casa Verano", "Terraza", 60.0, "es", 741_908, False),
    Track("Kettle Song", "The Plain Spoons", "Breakfast Tapes", 31.5, "en", 655_020, True),
    Track("Nordlicht", "Halm", "Winterweg", 47.8, "de", 388_451, True),
    Track("Over and Under", "June Faraday", "Loops", 29.9, "en", 371_666, False),
    Track("Pluie de Mai", "Atelier Neuf", "Fenêtres", 52.4, "fr", 240_375, True),
    Track("Count to Four", "Blue Ledger", "Stairs", 60.0, "en", 198_020, True),
    Track("Asa no Michi", "Hibiki & Co.", "Walks", 38.6, "ja", 150_912, True),
    Track("Tin Roof", "Marigold Fax", "Weather", 44.1, "en", 97_405, False),
    Track("Second Coffee", "Velvet Harbour", "Night Lines", 35.0, "en", 61_238, True),
    Track("Low Tide", "Ana Belmonte", "Sal", 55.7, "pt", 40_117, True),
)
TRACK_IDS: Final = frozenset(track.id for track in TRACKS)
