"""The concepts of the sprite bank, chosen by eye: no flags, no trade marks, nothing twice."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from engine.training.lexicon import Entry, Lexicon


@dataclass(frozen=True, slots=True)
class Listed:
    """id: code point or, for what only clip art shows, "clip:" and the name. words: names for
    captions, best first. kind: a more general word or None. clip_art: paths of drawings of it."""

    id: str
    name: str
    words: tuple[str, ...]
    kind: str | None
    clip_art: tuple[str, ...]

    @property
    def is_clip_art(self) -> bool:
        return self.id.startswith("clip:")


def listed() -> tuple[Listed, ...]:
    text = resources.files("engine.training").joinpath("bank_concepts.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return tuple(
        Listed(
            row["id"],
            row["name"],
            tuple(row.get("words", (row["name"],))),
            row.get("kind"),
            tuple(row.get("clip_art", ())),
        )
        for row in rows
    )


@cache
def listed_lexicon() -> Lexicon:
    """The nouns of all listed concepts: those of the shipped bank, without opening it."""
    return Lexicon.of(Entry(one.name, one.words) for one in listed())
