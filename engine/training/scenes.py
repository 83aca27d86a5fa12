"""Captioned training scenes, composed from sprites; the same seed gives the same scene."""

from dataclasses import dataclass

import numpy as np

from engine.training.captions import (
    COUNTS,
    GROUNDS,
    PLACE_WORDS,
    PLACES,
    RELATIONS,
    SIZES,
    STYLES,
    Placed,
)
from engine.training.claims import claims_hold
from engine.training.concepts import CONCEPTS, FLYING
from engine.training.grounds import (
    PATTERNS,
    UNNAMED,
    alone,
    any_ground,
    colour_words,
    colours_of,
    endings,
    horizon,
    paint,
    pattern_name,
)
from engine.training.landscapes import LANDSCAPES
from engine.training.layouts import free, pair, quarters, row, single
from engine.training.lexicon import CURATED, Lexicon, can_be_counted, plural
from engine.training.listed import listed_lexicon
from engine.training.sentences import Wording, captions_of
from engine.training.sentences import pick as pick
from engine.training.splits import Split, belongs
from engine.training.sprites import TINTS, Pixels, SpriteBank
from engine.values.errors import BadInput
from engine.values.region import Region

Rng = np.random.Generator

MOST_VANISHING = 0.3
"""Largest share of a sprite that may have the ground's colour."""

PATTERN_TRIES = 8


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """What scenes show. Sizes in px, multiples of `grid`; shares in 0..1.

    concepts: names in the bank, curated or not. without: "name/style" of sprites not to be shown.
    counts: share of scenes of 2 to 4 equal things; crowds: of 3 or 4 different things in
    `crowd_sizes`; pairs: of two; the others show one. free: share of scenes of one or two things
    of any of `free_sizes` anywhere. gradients: share of grounds without a name, by the painters
    `unnamed` (keys of UNNAMED); landscapes, patterns: of the rest, one after the other; what is
    left is plain. explicit: captions say what is not usual (see Wording). keywords: share of nouns
    exchanged for synonyms. wide: share of uncaptioned scenes with anything of the bank on any
    ground.

    A share of nothing draws nothing, so scenes stay the same when a new kind is added.
    """

    side: int = 128
    concepts: tuple[str, ...] = tuple(concept.name for concept in CONCEPTS)
    without: tuple[str, ...] = ()
    styles: tuple[str, ...] = ("flat",)
    backgrounds: tuple[str, ...] = tuple(GROUNDS)
    sizes: tuple[int, ...] = (96, 96, 56)
    pair_sizes: tuple[int, ...] = (56,)
    crowd_sizes: tuple[int, ...] = (56, 48, 40)
    free_sizes: tuple[int, ...] = (96, 80, 64, 56, 48, 40)
    grid: int = 8
    tints: tuple[str, ...] = tuple(TINTS)
    counts: float = 0.0
    crowds: float = 0.0
    pairs: float = 0.3
    free: float = 0.0
    gradients: float = 0.15
    unnamed: tuple[str, ...] = ("gradient", "plain", "patches")
    landscapes: float = 0.0
    patterns: float = 0.0
    tinted: float = 0.4
    explicit: bool = True
    keywords: float = 0.0
    wide: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """pixels (S, S, 3) uint8; `captions` are all true, `caption` is the one drawn.

    `ground` is the name of the ground, '' when it has no name. A wide scene has no caption.
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
    objects, ground = plan(config, bank, rng)
    styled = len(config.styles) > 1
    while not belongs(split, objects, ground, styled=styled):
        objects, ground = plan(config, bank, rng)
    canvas = painted(config, ground, rng)
    for thing in objects:
        put(canvas, thing, ground, bank)
    captions = captions_of(objects, ground, wording(config, bank), rng)
    return Scene(canvas, pick(rng, captions), tuple(dict.fromkeys(captions)), objects, ground)


def caption_is_true(caption: str, scene: Scene, lexicon: Lexicon = CURATED) -> bool:
    """Whether everything the caption says holds in the scene, by its objects' boxes and colours.

    Scenes of other than the curated concepts need the bank's lexicon.
    """
    return claims_hold(caption, scene.objects, scene.ground, scene.pixels.shape[0], lexicon)


def vocabulary(config: SceneConfig, lexicon: Lexicon | None = None) -> tuple[str, ...]:
    """Every word that captions of this configuration can use, sorted.

    Without a lexicon, that of the listed concepts; a bank of others has one of its own.
    """
    if lexicon is None:
        usual = set(config.concepts) <= CURATED.concepts.keys()
        lexicon = CURATED if usual else listed_lexicon()
    chosen = [lexicon.concept(name) for name in config.concepts]
    places = PLACE_WORDS if config.free or config.crowds else PLACES
    phrases = ["a", "an", "on", "background", *SIZES.values(), *places.values(), *RELATIONS]
    phrases += [noun for concept in chosen for noun in concept.nouns]
    phrases += [concept.colour for concept in chosen]
    phrases += [*config.backgrounds, *config.tints, *(STYLES[style] for style in config.styles)]
    if config.keywords:
        for name in config.concepts:
            phrases += lexicon.keywords(name, held_out=False)
    if config.counts:
        phrases += [*COUNTS.values(), "in a row"]
        phrases += [plural(noun) for concept in chosen for noun in concept.nouns]
    if config.patterns:
        phrases += ["on a background of and with", *PATTERNS]
    if config.landscapes:
        phrases += [phrase for name in LANDSCAPES for phrase in (*endings(name), alone(name))]
    return tuple(sorted({word for phrase in phrases for word in phrase.split()}))


def synonyms(config: SceneConfig, lexicon: Lexicon, name: str) -> tuple[str, ...]:
    """Words for the concept, and for no other, that training with this configuration never uses."""
    held_out = lexicon.keywords(name, held_out=True)
    return held_out if config.keywords else (*held_out, *lexicon.keywords(name, held_out=False))


def wording(config: SceneConfig, bank: SpriteBank) -> Wording:
    return Wording(config.side, bank.lexicon, config.keywords, config.explicit)


def plan(config: SceneConfig, bank: SpriteBank, rng: Rng) -> tuple[tuple[Placed, ...], str]:
    """What stands where, and the ground's name."""
    equal = bool(config.counts) and rng.random() < config.counts
    boxes = _equal_boxes(config, rng) if equal else _boxes(config, rng)
    objects = _objects(config, bank, rng, boxes, equal=equal)
    return objects, _ground(config, bank, rng, objects)


