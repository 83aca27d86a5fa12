"""Captioned training scenes, composed from sprites; the same seed gives the same scene."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PIL import Image

from engine.training.captions import (
    CONCEPT_OF,
    CONCEPTS,
    GROUNDS,
    PLACES,
    RELATIONS,
    SIZES,
    STYLES,
    Placed,
    claims_hold,
    place_of,
    size_of,
    with_article,
)
from engine.training.splits import Split, belongs
from engine.training.sprites import TINTS, Pixels, SpriteBank
from engine.values.region import Region

Rng = np.random.Generator
Item = TypeVar("Item")

MOST_VANISHING = 0.3
"""Largest share of a sprite that may have the ground's colour."""


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """What scenes show. Sizes in px, multiples of `grid`; shares in 0..1.

    `gradients` is the share of scenes on a ground without a name, painted by one of `unnamed`
    (keys of UNNAMED). `wide` is the share of uncaptioned scenes with anything of the bank on any
    ground.
    """

    side: int = 128
    concepts: tuple[str, ...] = tuple(concept.name for concept in CONCEPTS)
    styles: tuple[str, ...] = ("flat", "3d")
    backgrounds: tuple[str, ...] = tuple(GROUNDS)
    sizes: tuple[int, ...] = (96, 96, 80, 56)
    pair_sizes: tuple[int, ...] = (56,)
    grid: int = 8
    tints: tuple[str, ...] = tuple(TINTS)
    pairs: float = 0.3
    gradients: float = 0.2
    unnamed: tuple[str, ...] = ("gradient",)
    tinted: float = 0.5
    wide: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """pixels (S, S, 3) uint8; `captions` are all true, `caption` is the one drawn.

    `ground` is the name of the plain ground, '' when it has no name. A wide scene has no caption.
    """

    pixels: Pixels
    caption: str
    captions: tuple[str, ...]
    objects: tuple[Placed, ...]
    ground: str


def compose(config: SceneConfig, bank: SpriteBank, seed: int, split: Split = "train") -> Scene:
    """The scene of that seed; test splits take seeds from splits.TEST_SEEDS on."""
    rng = np.random.default_rng(seed)
    if rng.random() < config.wide:
        return _wide_scene(config, bank, rng)
    objects, ground = _plan(config, bank, rng)
    while not belongs(split, objects, ground):
        objects, ground = _plan(config, bank, rng)
    canvas = _painted(config, ground, rng)
    for thing in objects:
        sprite = bank.sprite(thing.concept, thing.style, thing.box.width, thing.tint)
        _paste(canvas, sprite, thing.box.left, thing.box.top)
    captions = _captions(objects, ground, config.side, rng)
    return Scene(canvas, pick(rng, captions), tuple(dict.fromkeys(captions)), objects, ground)


def caption_is_true(caption: str, scene: Scene) -> bool:
    """Whether everything the caption says holds in the scene, by its objects' boxes and colours."""
    return claims_hold(caption, scene.objects, scene.ground, scene.pixels.shape[0])


def vocabulary(config: SceneConfig) -> tuple[str, ...]:
    """Every word that captions of this configuration can use, sorted."""
    chosen = [CONCEPT_OF[name] for name in config.concepts]
    phrases = ["a", "an", "on", "background", *SIZES.values(), *PLACES.values(), *RELATIONS]
    phrases += [noun for concept in chosen for noun in concept.nouns]
    phrases += [concept.colour for concept in chosen]
    phrases += [*config.backgrounds, *config.tints, *(STYLES[style] for style in config.styles)]
    return tuple(sorted({word for phrase in phrases for word in phrase.split()}))


def pick(rng: Rng, items: Sequence[Item]) -> Item:
    """One of the items, each as likely as the other."""
    return items[int(rng.integers(len(items)))]


def _plan(config: SceneConfig, bank: SpriteBank, rng: Rng) -> tuple[tuple[Placed, ...], str]:
    """What stands where, and the ground's name."""
    boxes = _pair_boxes(config, rng) if rng.random() < config.pairs else _single_box(config, rng)
    objects = _objects(config, bank, rng, boxes)
    return objects, _ground(config, bank, rng, objects)


def _single_box(config: SceneConfig, rng: Rng) -> tuple[Region, ...]:
    size = pick(rng, config.sizes)
    free = config.side - size
    middle = free // 2 // config.grid * config.grid
    # A large object has no room for a place of its own: it stays in the middle.
    places = ("centre",) if free < 40 else ("centre", *PLACES)
    left, top = {
        "centre": (middle, middle),
        "left": (0, middle),
        "right": (free, middle),
        "top": (middle, 0),
        "bottom": (middle, free),
    }[pick(rng, places)]
    return (Region(left, top, left + size, top + size),)


