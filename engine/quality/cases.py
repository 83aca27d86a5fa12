"""What the models are asked for: captions of held-out scenes, and boxes to redraw."""

from dataclasses import dataclass, replace

import numpy as np

from engine.training.captions import CONCEPT_OF, with_article
from engine.training.scenes import SceneConfig, compose, pick
from engine.training.splits import TEST_SEEDS, is_held_out
from engine.training.sprites import SpriteBank
from engine.values.jobs import Pixels
from engine.values.region import Region


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, the bank name of the one thing that it asks for, and the seed of its first draw."""

    prompt: str
    concept: str
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class AskedBox:
    """The same for a box on a picture (H, W, 3)."""

    image: Pixels
    region: Region
    asked: Asked


def asked_pictures(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[Asked, ...]:
    """Captions of held-out scenes with one object each; the i-th is always the same."""
    single = replace(config, pairs=0.0, wide=0.0)
    scenes = [compose(single, bank, TEST_SEEDS + index, "seen") for index in range(count)]
    return tuple(
        Asked(scene.caption, scene.objects[0].concept, index * 100)
        for index, scene in enumerate(scenes)
    )


def asked_boxes(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[AskedBox, ...]:
    """Another thing in the place of one, on pictures twice as large as the generator's.

    In turns: the box of the only object of a held-out scene, whose ground the prompt names; and a
    box anywhere on a busy picture of many sprites. Large enough that the box's context can lie
    around it in different ways.
    """
    side = 2 * config.side
    size = max(config.sizes)
    roomy = replace(config, side=side, sizes=(size,), pairs=0.0, wide=0.0)
    busy = replace(roomy, wide=1.0)
    return tuple(
        _busy_box(busy, bank, index, size) if index % 2 else _scene_box(roomy, bank, index)
        for index in range(count)
    )


def _scene_box(config: SceneConfig, bank: SpriteBank, index: int) -> AskedBox:
    scene = compose(config, bank, TEST_SEEDS + index, "seen")
    old = scene.objects[0]
    concept = _other_concept(config, index, old.concept, scene.ground)
    thing = with_article(CONCEPT_OF[concept].nouns[0])
    where = f" on {with_article(scene.ground)} background" if scene.ground else ""
    return AskedBox(scene.pixels, old.box, Asked(thing + where, concept, index * 100))


def _busy_box(config: SceneConfig, bank: SpriteBank, index: int, size: int) -> AskedBox:
    scene = compose(config, bank, TEST_SEEDS + index)
    rng = np.random.default_rng((TEST_SEEDS + index, 1))
    left, top = (int(edge) for edge in rng.integers(0, config.side - size + 1, 2))
    concept = _other_concept(config, index, "", "")
    prompt = with_article(CONCEPT_OF[concept].nouns[0])
    region = Region(left, top, left + size, top + size)
    return AskedBox(scene.pixels, region, Asked(prompt, concept, index * 100))


def _other_concept(config: SceneConfig, index: int, old: str, ground: str) -> str:
    """One that training has shown on that ground, if it has a name."""
    rng = np.random.default_rng((TEST_SEEDS + index, 2))
    taught = [
        name
        for name in config.concepts
        if name != old and not (ground and is_held_out((name, "on", ground)))
    ]
    return pick(rng, taught)
