"""Nouns and the things that they name, for the curated concepts and for all others of a bank."""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.training.concepts import ALSO_TINTABLE, CONCEPTS, PLURALS_ONLY, Concept
from engine.values.errors import BadInput

JOINTS = frozenset(("and", "on", "in", "at", "above", "below", "next", "behind", "under"))
"""Words that join a caption's parts are kept out of nouns, which could be read in two ways then."""

ADJECTIVES = frozenset(
    (
        "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "black",
        "grey", "big", "small", "two", "three", "four",
    )
)  # fmt: skip
"""Words that captions add, counts among them: a noun that begins with one could be read in two
ways."""

HELD_OUT_OF = 2
"""Where training uses keywords at all, one in so many is kept for the test of synonyms."""

IRREGULAR = {
    "mouse": "mice",
    "goose": "geese",
    "ox": "oxen",
    "fish": "fish",
    "sheep": "sheep",
    "deer": "deer",
    "die": "dice",
    "dice": "dice",
    "leaf": "leaves",
    "loaf": "loaves",
    "wolf": "wolves",
    "knife": "knives",
    "scarf": "scarves",
    "tomato": "tomatoes",
    "potato": "potatoes",
    "man": "men",
    "woman": "women",
    "snowman": "snowmen",
    "tooth": "teeth",
    "foot": "feet",
    "cactus": "cacti",
    "child": "children",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a bank says of one concept: words are names to use in captions, best first."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """concepts: by bank name. named: noun, plural or synonym -> bank name, one meaning each."""

    concepts: Mapping[str, Concept]
    named: Mapping[str, str]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Lexicon":
        """The curated concepts and, with such words as only they have, the others.

        A noun means one thing: what a curated concept is called names no other, then comes each
        concept's best word, then the rest, in the order of the bank.
        """
        others = [entry for entry in entries if entry.name not in _CURATED_NAMES]
        nouns: dict[str, list[str]] = {entry.name: [] for entry in others}
        curated = {word for concept in CONCEPTS for word in (*concept.nouns, *concept.synonyms)}
        taken = curated | {plural(word) for word in curated}
        for best in (True, False):
            for entry in others:
                words = [word.lower() for word in entry.words]
                for word in words[:1] if best else words[1:]:
                    # "two houses" must not be what another concept is called.
                    if is_plain(word) and not taken & {word, plural(word)}:
                        taken |= {word, plural(word)}
                        nouns[entry.name].append(word)
        concepts = {concept.name: concept for concept in CONCEPTS}
        for name, words in nouns.items():
            if words:
                concepts[name] = Concept(name, tuple(words), tintable=name in ALSO_TINTABLE)
        return cls(concepts, _meanings(concepts.values()))

    def concept(self, name: str) -> Concept:
        """BadInput when the bank lacks it or has no noun that is its own."""
        found = self.concepts.get(name)
        if found is None:
            raise BadInput(
                f"The sprite bank has no {name!r} with a noun of its own.",
                "Leave it out of the configuration's concepts.",
            )
        return found

    def keywords(self, name: str, *, held_out: bool) -> tuple[str, ...]:
        """Synonyms that training may use or, `held_out`, those that it never does."""
        words = self.concept(name).synonyms
        return tuple(w for w in words if (zlib.crc32(w.encode()) % HELD_OUT_OF == 0) == held_out)


def is_plain(noun: str) -> bool:
    """Whether a caption with the noun can be read in one way: no joining words, no adjective."""
    words = noun.split()
    return (
        bool(words)
        and all(word.replace("-", "").replace("'", "").isalpha() for word in words)
        and words[0] not in ADJECTIVES
        and not JOINTS & set(words)
    )


def with_article(words: str) -> str:
    """ "an apple", "a red apple", "a unicorn", "grapes"."""
    if is_plural(words):
        return words
    if words.startswith(("hour", "x-ray", "suv")):
        return f"an {words}"
    if words.startswith(("uni", "ufo", "euro", "uku")):
        return f"a {words}"
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def is_plural(noun: str) -> bool:
    """Whether a noun has the form of a plural and so is not counted: "grapes", but not "bus"."""
    head = re.split(" of | with ", noun)[0].rpartition(" ")[2]
    if head in PLURALS_ONLY:
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "lens", "as"))


def can_be_counted(nouns: Iterable[str]) -> bool:
    return not any(is_plural(noun) for noun in nouns)


def plural(noun: str) -> str:
    """ "stars", "cherries", "glasses of wine", "wolves"."""
    for joint in (" of ", " with "):
        if joint in noun:
            head, rest = noun.split(joint, 1)
            return f"{plural(head)}{joint}{rest}"
    before, space, last = noun.rpartition(" ")
    return f"{before}{space}{_plural_word(last)}"


def _plural_word(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def _meanings(concepts: Iterable[Concept]) -> dict[str, str]:
    return {
        form: concept.name
        for concept in concepts
        for word in (*concept.nouns, *concept.synonyms)
        for form in (word, plural(word))
    }


_CURATED_NAMES = frozenset(concept.name for concept in CONCEPTS)
CURATED = Lexicon.of(())
"""The curated concepts alone, for what needs no bank."""
