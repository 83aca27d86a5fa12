"""Captions of a scene with one word exchanged, so that they are false of it.

Without them a pair of towers may read a caption as a bag of words: in a batch of different things
the noun alone gives the picture away (Yuksekgonul et al. 2023, "When and why vision-language models
behave like bags-of-words", section 4: NegCLIP).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.training.captions import (
    COLOURS,
    COUNTS,
    GROUNDS,
    PLACE_WORDS,
    PLACES,
    RELATIONS,
    SIZES,
    STYLES,
)
from engine.training.claims import read
from engine.training.landscapes import LANDSCAPES
from engine.training.lexicon import CURATED, Lexicon, is_plural, plural, with_article
from engine.training.scenes import Scene, SceneConfig, caption_is_true

Rng = np.random.Generator
Kind = Literal["object", "count", "colour", "ground", "place", "relation", "style", "size"]

ODDS: Mapping[Kind, float] = {
    "object": 1.0,
    "ground": 1.0,
    "count": 4.0,
    "colour": 4.0,
    "place": 4.0,
    "relation": 4.0,
    "style": 4.0,
    "size": 4.0,
}
"""How often a kind is drawn: objects and grounds differ between the captions of a batch anyway."""


@dataclass(frozen=True, slots=True)
class WordFamily:
    """Words that may stand in each other's place; the pattern's first group is where one stands."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HardNegative:
    caption: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class WordExchange:
    """Makes captions false. lexicon: what they are read with."""

    families: Mapping[Kind, tuple[WordFamily, ...]]
    lexicon: Lexicon

    @classmethod
    def of(cls, config: SceneConfig, lexicon: Lexicon = CURATED) -> "WordExchange":
        """Between the words that scenes of this configuration can be described by."""
        return cls(_families(config, lexicon), lexicon)

    def hard_negative(self, caption: str, scene: Scene, rng: Rng) -> HardNegative | None:
        """Of one kind, drawn by its odds among those that the caption offers; None without any."""
        odds = np.array(list(ODDS.values()))
        drawn = rng.choice(len(odds), len(odds), replace=False, p=odds / odds.sum())
        order = (list(ODDS)[int(number)] for number in drawn)
        return next(self._of_kinds(order, caption, scene, rng), None)

    def hard_negatives(self, caption: str, scene: Scene, rng: Rng) -> tuple[HardNegative, ...]:
        """One of each kind that the caption offers."""
        return tuple(self._of_kinds(self.families, caption, scene, rng))

    def _of_kinds(
        self, kinds: Iterable[Kind], caption: str, scene: Scene, rng: Rng
    ) -> Iterator[HardNegative]:
        for kind in kinds:
            changed = next(self._false(self.families[kind], caption, scene, rng), None)
            if changed is not None:
                yield HardNegative(changed, kind)

    def _false(
        self, families: tuple[WordFamily, ...], caption: str, scene: Scene, rng: Rng
    ) -> Iterator[str]:
        """False captions with one word exchanged, in random order, each made when asked for."""
        places = [(found, f.words) for f in families for found in f.pattern.finditer(caption)]
        for place in rng.permutation(len(places)):
            found, words = places[int(place)]
            for number in rng.permutation(len(words)):
                start, end = found.span(1)
                changed = _articles(caption[:start] + words[int(number)] + caption[end:])
                understood = changed != caption and read(changed, self.lexicon) is not None
                if understood and not caption_is_true(changed, scene, self.lexicon):
                    yield changed


def also_true(
    captions: Sequence[str], scenes: Sequence[Scene], lexicon: Lexicon = CURATED
) -> NDArray[np.bool_]:
    """(B, B): [i, j] whether caption j, drawn for scene j, is true of another scene i too.

    A caption names a thing of its own scene, so only scenes that share a thing are asked.
    """
    showing = defaultdict(set)
    for number, scene in enumerate(scenes):
        for thing in scene.objects:
            showing[thing.concept].add(number)
    true = np.zeros((len(scenes), len(scenes)), bool)
    for own, caption in enumerate(captions):
        sharing = {other for thing in scenes[own].objects for other in showing[thing.concept]}
        for other in sharing - {own}:
            true[other, own] = caption_is_true(caption, scenes[other], lexicon)
    return true


def _families(config: SceneConfig, lexicon: Lexicon) -> dict[Kind, tuple[WordFamily, ...]]:
    nouns = _nouns(config, lexicon)
    counted = tuple(plural(noun) for noun in nouns if not is_plural(noun)) if config.counts else ()
    many = tuple(noun for noun in nouns if is_plural(noun)) + counted
    one = tuple(noun for noun in nouns if not is_plural(noun))
    any_noun, places = _either((*one, *many)), PLACE_WORDS if _anywhere(config) else PLACES
    styles = tuple(STYLES[style] for style in config.styles)
    next_thing = rf"(?:an?|{_either(COUNTS.values())}) "
    return {
        "object": (
            _family(rf"\b({_either(one)})\b", one),
            _family(rf"\b({_either(many)})\b", many),
        ),
        "count": (_family(rf"\b({_either(COUNTS.values())}) ", tuple(COUNTS.values())),),
        # Orange may be a thing's colour or the ground's: the word that follows tells.
        "colour": (_family(rf"\b({_either(COLOURS)}) (?:{any_noun})\b", COLOURS),),
        "ground": _ground_families(config),
        "place": (_family(rf" ({_either(places.values())})\b", tuple(places.values())),),
        # In a list of three "and" is no relation.
        "relation": (_family(rf"^[^,]*? ({_either(RELATIONS)}) {next_thing}", RELATIONS),),
        "style": (_family(rf"^({_either(styles)}) ", styles),),
        "size": (_family(rf"\b({_either(SIZES.values())})\b", tuple(SIZES.values())),),
    }


def _ground_families(config: SceneConfig) -> tuple[WordFamily, ...]:
    """Plain, the two colours of a pattern, its kind, and landscapes."""
    colours, colour = tuple(config.backgrounds), _either(GROUNDS)
    landscapes = tuple(phrase for land in LANDSCAPES.values() for phrase in land.phrases)
    return (
        _family(rf" on (?:an? )?({colour})(?: background)?$", colours),
        _family(rf" on (?:a background of )?({colour}) (?:and|with) ", colours),
        _family(rf" (?:and|with) ({colour}) (?:stripes|checks|dots)$", colours),
        _family(r" (stripes|checks)$", ("stripes", "checks")),
        _family(rf" ({_either(landscapes)})$", landscapes),
    )


def _nouns(config: SceneConfig, lexicon: Lexicon) -> tuple[str, ...]:
    """What captions of the configuration call things."""
    names = [noun for name in config.concepts for noun in lexicon.concept(name).nouns]
    if config.keywords:
        names += [w for name in config.concepts for w in lexicon.keywords(name, held_out=False)]
    return tuple(dict.fromkeys(names))


def _anywhere(config: SceneConfig) -> bool:
    """Whether things may stand in corners."""
    return bool(config.free or config.crowds)


def _family(pattern: str, words: tuple[str, ...]) -> WordFamily:
    return WordFamily(re.compile(pattern), words)


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longer ones first: "to the left of" before "left of"."""
    # Of no words it is one that nothing fits.
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _articles(caption: str) -> str:
    """ "a orange cat" becomes "an orange cat"."""
    return re.sub(r"\ban? (\S+)", lambda found: _article(found[1]) + found[1], caption)


def _article(word: str) -> str:
    # A plural after an article is the first half of a noun, such as "glasses case".
    written = with_article(word)
    return written.removesuffix(word) or "a "
