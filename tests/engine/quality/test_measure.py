"""Every row's arithmetic, with artists and a judge whose answers are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.quality import asks
from engine.quality.asks import Ask
from engine.quality.bench import Bench, Chapter, Counts
from engine.quality.figures import Aim, Figure
from engine.quality.intervals import Estimate
from engine.quality.judge import Labels, Verdicts
from engine.quality.measure import (
    diversity_chapter,
    photo_boxes_chapter,
    prompts_chapter,
    scene_boxes_chapter,
    words_chapter,
)
from engine.quality.report import HEAD, as_json, line
from engine.quality.restoration import tokenizer_chapter
from engine.training.captions import PLACES
from engine.training.scenes import SceneConfig
from engine.training.splits import Split, is_held_out
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.region import Region
from tests.tiny_bank import PAINTS, write_tiny_bank

# Apple and car of the tiny bank are the same disc, and dyed discs are all alike.
CONFIG = SceneConfig(concepts=tuple(name for name in PAINTS if name != "automobile"), tints=())
LABELS = Labels.of(SceneConfig())
COUNTS = Counts(
    restored=6,
    wide=5,
    single=12,
    unseen=8,
    places=10,
    pairs=12,
    words=3,
    scene_boxes=8,
    photo_boxes=8,
    many=3,
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz")


@pytest.fixture(scope="module")
def asked(bank: SpriteBank) -> tuple[Ask, ...]:
    """Every whole picture that the prompts chapter asks for."""
    return (
        *asks.single_asks(CONFIG, bank, COUNTS.single, "seen"),
        *asks.single_asks(CONFIG, bank, COUNTS.unseen, "unseen"),
        *asks.place_asks(CONFIG, bank, COUNTS.places),
        *asks.pair_asks(CONFIG, bank, COUNTS.pairs),
    )


class KnowingJudge:
    """Knows what it was told of each picture; takes any other for a first thing on nothing."""

    labels = LABELS

    def __init__(self, told: Sequence[Ask]) -> None:
        self._told: dict[bytes, Ask] = {}
        for ask in told:  # one scene may be asked for its ground and for its place
            before = self._told.setdefault(ask.real.tobytes(), ask)
            self._told[ask.real.tobytes()] = replace(
                before, ground=before.ground or ask.ground, place=before.place or ask.place
            )

    def look(self, pictures: Sequence[Pixels]) -> Verdicts:
        known = [self._told.get(picture.tobytes()) for picture in pictures]
        return Verdicts(
            np.array([_ranking(ask) for ask in known]),
            np.array([LABELS.grounds.index(ask.ground if ask else "") for ask in known]),
            np.array([LABELS.places.index(ask.place if ask else "") for ask in known]),
            np.array([len(ask.concepts) if ask else 1 for ask in known]),
            np.stack([picture[::16, ::16].reshape(-1)[:64] for picture in pictures]).astype("f4"),
        )


def _ranking(ask: Ask | None) -> list[int]:
    first = [LABELS.concepts.index(name) for name in ask.concepts] if ask else [0]
    return [*first, *(number for number in range(len(LABELS.concepts)) if number not in first)]


class CopyingArtist:
    """Gives back the real picture of a prompt where `obeys(number)`, else a grey one.

    In a box it pastes the real crop, and outside it spoils as many pixels as it is told to.
    """

    def __init__(self, told: Sequence[Ask], every: int = 1, spoilt: int = 0) -> None:
        self._real = {ask.prompt: ask.real for ask in told}
        self._every = every
        self._spoilt = spoilt

    def picture(self, prompt: str, number: int) -> Pixels:
        grey = np.full((128, 128, 3), 128, np.uint8)
        return grey if number % self._every else self._real[prompt]

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        return (self._real[prompt],) * count

    def edited(self, image: Pixels, region: Region, prompt: str, number: int) -> Pixels:
        after = image.copy()
        outside = np.ones(image.shape[:2], bool)
        outside[region.top : region.bottom, region.left : region.right] = False
        after[~outside] = self._real[f"{prompt} {number}"].reshape(-1, 3)
        rows, columns = np.nonzero(outside)
        after[rows[: self._spoilt], columns[: self._spoilt]] ^= 255
        return after


class Halving:
    """A tokenizer of 2 x 2 sites that keeps one grey level of 256 for each."""

    codebook_size = 256
    image_side = 128

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        blocks = images.reshape(len(images), 2, 64, 2, 64, 3).mean(axis=(2, 4, 5))
        ids: NDArray[np.int32] = blocks.round().astype(np.int32).reshape(len(images), 4)
        return ids

    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        levels = ids.reshape(-1, 2, 2).repeat(64, axis=1).repeat(64, axis=2).astype(np.uint8)
        return levels[..., None].repeat(3, axis=-1)


def bench(bank: SpriteBank, told: Sequence[Ask], artist: CopyingArtist) -> Bench:
    photos = [np.random.default_rng(0).integers(0, 256, (200, 260, 3), dtype=np.uint8)]
    return Bench(artist, Halving(), KnowingJudge(told), CONFIG, bank, photos, COUNTS)


def by_name(chapter: Chapter) -> dict[str, Figure]:
    return {figure.name: figure for figure in chapter.figures}


def test_prompts_claim_what_is_asked_and_are_true_of_the_real_scene(bank: SpriteBank) -> None:
    splits: tuple[Split, ...] = ("seen", "unseen")
    for split in splits:
        for ask in asks.single_asks(CONFIG, bank, 20, split):
            assert ask.ground in ask.prompt
            assert is_held_out((ask.concepts[0], "on", ask.ground)) == (split == "unseen")
    places = asks.place_asks(CONFIG, bank, 10)
    assert sorted(ask.place for ask in places) == sorted([*PLACES] * 2)
    assert {len(ask.concepts) for ask in asks.pair_asks(CONFIG, bank, 6)} == {2}


def test_a_perfect_artist_reaches_the_ceiling(bank: SpriteBank, asked: tuple[Ask, ...]) -> None:
    rows = by_name(prompts_chapter(bench(bank, asked, CopyingArtist(asked))))
    for figure in rows.values():
        assert (figure.estimate.value, figure.ceiling) == (1.0, 1.0), figure.name
        assert figure.floor is None or figure.floor < 1.0, figure.name
        assert figure.meets_gpu in (True, None)
    assert rows["background right"].estimate.samples == COUNTS.single
    assert rows["place right"].estimate.samples == COUNTS.places


def test_an_artist_that_obeys_every_other_time_is_half_right(
    bank: SpriteBank, asked: tuple[Ask, ...]
) -> None:
    chapter = prompts_chapter(bench(bank, asked, CopyingArtist(asked, every=2)))
    rows = by_name(chapter)
    background = rows["background right"]
    assert background.estimate.value == 0.5
    assert background.floor is not None and background.floor < 0.5
    assert (background.ceiling, background.meets_cpu) == (1.0, False)
    both = rows["two objects: both right"]
    assert both.estimate.value >= 0.5 and both.meets_cpu
    assert rows["unseen combinations, against seen"].estimate.value == pytest.approx(
        rows["object and background, unseen"].estimate.value
        / rows["object and background, seen"].estimate.value
    )
    assert len(chapter.pictures) == len(chapter.prompts) == COUNTS.single


@pytest.mark.parametrize("where", ["scenes", "photos"])
@pytest.mark.parametrize("spoilt", [0, 3])
def test_boxes_are_judged_inside_and_counted_outside(
    bank: SpriteBank, where: str, spoilt: int
) -> None:
    config = replace(CONFIG, sizes=(56,), explicit=False)
    stand = replace(bench(bank, [], CopyingArtist([])), scenes=config)
    if where == "scenes":
        edits = asks.box_asks_on_scenes(config, bank, COUNTS.scene_boxes)
        chapter = scene_boxes_chapter
    else:
        edits = asks.box_asks_on_photos(config, bank, stand.photos, COUNTS.photo_boxes)
        chapter = photo_boxes_chapter
    told = [
        replace(edit.ask, prompt=f"{edit.ask.prompt} {number}") for number, edit in enumerate(edits)
    ]
    artist = CopyingArtist(told, spoilt=spoilt)
    rows = by_name(chapter(replace(stand, artist=artist, judge=KnowingJudge(told))))
    inside = rows[f"box on {where}: asked object in it"]
    assert (inside.estimate.value, inside.ceiling) == (1.0, 1.0)
    assert inside.floor is not None and inside.floor < 1.0
    outside = rows[f"box on {where}: rest untouched"]
    assert (outside.estimate.value, outside.meets_cpu) == ((0.0, False) if spoilt else (1.0, True))
    assert outside.note.startswith(f"{spoilt * len(edits)} of ")


def test_scene_boxes_ask_for_something_else(bank: SpriteBank) -> None:
    for edit in asks.box_asks_on_scenes(CONFIG, bank, 10):
        height, width = edit.region.height, edit.region.width
        assert edit.ask.real.shape == (height, width, 3)
        shown = [picture[height // 3, width // 2] for picture in (edit.ask.real, _box(edit))]
        assert np.abs(shown[0].astype(int) - shown[1]).max() > 50  # discs differ in colour


def _box(edit: asks.BoxAsk) -> Pixels:
    region = edit.region
    return edit.image[region.top : region.bottom, region.left : region.right]


class WordArtist(CopyingArtist):
    """Draws the usual words right every time, the others in half of the pictures."""

    def __init__(self, usual: Ask, other: Ask, usual_words: set[str]) -> None:
        super().__init__([usual])
        self._pair = (usual.real, other.real)
        self._usual_words = usual_words

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        right, wrong = self._pair
        half = count // 2
        return (
            (right,) * count if prompt in self._usual_words else (right,) * half + (wrong,) * half
        )


def test_other_words_are_measured_against_the_usual_ones(bank: SpriteBank) -> None:
    config = SceneConfig(concepts=("hamburger",))
    (words,) = asks.taught_words(config, bank.lexicon, 1)
    burger = Ask("", ("hamburger",), np.zeros((8, 8, 3), np.uint8))
    other = Ask("", ("cat",), np.ones((8, 8, 3), np.uint8))
    judge = KnowingJudge([burger, other])
    stand = bench(bank, [], WordArtist(burger, other, {words.usual}))
    (figure,) = words_chapter(replace(stand, judge=judge, scenes=config)).figures
    assert figure.estimate.value == 0.5
    assert figure.meets_cpu is False
    assert "0.50 against 1.00" in figure.note
    assert words_chapter(replace(stand, scenes=replace(config, concepts=("key",)))).figures == ()


class VariedArtist(CopyingArtist):
    """Real pictures of each prompt, but only two different ones of the eight."""

    def __init__(self, reals: dict[str, tuple[Pixels, ...]], kinds: int) -> None:
        super().__init__([])
        self._reals = reals
        self._kinds = kinds

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        return tuple(self._reals[prompt][index % self._kinds] for index in range(count))


@pytest.mark.parametrize(("kinds", "met"), [(8, True), (1, False)])
def test_diversity_is_that_of_the_real_scenes(bank: SpriteBank, kinds: int, met: bool) -> None:
    asked = asks.many_asks(CONFIG, bank, COUNTS.many)
    for ask in asked:
        assert len({real.tobytes() for real in ask.reals}) > 1
    artist = VariedArtist({ask.prompt: ask.reals for ask in asked}, kinds)
    for figure in diversity_chapter(bench(bank, [], artist)).figures:
        assert figure.estimate.value == pytest.approx(1.0 if met else 0.0)
        assert figure.meets_cpu is met


def test_tokenizer_rows_count_codes_and_lie_above_their_floor(bank: SpriteBank) -> None:
    rows = by_name(tokenizer_chapter(bench(bank, [], CopyingArtist([]))))
    quality = rows["tokenizer: PSNR, dB"]
    assert quality.floor is not None and quality.floor < quality.estimate.value < 25
    assert quality.estimate.low <= quality.estimate.value <= quality.estimate.high
    assert quality.estimate.samples == COUNTS.restored and quality.meets_cpu is False
    assert rows["wide scenes: SSIM"].estimate.samples == COUNTS.wide
    codes = rows["tokenizer: codes used"]
    assert 0 < codes.estimate.value * 256 <= 4 * COUNTS.restored
    narrow = replace(CONFIG, side=64, sizes=(32,), pair_sizes=(24,))
    with pytest.raises(BadInput, match="takes 128 px"):
        tokenizer_chapter(replace(bench(bank, [], CopyingArtist([])), scenes=narrow))


def test_a_row_says_whether_its_aims_are_met() -> None:
    estimate = Estimate(0.6, 0.5, 0.7, 50)
    figure = Figure("right", estimate, Aim(0.7, 0.9, of_ceiling=True), ceiling=0.8, floor=0.1)
    assert figure.of_ceiling == pytest.approx(0.75)
    assert (figure.meets_cpu, figure.meets_gpu) == (True, False)
    cells = [cell.strip() for cell in line(figure).strip("|").split("|")]
    assert cells[:7] == ["right", "0.600", "0.500 to 0.700", "0.800", "0.100", "0.750", "50"]
    assert cells[7:10] == ["0.7 of ceiling", "0.9 of ceiling", "CPU"]
    assert line(figure).count("|") == HEAD.splitlines()[0].count("|")
    nothing = Figure("none", Estimate(np.nan, np.nan, np.nan, 0), Aim(0.5, 0.8))
    assert nothing.meets_cpu is False
    assert as_json(nothing)["estimate"] == {"value": None, "low": None, "high": None, "samples": 0}