def names_in(config: SceneConfig, bank: SpriteBank, style: str, least: int) -> tuple[str, ...]:
    """The configuration's concepts of which the bank has art in that style, at least so many."""
    names = bank.choice(config.concepts, style, config.without)
    if len(names) < least:
        raise BadInput(
            f"The sprite bank has {len(names)} of the configured concepts in the style {style!r}.",
            f"Configure at least {least} that it has in each style.",
        )
    return names


def new_object(
    config: SceneConfig, bank: SpriteBank, rng: Rng, name: str, style: str, box: Region
) -> Placed:
    """The concept in that style and box, dyed or not."""
    concept = bank.lexicon.concept(name)
    tint = None
    dyeable = concept.tintable and bool(config.tints) and bank.can_be_dyed(name, style)
    if dyeable and rng.random() < config.tinted:
        tint = pick(rng, config.tints)
    colour = tint or bank.colour(name, style) or concept.colour
    return Placed(name, style, tint, colour, box)


def stands_out(thing: Placed, ground: str, bank: SpriteBank) -> bool:
    """Whether the thing does not vanish on the ground; anything may stand on one without a name."""
    if not ground:
        return True
    return thing.colour not in colour_words(ground) and all(
        bank.share_near(thing.concept, thing.style, thing.tint, colour) < MOST_VANISHING
        for colour in colours_of(ground)
    )


def painted(config: SceneConfig, ground: str, rng: Rng) -> Pixels:
    """(S, S, 3) uint8 of the ground with nothing on it."""
    if ground:
        return paint(ground, config.side, rng)
    # One painter needs no draw.
    name = config.unnamed[0] if len(config.unnamed) == 1 else pick(rng, config.unnamed)
    return UNNAMED[name](config.side, rng)


def put(canvas: Pixels, thing: Placed, ground: str, bank: SpriteBank) -> None:
    """Paste the thing, with its shadow if it stands on the ground; only its box changes."""
    box = thing.box
    sprite = bank.sprite(thing.concept, thing.style, box.width, thing.tint)
    floor = horizon(ground, canvas.shape[0])
    if floor is not None and box.bottom > floor and thing.concept not in FLYING:
        _shade(canvas[box.top : box.bottom, box.left : box.right], sprite[..., 3])
    _paste(canvas, sprite, box.left, box.top)