def _pair_boxes(config: SceneConfig, rng: Rng) -> tuple[Region, ...]:
    size = pick(rng, config.pair_sizes)
    grid = config.grid
    near = (config.side // 2 - size) // 2 // grid * grid
    far = config.side - near - size
    middle = (config.side - size) // 2 // grid * grid
    first, second = ((near, middle), (far, middle))
    if rng.random() < 0.5:
        first, second = ((middle, near), (middle, far))
    return tuple(Region(x, y, x + size, y + size) for x, y in (first, second))


def _objects(
    config: SceneConfig, bank: SpriteBank, rng: Rng, boxes: tuple[Region, ...]
) -> tuple[Placed, ...]:
    style = pick(rng, config.styles)
    drawn = rng.permutation(len(config.concepts))[: len(boxes)]
    names = [config.concepts[int(number)] for number in drawn]
    return tuple(
        _object(config, bank, rng, name, style, box) for name, box in zip(names, boxes, strict=True)
    )


def _object(
    config: SceneConfig, bank: SpriteBank, rng: Rng, name: str, style: str, box: Region
) -> Placed:
    concept = CONCEPT_OF[name]
    tint = None
    if concept.tintable and config.tints and rng.random() < config.tinted:
        tint = pick(rng, config.tints)
    colour = tint or bank.colour(name, style) or concept.colour
    return Placed(name, style, tint, colour, box)


def _ground(config: SceneConfig, bank: SpriteBank, rng: Rng, objects: tuple[Placed, ...]) -> str:
    """A plain ground that no object vanishes on, or '': a gradient, which has no name."""
    if rng.random() < config.gradients:
        return ""
    clear = [
        name
        for name in config.backgrounds
        if all(
            name != thing.colour
            and bank.share_near(thing.concept, thing.style, thing.tint, GROUNDS[name])
            < MOST_VANISHING
            for thing in objects
        )
    ]
    return pick(rng, clear) if clear else ""


def _painted(config: SceneConfig, ground: str, rng: Rng) -> Pixels:
    side = config.side
    if not ground:
        # One painter needs no draw.
        name = config.unnamed[0] if len(config.unnamed) == 1 else pick(rng, config.unnamed)
        return UNNAMED[name](side, rng)
    canvas = np.empty((side, side, 3), np.uint8)
    canvas[:] = GROUNDS[ground]
    return canvas


def _paste(canvas: Pixels, sprite: Pixels, left: int, top: int) -> None:
    size = sprite.shape[0]
    under = canvas[top : top + size, left : left + size]
    alpha = sprite[..., 3:].astype(np.uint16)
    mixed = sprite[..., :3] * alpha + under * (255 - alpha)
    under[:] = (mixed + 127) // 255


def _captions(objects: tuple[Placed, ...], ground: str, side: int, rng: Rng) -> tuple[str, ...]:
    """From one word to a sentence; with a named ground, half of them name it."""
    plain = _single_captions(objects[0], side, rng)
    if len(objects) == 2:
        plain = _pair_captions(objects, side, rng)
    if not ground:
        return plain
    ends = (f"on a {ground} background", f"on {ground}")
    if ground == "orange":
        ends = ("on an orange background", "on orange")
    return plain + tuple(f"{caption} {pick(rng, ends)}" for caption in plain)


def _single_captions(thing: Placed, side: int, rng: Rng) -> tuple[str, ...]:
    noun = _noun(thing, rng)
    coloured = f"{thing.colour} {noun}".strip()
    size, place = size_of(thing.box, side), place_of(thing.box, side)
    sized = f"{SIZES[size]} {noun}" if size else coloured
    captions = [noun, with_article(noun), with_article(coloured), with_article(coloured)]
    captions += [f"{STYLES[thing.style]} {with_article(coloured)}", with_article(sized)]
    if place:
        said = with_article(pick(rng, (noun, coloured, sized)))
        captions.append(f"{said} {PLACES[place]}")
    if thing.tint:
        # The colour of a dyed thing is no guess from its name, so it is always said.
        captions = [caption for caption in captions if thing.tint in caption.split()]
    return tuple(captions)


def _pair_captions(objects: tuple[Placed, ...], side: int, rng: Rng) -> tuple[str, ...]:
    first, second = objects
    beside = first.box.right <= second.box.left
    forward = pick(rng, ("to the left of", "left of")) if beside else "above"
    back = pick(rng, ("to the right of", "right of")) if beside else "below"
    one, two = _named(first, side, rng), _named(second, side, rng)
    captions = [
        f"{one} and {two}",
        f"{two} and {one}",
        f"{one} {forward} {two}",
        f"{two} {back} {one}",
        f"{STYLES[first.style]} {one} {forward} {two}",
    ]
    if beside:
        captions.append(f"{one} next to {two}")
    return tuple(captions)


def _named(thing: Placed, side: int, rng: Rng) -> str:
    noun = _noun(thing, rng)
    if thing.tint or (thing.colour and rng.random() < 0.4):
        return with_article(f"{thing.colour} {noun}")
    if size_of(thing.box, side) == "small" and rng.random() < 0.2:
        return with_article(f"{SIZES['small']} {noun}")
    return with_article(noun)


def _noun(thing: Placed, rng: Rng) -> str:
    nouns = CONCEPT_OF[thing.concept].nouns
    return nouns[0] if rng.random() < 0.75 else pick(rng, nouns)


def _gradient(side: int, rng: Rng) -> Pixels:
    """(side, side, 3) uint8: one random colour fading to another in a random direction."""
    angle = rng.random() * 2.0 * np.pi
    across = np.linspace(-0.5, 0.5, side)
    slope = across * np.cos(angle) + (across * np.sin(angle))[:, None]
    mix = ((slope - slope.min()) / np.ptp(slope))[..., None].astype(np.float32)
    start, end = rng.integers(0, 256, (2, 3)).astype(np.float32)
    pixels: Pixels = (start + mix * (end - start)).astype(np.uint8)
    return pixels


def _wide_scene(config: SceneConfig, bank: SpriteBank, rng: Rng) -> Scene:
    """One to five sprites of the whole bank, any size and place, on any ground; no caption."""
    canvas = pick(rng, (_plain, _gradient, _stripes, _dots, _checks, _noise))(config.side, rng)
    for _ in range(int(rng.integers(1, 6))):
        # Few sizes, so that the bank's cache of resized sprites is of use.
        size = 8 * int(rng.integers(2, config.side // 8 + 1))
        sprite = bank.sprite_by_number(int(rng.integers(len(bank))), size)
        left, top = rng.integers(0, config.side - size + 1, 2)
        _paste(canvas, sprite, int(left), int(top))
    return Scene(canvas, "", (), (), "")


def _colours(rng: Rng) -> Pixels:
    return rng.integers(0, 256, (2, 3)).astype(np.uint8)


def _plain(side: int, rng: Rng) -> Pixels:
    return np.broadcast_to(_colours(rng)[0], (side, side, 3)).copy()


def _stripes(side: int, rng: Rng) -> Pixels:
    rows, columns = np.indices((side, side))
    along = pick(rng, (rows, columns, rows + columns, rows - columns))
    pixels: Pixels = _colours(rng)[along // int(rng.integers(4, 24)) % 2]
    return pixels


def _checks(side: int, rng: Rng) -> Pixels:
    cells = np.indices((side, side)) // int(rng.integers(4, 32))
    pixels: Pixels = _colours(rng)[cells.sum(axis=0) % 2]
    return pixels


def _dots(side: int, rng: Rng) -> Pixels:
    period = int(rng.integers(10, 32))
    rows, columns = np.indices((side, side)) % period - period / 2
    inside = rows**2 + columns**2 < (period * rng.uniform(0.2, 0.4)) ** 2
    pixels: Pixels = _colours(rng)[inside.astype(np.intp)]
    return pixels


def _noise(side: int, rng: Rng) -> Pixels:
    """Blocks of random brightness over a gradient: from fine grain to soft patches."""
    block = 2 ** int(rng.integers(0, 5))
    cells = -(-side // block)
    grain = rng.normal(0.0, rng.uniform(4.0, 32.0), (cells, cells, 1))
    spread = np.kron(grain, np.ones((block, block, 1)))[:side, :side]
    return np.clip(_gradient(side, rng) + spread, 0, 255).astype(np.uint8)


def _patches(side: int, rng: Rng) -> Pixels:
    """Soft patches of brightness over a gradient: the blurred background of a photograph."""
    coarse = rng.normal(0.0, rng.uniform(4.0, 20.0), (5, 5)).astype(np.float32)
    patches = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
    pixels: Pixels = np.clip(_gradient(side, rng) + patches[..., None], 0, 255).astype(np.uint8)
    return pixels


UNNAMED: dict[str, Callable[[int, Rng], Pixels]] = {
    "gradient": _gradient,
    "plain": _plain,
    "patches": _patches,
    "noise": _noise,
}
"""Painters of grounds that captions do not name."""
