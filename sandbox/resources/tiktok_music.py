"""The tracks a TikTok slideshow can carry (contract/content.md, 6)."""

from typing import Any

from sandbox.api.operations import Call, read
from sandbox.rules.tiktok_music import TRACKS, Track


def show(track: Track) -> dict[str, Any]:
    files = f"https://music.example/{track.id}"
    return {
        "id": track.id,
        "title": track.title,
        "author": track.author,
        "album": track.album,
        "duration": track.seconds,
        "previewUrl": f"{files}.mp3",
        "coverUrl": f"{files}.jpg",
        "language": track.language,
        "userCount": track.users,
        "isCommerceMusic": track.commercial,
    }


@read(scope="publish:read")
def list_tracks(call: Call) -> dict[str, Any]:
    return {"tracks": [show(track) for track in TRACKS], "total": len(TRACKS)}
