"""The figures of a generator: prompts, boxes, other words, diversity."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.quality import asks, intervals
from engine.quality.asks import REAL_SCENES, Ask, BoxAsk, Words
from engine.quality.bench import Bench, Chapter
from engine.quality.diversity import mean_distance, pixel_distance
from engine.quality.figures import (
    Aim,
    Figure,
    Judged,
    both_right,
    count_right,
    ground_right,
    judged_share,
    object_and_ground_right,
    object_in_five,
    object_right,
    place_right,
)
from engine.quality.restoration import tokenizer_chapter
from engine.values.jobs import Pixels
from engine.values.region import Region

SEEDS_OF_A_WORD = 4


def prompts_chapter(bench: Bench) -> Chapter:
    """Object, ground, place, pairs; unseen combinations."""
    counts, scenes, bank = bench.counts, bench.scenes, bench.bank
    seen = _judged(bench, asks.single_asks(scenes, bank, counts.single, "seen"))
    unseen = _judged(bench, asks.single_asks(scenes, bank, counts.unseen, "unseen"))
    places = _judged(bench, asks.place_asks(scenes, bank, counts.places))
    pairs = _judged(bench, asks.pair_asks(scenes, bank, counts.pairs))
    # Of one kind alone, shuffled captions would ask for the same number.
    mixed = _looked_at(bench, seen.asks + pairs.asks, seen.pictures + pairs.pictures)
    top1, top5 = Aim(0.5, 0.85, of_ceiling=True), Aim(0.75, 0.95, of_ceiling=True)
    return Chapter(
        (
            judged_share("single object: right, top-1", object_right, seen, top1),
            judged_share("single object: right, top-5", object_in_five, seen, top5),
            judged_share("background right", ground_right, seen, Aim(0.8, 0.95)),
            judged_share("place right", place_right, places, Aim(0.8, 0.95, of_ceiling=True)),
            judged_share(
                "two objects: both right", both_right, pairs, Aim(0.25, 0.7, of_ceiling=True)
            ),
            judged_share("one or two objects, as asked", count_right, mixed),
            judged_share("object and background, seen", object_and_ground_right, seen),
            judged_share("object and background, unseen", object_and_ground_right, unseen),
            _unseen_against_seen(unseen, seen),
        ),
        seen.pictures,
        tuple(ask.prompt for ask in seen.asks),
    )


def scene_boxes_chapter(bench: Bench) -> Chapter:
    """Something else in the place of a scene's object."""
    edits = asks.box_asks_on_scenes(bench.scenes, bench.bank, bench.counts.scene_boxes)
    return _edits(bench, edits, "on scenes")


def photo_boxes_chapter(bench: Bench) -> Chapter:
    """Something anywhere on photographs."""
    edits = asks.box_asks_on_photos(
        bench.scenes, bench.bank, bench.photos, bench.counts.photo_boxes
    )
    return _edits(bench, edits, "on photos")


def words_chapter(bench: Bench) -> Chapter:
    """Other words for a thing, each alone as a prompt, against the usual word."""
    given = (bench.scenes, bench.bank.lexicon, bench.counts.words)
    kinds = {
        "words taught now and then, against the usual": asks.taught_words(*given),
        "words never taught, against the usual": asks.new_words(*given),
    }
    return Chapter(
        tuple(_against_usual(bench, name, words) for name, words in kinds.items() if words)
    )


def diversity_chapter(bench: Bench) -> Chapter:
    """Eight seeds of a prompt against eight real scenes of it."""
    asked = asks.many_asks(bench.scenes, bench.bank, bench.counts.many)
    reals = [ask.reals for ask in asked]
    drawn = [
        bench.artist.pictures(ask.prompt, number, REAL_SCENES) for number, ask in enumerate(asked)
    ]

    def feature_distance(pictures: Sequence[Pixels]) -> float:
        return mean_distance(bench.judge.look(pictures).features)

    def figure(name: str, distance: Callable[[Sequence[Pixels]], float]) -> Figure:
        above, below = (np.array([distance(each) for each in group]) for group in (drawn, reals))
        note = f"{above.mean():.3f} drawn, {below.mean():.3f} real"
        return Figure(name, intervals.ratio(above, below, paired=True), Aim(0.6, 0.8), note=note)

    return Chapter(
        (
            figure("diversity in judge's features, against real", feature_distance),
            figure("diversity in pixels, against real", pixel_distance),
        ),
        tuple(picture for group in drawn for picture in group),
        tuple(ask.prompt for ask in asked for _ in range(REAL_SCENES)),
    )


