"""The scenes, and which trade is shown by which."""

from sandbox.media.scene import Scene
from sandbox.media.scenes import (
    arcs,
    bicycle,
    blocks,
    books,
    bottle,
    bowl,
    bread,
    cat,
    coins,
    contours,
    cup,
    dawn,
    kettlebell,
    lens,
    night,
    notebook,
    planet,
    plant,
    pool,
    record,
    sauna,
    sea,
    stones,
    talk,
    teapot,
    tools,
    track,
    window,
)

#: A trade's own scene stands first, and more than once: a brand mostly shows what it sells.
SCENES_BY_TRADE: dict[str, tuple[Scene, ...]] = {
    "journal": (notebook.SCENE, notebook.SCENE, notebook.SCENE, window.SCENE, dawn.SCENE),
    "sleep": (night.SCENE, night.SCENE, night.SCENE, window.SCENE),
    "swim": (pool.SCENE, pool.SCENE, pool.SCENE, sea.SCENE),
    "running": (track.SCENE, dawn.SCENE),
    "language": (talk.SCENE, talk.SCENE, talk.SCENE, arcs.SCENE),
    "plants": (plant.SCENE, plant.SCENE, plant.SCENE, window.SCENE),
    "coffee": (cup.SCENE, cup.SCENE, cup.SCENE, cup.SCENE, window.SCENE),
    "travel": (contours.SCENE, sea.SCENE, contours.SCENE, dawn.SCENE),
    "bakery": (bread.SCENE,),
    "sauna": (sauna.SCENE, sauna.SCENE, sauna.SCENE, sea.SCENE),
    "meditation": (stones.SCENE, stones.SCENE, dawn.SCENE),
    "cycling": (bicycle.SCENE, bicycle.SCENE, bicycle.SCENE, dawn.SCENE),
    "skincare": (bottle.SCENE, bottle.SCENE, bottle.SCENE, window.SCENE),
    "pets": (cat.SCENE,),
    "budget": (coins.SCENE, coins.SCENE, coins.SCENE, arcs.SCENE),
    "recipes": (bowl.SCENE,),
    "strength": (kettlebell.SCENE,),
    "parenting": (blocks.SCENE, blocks.SCENE, blocks.SCENE, arcs.SCENE),
    "photo": (lens.SCENE, lens.SCENE, lens.SCENE, sea.SCENE),
    "reading": (books.SCENE, books.SCENE, books.SCENE, window.SCENE),
    "music": (record.SCENE, record.SCENE, record.SCENE, arcs.SCENE),
    "astronomy": (planet.SCENE, planet.SCENE, night.SCENE),
    "repair": (tools.SCENE,),
    "tea": (teapot.SCENE, teapot.SCENE, teapot.SCENE, teapot.SCENE, window.SCENE),
}

#: Trades the sandbox does not know.
UNKNOWN_TRADE: tuple[Scene, ...] = (arcs.SCENE, dawn.SCENE, window.SCENE)
