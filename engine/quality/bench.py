"""What is measured, how much of it, and what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.quality.artist import Draws
from engine.quality.figures import Figure
from engine.quality.judge import Judges
from engine.tokenizers.base import ImageTokenizer
from engine.training.captions import PLACES
from engine.training.scenes import SceneConfig
from engine.training.sprites import SpriteBank
from engine.values.jobs import Pixels


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each. restored, wide: scenes through the tokenizer. single, unseen, places,
    pairs: prompts. words: of each kind. scene_boxes, photo_boxes: edits.
    many: prompts of which eight pictures are drawn."""

    restored: int
    wide: int
    single: int
    unseen: int
    places: int
    pairs: int
    words: int
    scene_boxes: int
    photo_boxes: int
    many: int

    @classmethod
    def of(cls, samples: int) -> "Counts":
        """In the proportions of `samples` prompts for a single object; in all, pictures for about
        four times as many are drawn."""
        return cls(
            restored=1024,
            wide=512,
            single=samples,
            unseen=max(2, samples * 3 // 5),
            places=len(PLACES) * max(1, samples // 10),
            pairs=max(2, samples * 3 // 5),
            words=max(2, samples // 16),
            scene_boxes=max(2, samples * 3 // 10),
            photo_boxes=max(2, samples // 5),
            many=max(2, samples // 20),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What draws, what judges, and the scenes they were taught. photos: (H, W, 3) each, to edit."""

    artist: Draws
    tokenizer: ImageTokenizer
    judge: Judges
    scenes: SceneConfig
    bank: SpriteBank
    photos: Sequence[Pixels]
    counts: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """Some figures, and the pictures that they were taken of with their prompts."""

    figures: tuple[Figure, ...]
    pictures: tuple[Pixels, ...] = ()
    prompts: tuple[str, ...] = ()