def _equal_boxes(config: SceneConfig, rng: Rng) -> tuple[Region, ...]:
    count = int(rng.integers(2, max(COUNTS) + 1))
    if count < 4 or rng.random() < 0.5:
        return row(count, config.side, config.grid, rng)
    return quarters(count, config.side, (pick(rng, config.crowd_sizes),), config.grid, rng)


def _boxes(config: SceneConfig, rng: Rng) -> tuple[Region, ...]:
    side, grid = config.side, config.grid
    if config.crowds and rng.random() < config.crowds:
        return quarters(int(rng.integers(3, 5)), side, config.crowd_sizes, grid, rng)
    two = rng.random() < config.pairs
    if config.free and rng.random() < config.free:
        return free(2 if two else 1, side, config.free_sizes, grid, rng)
    if two:
        return pair(side, config.pair_sizes, grid, rng)
    return single(side, config.sizes, grid, rng)


def _objects(
    config: SceneConfig, bank: SpriteBank, rng: Rng, boxes: tuple[Region, ...], *, equal: bool
) -> tuple[Placed, ...]:
    style = pick(rng, config.styles)
    names = names_in(config, bank, style, least=1 if equal else len(boxes))
    if equal:
        order = (names[int(number)] for number in rng.permutation(len(names)))
        counted = (name for name in order if can_be_counted(bank.lexicon.concept(name).nouns))
        # Where nothing can be counted, one thing of all the boxes is shown.
        name = next(counted, None)
        if name is None:
            return (new_object(config, bank, rng, pick(rng, names), style, boxes[0]),)
        first = new_object(config, bank, rng, name, style, boxes[0])
        return tuple(Placed(first.concept, style, first.tint, first.colour, box) for box in boxes)
    drawn = rng.permutation(len(names))[: len(boxes)]
    return tuple(
        new_object(config, bank, rng, names[int(number)], style, box)
        for number, box in zip(drawn, boxes, strict=True)
    )


def _ground(config: SceneConfig, bank: SpriteBank, rng: Rng, objects: tuple[Placed, ...]) -> str:
    """A ground that no object vanishes on; '' is one that has no name."""

    def clear(names: tuple[str, ...]) -> list[str]:
        return [n for n in names if all(stands_out(thing, n, bank) for thing in objects)]

    if rng.random() < config.gradients:
        return ""
    if config.landscapes and rng.random() < config.landscapes:
        found = clear(tuple(LANDSCAPES))
        if found:
            return pick(rng, found)
    plain = clear(config.backgrounds)
    if config.patterns and rng.random() < config.patterns and len(plain) > 1:
        first, second = (plain[int(number)] for number in rng.permutation(len(plain))[:2])
        return pattern_name(pick(rng, tuple(PATTERNS)), first, second)
    return pick(rng, plain) if plain else ""


def _shade(under: Pixels, alpha: Pixels) -> None:
    """Darken the ground below a thing's lowest row, in an ellipse as wide as the thing."""
    rows, columns = (np.flatnonzero((alpha > 128).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return
    size = alpha.shape[0]
    middle, half = (columns[0] + columns[-1]) / 2, (columns[-1] - columns[0] + 1) / 2
    flat = max(size * 0.06, 1.0)
    down = (np.arange(size) - min(rows[-1], size - 1 - flat)) / flat
    across = (np.arange(size) - middle) / half
    near = np.clip(1.0 - down[:, None] ** 2 - across**2, 0.0, 1.0)[..., None]
    under[:] = (under * (1.0 - 0.55 * near)).astype(np.uint8)


def _paste(canvas: Pixels, sprite: Pixels, left: int, top: int) -> None:
    size = sprite.shape[0]
    under = canvas[top : top + size, left : left + size]
    alpha = sprite[..., 3:].astype(np.uint16)
    mixed = sprite[..., :3] * alpha + under * (255 - alpha)
    under[:] = (mixed + 127) // 255


def _wide_scene(config: SceneConfig, bank: SpriteBank, rng: Rng) -> Scene:
    """One to five sprites of the whole bank, any size and place, on any ground; no caption."""
    canvas = any_ground(config.side, rng)
    for _ in range(int(rng.integers(1, 6))):
        # Few sizes, so that the bank's cache of resized sprites is of use.
        size = 8 * int(rng.integers(2, config.side // 8 + 1))
        sprite = bank.sprite_by_number(int(rng.integers(len(bank))), size)
        left, top = rng.integers(0, config.side - size + 1, 2)
        _paste(canvas, sprite, int(left), int(top))
    return Scene(canvas, "", (), (), "")
