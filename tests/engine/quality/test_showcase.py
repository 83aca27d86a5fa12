"""The sheets of README: every seed is there, and nothing but the box of an edit changes."""

import numpy as np

from engine.quality.showcase import (
    CELL_PX,
    EDITS,
    GAP_PX,
    GENERATIONS,
    SEEDS,
    TITLE_PX,
    edits,
    generations,
)
from engine.values.jobs import Pixels
from engine.values.region import Region


class Painter:
    """Paints the seed's number as a level of grey."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def picture(self, prompt: str, number: int) -> Pixels:
        self.asked.append((prompt, number))
        return np.full((128, 128, 3), 20 * number, np.uint8)

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        raise AssertionError("candidates would be picked from")

    def edited(self, image: Pixels, region: Region, prompt: str, number: int) -> Pixels:
        self.asked.append((prompt, number))
        painted = image.copy()
        painted[region.top : region.bottom, region.left : region.right] = 20 * number
        return painted


def test_every_prompt_is_drawn_with_every_seed_in_order() -> None:
    painter = Painter()
    sheet = np.asarray(generations(painter))
    assert painter.asked == [(prompt, seed) for prompt in GENERATIONS for seed in SEEDS]
    middle = TITLE_PX + CELL_PX // 2
    levels = [int(sheet[middle, CELL_PX // 2 + seed * (CELL_PX + GAP_PX), 0]) for seed in SEEDS]
    assert levels == [20 * seed for seed in SEEDS]


def test_edits_show_the_box_and_then_every_seed() -> None:
    painter = Painter()
    sheet = np.asarray(edits(painter))
    assert painter.asked == [(edit.prompt, seed) for edit in EDITS for seed in SEEDS]
    assert sheet.shape[1] == (len(SEEDS) + 1) * (CELL_PX + GAP_PX)
    middle = TITLE_PX + CELL_PX // 2
    levels = [
        int(sheet[middle, CELL_PX // 2 + (1 + seed) * (CELL_PX + GAP_PX), 0]) for seed in SEEDS
    ]
    assert levels == [20 * seed for seed in SEEDS]
