"""The things that can be drawn: what they are called, their colour, whether they can be dyed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing to draw: bank name, nouns (usual one first), natural colour ('' if mixed), tint.

    `synonyms` are keywords of the bank that name this concept and no other, chosen by eye: the
    bank's keywords do not say which are nouns.
    """

    name: str
    nouns: tuple[str, ...]
    colour: str = ""
    tintable: bool = False
    synonyms: tuple[str, ...] = ()


CONCEPTS: tuple[Concept, ...] = (
    Concept("red apple", ("apple",), "red", tintable=True),
    Concept("banana", ("banana",), "yellow"),
    Concept("strawberry", ("strawberry",), "red", synonyms=("berry",)),
    Concept("lemon", ("lemon",), "yellow", synonyms=("citrus",)),
    Concept("carrot", ("carrot",), "orange"),
    Concept("pizza", ("pizza",)),
    Concept("birthday cake", ("cake",), synonyms=("birthday cake",)),
    Concept("hamburger", ("hamburger", "burger")),
    Concept("doughnut", ("donut", "doughnut"), "brown"),
    Concept("cat", ("cat", "kitten")),
    Concept("dog face", ("dog", "puppy")),
    Concept("fox", ("fox",), "orange"),
    Concept("rabbit face", ("rabbit", "bunny")),
    Concept("bear", ("bear", "grizzly"), "brown"),
    Concept("panda", ("panda",)),
    Concept("frog", ("frog",), "green"),
    Concept("pig face", ("pig",), "pink"),
    Concept("baby chick", ("chick",), "yellow", synonyms=("baby chick",)),
    Concept("penguin", ("penguin",)),
    Concept("owl", ("owl",), "brown"),
    Concept("fish", ("fish",), "blue", tintable=True),
    Concept("spouting whale", ("whale",), "blue", synonyms=("spouting whale",)),
    Concept("butterfly", ("butterfly",), tintable=True),
    Concept("honeybee", ("bee", "honeybee", "bumblebee")),
    Concept("turtle", ("turtle", "tortoise"), "green", synonyms=("terrapin",)),
    Concept("bird", ("bird",), tintable=True),
    Concept("deciduous tree", ("tree",), "green", synonyms=("leafy tree",)),
    Concept("cactus", ("cactus",), "green"),
    Concept("sunflower", ("sunflower",), "yellow"),
    Concept("tulip", ("flower", "tulip", "blossom"), "pink", tintable=True),
    Concept("mushroom", ("mushroom", "toadstool"), "red", synonyms=("fungus",)),
    Concept("sun", ("sun",), "yellow"),
    Concept("crescent moon", ("moon", "crescent"), "yellow", synonyms=("crescent moon",)),
    Concept("star", ("star",), "yellow", tintable=True),
    Concept("cloud", ("cloud",), "white"),
    Concept("rainbow", ("rainbow",)),
    Concept("red heart", ("heart",), "red", tintable=True),
    Concept("house", ("house", "home"), synonyms=("building",)),
    Concept("automobile", ("car", "automobile"), "red", tintable=True),
    Concept("bus", ("bus",)),
    Concept("airplane", ("airplane", "plane", "jet"), synonyms=("aeroplane",)),
    Concept("rocket", ("rocket",)),
    Concept("sailboat", ("boat", "sailboat", "yacht")),
    Concept("balloon", ("balloon",), "red", tintable=True),
    Concept("umbrella", ("umbrella",), tintable=True),
    Concept("alarm clock", ("clock", "alarm clock"), "red", synonyms=("alarm",)),
    Concept("key", ("key",), "yellow"),
    Concept("closed book", ("book",), "red", tintable=True),
    Concept("guitar", ("guitar",), "red"),
    Concept("soccer ball", ("ball", "football", "soccer ball")),
    Concept("crown", ("crown",), "yellow"),
    Concept("billed cap", ("cap", "hat", "baseball cap"), "blue", tintable=True),
    Concept("hot beverage", ("cup", "coffee", "tea"), synonyms=("cup of coffee", "hot drink")),
    Concept("wrapped gift", ("gift", "present", "gift box"), tintable=True),
    Concept("bell", ("bell",), "yellow"),
    Concept("snowman", ("snowman",), "white"),
    Concept("ghost", ("ghost",), "white"),
    Concept("robot", ("robot",)),
    Concept("skull", ("skull",), "white"),
    Concept("t-shirt", ("shirt",), tintable=True, synonyms=("t-shirt",)),
)
"""Looked at one by one: in every style the same thing, plain to see at 48 pixels."""

CONCEPT_OF: dict[str, Concept] = {concept.name: concept for concept in CONCEPTS}

ALSO_TINTABLE: frozenset[str] = frozenset(
    (
        "anchor", "backpack", "bicycle", "boxing glove", "bucket", "candle", "candy", "chair",
        "delivery truck", "dress", "gem stone", "handbag", "helicopter", "high-heeled shoe",
        "jeans", "jellyfish", "kick scooter", "locked", "motorcycle", "octopus", "paintbrush",
        "puzzle piece", "rose", "scissors", "screwdriver", "shield", "T-Rex", "teapot",
        "telephone", "tent", "toothbrush", "tractor", "yo-yo",
    )
)  # fmt: skip
"""Names in the bank, beyond the curated ones, that look right in any colour."""

PLURALS_ONLY: frozenset[str] = frozenset(
    ("glasses", "sunglasses", "goggles", "jeans", "shorts", "briefs", "scissors", "skis", "stairs")
)
"""Nouns that are plural in form and name one thing: no article, and not to be counted."""

FLYING: frozenset[str] = frozenset(
    (
        "airplane", "small airplane", "balloon", "bat", "bird", "butterfly", "cloud",
        "cloud with rain", "comet", "crescent moon", "dove", "eagle", "flying saucer",
        "helicopter", "high voltage", "honeybee", "kite", "parachute", "rainbow", "red heart",
        "ringed planet", "rocket", "satellite", "snowflake", "sparkles", "star", "sun",
    )
)  # fmt: skip
"""Names of things that need no ground to stand on and throw no shadow there."""