def _judged(bench: Bench, asked: tuple[Ask, ...]) -> Judged:
    """One picture for each ask, the i-th with the i-th seed."""
    pictures = tuple(bench.artist.picture(ask.prompt, index) for index, ask in enumerate(asked))
    return _looked_at(bench, asked, pictures)


def _looked_at(bench: Bench, asked: tuple[Ask, ...], pictures: tuple[Pixels, ...]) -> Judged:
    judge = bench.judge
    real = judge.look([ask.real for ask in asked])
    return Judged(asked, pictures, judge.look(pictures), real, judge.labels)


def _unseen_against_seen(unseen: Judged, seen: Judged) -> Figure:
    drawn, real = (
        [hits(group, object_and_ground_right).astype(float) for group in (unseen, seen)]
        for hits in (Judged.hits, Judged.real_hits)
    )
    return Figure(
        "unseen combinations, against seen",
        intervals.ratio(*drawn, paired=False),
        Aim(0.7, 0.9),
        ceiling=intervals.ratio(*real, paired=False).value,
    )


def _edits(bench: Bench, edits: tuple[BoxAsk, ...], where: str) -> Chapter:
    """The judge looks at the box alone; what lies outside is counted pixel by pixel."""
    after = tuple(
        bench.artist.edited(edit.image, edit.region, edit.ask.prompt, index)
        for index, edit in enumerate(edits)
    )
    crops = tuple(
        picture[_rows_and_columns(edit.region)] for picture, edit in zip(after, edits, strict=True)
    )
    seen = _looked_at(bench, tuple(edit.ask for edit in edits), crops)
    changed = np.array(
        [_changed_outside(edit, picture) for picture, edit in zip(after, edits, strict=True)]
    )
    outside = sum(
        edit.image[..., 0].size - edit.region.width * edit.region.height for edit in edits
    )
    return Chapter(
        (
            judged_share(
                f"box {where}: asked object in it",
                object_right,
                seen,
                Aim(0.5, 0.85, of_ceiling=True),
            ),
            Figure(
                f"box {where}: rest untouched",
                intervals.share(changed == 0),
                Aim(1.0, 1.0),
                note=f"{changed.sum():,} of {outside:,} pixels changed",
            ),
        ),
        after,
        tuple(edit.ask.prompt for edit in edits),
    )


def _rows_and_columns(region: Region) -> tuple[slice, slice]:
    return slice(region.top, region.bottom), slice(region.left, region.right)


def _changed_outside(edit: BoxAsk, after: Pixels) -> int:
    """Pixels outside the box with any other byte than before."""
    differs = (edit.image != after).any(axis=-1)
    differs[_rows_and_columns(edit.region)] = False
    return int(differs.sum())


def _against_usual(bench: Bench, name: str, words: tuple[Words, ...]) -> Figure:
    """Seeds are paired, and so are the two words of a thing."""
    usual = _shares_right(bench, [(each.concept, each.usual) for each in words])
    other = _shares_right(bench, [(each.concept, each.other) for each in words])
    note = f"{other.mean():.2f} against {usual.mean():.2f}, {SEEDS_OF_A_WORD} seeds a word"
    return Figure(name, intervals.ratio(other, usual, paired=True), Aim(0.6, 0.85), note=note)


def _shares_right(bench: Bench, asked: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
    """Concepts and prompts (n) -> the share of pictures of each that show the concept, (n,)."""
    shares = []
    for number, (concept, prompt) in enumerate(asked):
        verdicts = bench.judge.look(bench.artist.pictures(prompt, number, SEEDS_OF_A_WORD))
        asked_number = bench.judge.labels.concepts.index(concept)
        shares.append(float((verdicts.concepts[:, 0] == asked_number).mean()))
    return np.array(shares)


CHAPTERS: dict[str, Callable[[Bench], Chapter]] = {
    "tokenizer": tokenizer_chapter,
    "prompts": prompts_chapter,
    "scene-boxes": scene_boxes_chapter,
    "photo-boxes": photo_boxes_chapter,
    "words": words_chapter,
    "diversity": diversity_chapter,
}
"""In the order of the table."""
