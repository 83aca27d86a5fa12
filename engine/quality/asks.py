"""What the models are asked for: prompts of held-out scenes, each with a real picture of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count as counted
from itertools import cycle, islice

import numpy as np
from PIL import Image

from engine.decoding.region_edit import BOX_SHARE
from engine.training.captions import PLACES, place_of, size_of
from engine.training.grounds import endings
from engine.training.lexicon import Lexicon, with_article
from engine.training.scenes import Scene, SceneConfig, compose, pick, synonyms
from engine.training.splits import TEST_SEEDS, Split, is_held_out
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.region import Region

MOST_LOOKED_AT = 400
"""Scenes that are looked at, at most, for each one that is wanted."""

REAL_SCENES = 8
"""Pictures of one prompt, of which a diversity is taken."""

SMALLEST_BOX_PX, LARGEST_BOX_PX = 96, 192
"""Sides of boxes on photographs."""


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """concepts: bank names. ground, place: '' where the prompt says none. real (S, S, 3): what
    the prompt is true of."""

    prompt: str
    concepts: tuple[str, ...]
    real: Pixels
    ground: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BoxAsk:
    """The box of a picture (H, W, 3), to show what is asked; `ask.real` has the box's size."""

    image: Pixels
    region: Region
    ask: Ask


@dataclass(frozen=True, slots=True)
class Words:
    """Two words for a concept: the usual one, and another."""

    concept: str
    usual: str
    other: str


@dataclass(frozen=True, slots=True, eq=False)
class ManyAsk:
    """A prompt and REAL_SCENES scenes that it is true of."""

    prompt: str
    reals: tuple[Pixels, ...]


def single_asks(config: SceneConfig, bank: SpriteBank, count: int, split: Split) -> tuple[Ask, ...]:
    """One thing on a plain named ground; in the split "unseen" the two never occurred together."""

    def fits(scene: Scene) -> bool:
        together = (scene.objects[0].concept, "on", scene.ground)
        plain = scene.ground in config.backgrounds
        return plain and is_held_out(together) == (split == "unseen")

    return tuple(
        Ask(
            _drawn([c for c in scene.captions if c.endswith(endings(scene.ground))], number),
            (scene.objects[0].concept,),
            scene.pixels,
            ground=scene.ground,
        )
        for number, scene in enumerate(_scenes(_of_one(config), bank, split, count, fits))
    )


