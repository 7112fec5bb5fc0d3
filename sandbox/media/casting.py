"""Chooses how a container looks: its scene, its colours, its typeface. Everything follows from the spec."""

import hashlib
from dataclasses import dataclass

import numpy as np

from sandbox.media.fonts import VOICES, Voice
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes import SCENES_BY_TRADE, UNKNOWN_TRADE
from sandbox.media.spec import MediaSpec


@dataclass(frozen=True, slots=True)
class Cast:
    scene: Scene
    look: Look
    voice: Voice
    mirrored: bool
    seed: int

    def moment(self, step: float) -> Moment:
        """Every picture of a container starts from the same dice, so that only `step` tells them apart."""
        return Moment(np.random.default_rng(self.seed), step)


def cast_for(spec: MediaSpec) -> Cast:
    """The brand's seed chooses type and colours; the container's id chooses among what the brand may wear."""
    digest = hashlib.sha256(spec.container_id.encode()).digest()
    scenes = SCENES_BY_TRADE.get(spec.trade, UNKNOWN_TRADE)
    scene = scenes[digest[0] % len(scenes)]
    # Two of a scene's looks belong to a brand: enough to tell its posts apart, few enough to know it again.
    look = scene.looks[(spec.palette_seed + digest[1] % 2) % len(scene.looks)]
    return Cast(
        scene=scene,
        look=look,
        voice=VOICES[spec.palette_seed % len(VOICES)],
        mirrored=scene.mirrors and digest[2] % 2 == 1,
        seed=int.from_bytes(digest[4:12]),
    )
