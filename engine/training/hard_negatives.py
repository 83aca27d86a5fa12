"""Captions of a scene with one word exchanged, so that they are false of it.

Without them a pair of towers may read a caption as a bag of words: in a batch of different things
the noun alone gives the picture away (Yuksekgonul et al. 2023, "When and why vision-language models
behave like bags-of-words", section 4: NegCLIP).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.training.captions import (
    COLOURS,
    CONCEPT_OF,
    CONCEPTS,
    GROUNDS,
    PLACES,
    RELATIONS,
    SIZES,
    STYLES,
)
from engine.training.scenes import Scene, SceneConfig, caption_is_true

Kind = Literal["object", "colour", "ground", "place", "relation", "style", "size"]


@dataclass(frozen=True, slots=True)
class WordFamily:
    """Words that may stand in each other's place; the pattern's first group is where one stands."""

    kind: Kind
    pattern: re.Pattern[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HardNegative:
    caption: str
    kind: Kind


def word_families(config: SceneConfig) -> tuple[WordFamily, ...]:
    """One a kind, with the words that scenes of this configuration can be described by."""
    nouns = tuple(noun for name in config.concepts for noun in CONCEPT_OF[name].nouns)
    any_noun = _either(noun for concept in CONCEPTS for noun in concept.nouns)
    styles = tuple(STYLES[style] for style in config.styles)
    return (
        _family("object", rf"\b({any_noun})\b", nouns),
        # Orange may be a thing's colour or the ground's: the word that follows tells.
        _family("colour", rf"\b({_either(COLOURS)}) (?:{any_noun})\b", COLOURS),
        _family(
            "ground",
            rf" on (?:an? )?({_either(GROUNDS)})(?: background)?$",
            tuple(config.backgrounds),
        ),
        _family("place", rf" ({_either(PLACES.values())})\b", tuple(PLACES.values())),
        _family("relation", rf" ({_either(RELATIONS)}) an? ", RELATIONS),
        _family("style", rf"^({_either(STYLES.values())}) ", styles),
        _family("size", rf"\b({_either(SIZES.values())})\b", tuple(SIZES.values())),
    )


def hard_negative(
    caption: str, scene: Scene, families: Iterable[WordFamily], rng: np.random.Generator
) -> HardNegative | None:
    """One word of the first family that gives a false caption is exchanged; None if none does."""
    for family in families:
        places = list(family.pattern.finditer(caption))
        if not places:
            continue
        place = places[int(rng.integers(len(places)))]
        for number in rng.permutation(len(family.words)):
            word = family.words[int(number)]
            changed = _articles(caption[: place.start(1)] + word + caption[place.end(1) :])
            if changed != caption and not caption_is_true(changed, scene):
                return HardNegative(changed, family.kind)
    return None


def shuffled(families: Sequence[WordFamily], rng: np.random.Generator) -> tuple[WordFamily, ...]:
    """The families in random order, so that each kind that a caption offers is as likely."""
    return tuple(families[int(number)] for number in rng.permutation(len(families)))


def also_true(captions: Sequence[str], scenes: Sequence[Scene]) -> NDArray[np.bool_]:
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
            true[other, own] = caption_is_true(caption, scenes[other])
    return true


def _family(kind: Kind, pattern: str, words: tuple[str, ...]) -> WordFamily:
    return WordFamily(kind, re.compile(pattern), words)


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longer ones first: "to the left of" before "left of"."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _articles(caption: str) -> str:
    """ "a orange cat" becomes "an orange cat"."""
    return re.sub(r"\ban? (?=(\w))", lambda found: "an " if found[1] in "aeiou" else "a ", caption)