def place_asks(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[Ask, ...]:
    """One thing at a place that the prompt says, each place as often as the others."""
    each = count // len(PLACES)
    return tuple(
        Ask(
            _drawn([c for c in scene.captions if PLACES[place] in c], number),
            (scene.objects[0].concept,),
            scene.pixels,
            place=place,
        )
        for place in PLACES
        for number, scene in enumerate(_scenes(_of_one(config), bank, "seen", each, _says(place)))
    )


def pair_asks(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[Ask, ...]:
    """Two things."""
    pairs = replace(_of_one(config), pairs=1.0)
    return tuple(
        Ask(scene.caption, tuple(thing.concept for thing in scene.objects), scene.pixels)
        for scene in _scenes(pairs, bank, "seen", count)
    )


def taught_words(config: SceneConfig, lexicon: Lexicon, count: int) -> tuple[Words, ...]:
    """Second names that training uses now and then."""
    return _words(config, lexicon, count, lambda name: lexicon.concept(name).nouns[1:])


def new_words(config: SceneConfig, lexicon: Lexicon, count: int) -> tuple[Words, ...]:
    """Keywords that name one thing and that training never uses."""
    return _words(config, lexicon, count, lambda name: synonyms(config, lexicon, name))


def box_asks_on_scenes(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[BoxAsk, ...]:
    """Something else in the place of a scene's only object."""
    asked = _middles(config, bank, count)
    return tuple(
        _box_ask(bank, scene.pixels, scene.objects[0].box, asked, without=scene.objects[0].concept)
        for scene in _scenes(_of_one(config), bank, "seen", count)
    )


def box_asks_on_photos(
    config: SceneConfig, bank: SpriteBank, photos: Sequence[Pixels], count: int
) -> tuple[BoxAsk, ...]:
    """Something anywhere on photographs (H, W, 3), of 96 px a side at least."""
    asked = _middles(config, bank, count)
    return tuple(
        _box_ask(bank, photo, _square(photo, index), asked)
        for index, photo in enumerate(islice(cycle(photos), count))
    )


def many_asks(config: SceneConfig, bank: SpriteBank, count: int) -> tuple[ManyAsk, ...]:
    """A thing, which leaves the ground free, and whatever else captions need not say."""
    found = []
    for ask in single_asks(replace(config, tinted=0.0), bank, count, "seen"):
        (concept,) = ask.concepts
        prompt = with_article(bank.lexicon.concept(concept).nouns[0])
        narrow = replace(_of_one(config), concepts=(concept,), tinted=0.0)
        scenes = _scenes(narrow, bank, "seen", REAL_SCENES, _is_called(prompt))
        found.append(ManyAsk(prompt, tuple(scene.pixels for scene in scenes)))
    return tuple(found)


def _of_one(config: SceneConfig) -> SceneConfig:
    """The configuration's scenes of one thing."""
    return replace(config, pairs=0.0, counts=0.0, crowds=0.0, wide=0.0)


def _anything(scene: Scene) -> bool:  # noqa: ARG001 - as other tests of a scene
    return True


def _scenes(
    config: SceneConfig,
    bank: SpriteBank,
    split: Split,
    count: int,
    fits: Callable[[Scene], bool] = _anything,
) -> Iterator[Scene]:
    """Held-out scenes that fit, in the order of their seeds; BadInput when they are too rare."""
    found = 0
    for index in counted():
        if found == count:
            return
        if index > MOST_LOOKED_AT * count:
            raise BadInput(
                f"Too few scenes of the split {split!r} are fit to ask for.",
                "Choose a configuration with more concepts and backgrounds.",
            )
        scene = compose(config, bank, TEST_SEEDS + index, split)
        if fits(scene):
            found += 1
            yield scene


def _says(place: str) -> Callable[[Scene], bool]:
    return lambda scene: any(PLACES[place] in caption for caption in scene.captions)


def _is_called(prompt: str) -> Callable[[Scene], bool]:
    return lambda scene: prompt in scene.captions


def _drawn(captions: Sequence[str], number: int) -> str:
    return pick(np.random.default_rng((number, 7)), captions)


def _words(
    config: SceneConfig, lexicon: Lexicon, count: int, others: Callable[[str], Sequence[str]]
) -> tuple[Words, ...]:
    """At most `count`, from all over the list of concepts."""
    found = [
        Words(name, lexicon.concept(name).nouns[0], other)
        for name in config.concepts
        for other in others(name)
    ]
    chosen = np.linspace(0, len(found), min(count, len(found)), endpoint=False).astype(int)
    return tuple(found[index] for index in chosen)


def _middles(config: SceneConfig, bank: SpriteBank, count: int) -> Iterator[Scene]:
    """Scenes with one thing in the middle; more than `count`, as some are passed over."""

    def in_the_middle(scene: Scene) -> bool:
        box = scene.objects[0].box
        usual = not config.explicit or size_of(box, config.side) != "small"
        return usual and place_of(box, config.side) == "centre"

    return _scenes(_of_one(config), bank, "seen", 4 * count, in_the_middle)


def _box_ask(
    bank: SpriteBank, image: Pixels, region: Region, asked: Iterator[Scene], without: str = ""
) -> BoxAsk:
    scene = next(each for each in asked if each.objects[0].concept != without)
    concept = scene.objects[0].concept
    prompt = with_article(bank.lexicon.concept(concept).nouns[0])
    # What a box is trained to show: the middle of a scene, as large as a box in its context.
    side = scene.pixels.shape[0]
    margin = round(side * (1 - BOX_SHARE) / 2)
    middle = Image.fromarray(scene.pixels[margin : side - margin, margin : side - margin])
    real = np.asarray(middle.resize((region.width, region.height), Image.Resampling.BICUBIC))
    return BoxAsk(image, region, Ask(prompt, (concept,), real))


def _square(photo: Pixels, index: int) -> Region:
    rng = np.random.default_rng((index, 6))
    height, width = photo.shape[:2]
    side = int(rng.integers(SMALLEST_BOX_PX, min(LARGEST_BOX_PX, height, width) + 1))
    left, top = int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1))
    return Region(left, top, left + side, top + side)
