"""Ablations: the pictures are the engine's own, and the arithmetic of the rows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from engine.catalog import model_folders
from engine.quality import drawing
from engine.quality.cases import Asked, AskedBox, asked_boxes, asked_pictures
from engine.quality.commands import measure_app
from engine.quality.drawing import Setting
from engine.quality.judge import Labels, Verdicts
from engine.quality.scorer import JudgeScorer, TowersScorer, places
from engine.quality.studies import (
    BOX_CANDIDATES,
    CANDIDATES,
    DRAWS,
    PLACEMENTS,
    STUDIES,
    Row,
    Setup,
    mirrored,
    settings,
)
from engine.runtime.device import choose_device
from engine.runtime.engine import Engine
from engine.runtime.model_pool import LoadedModel, ModelPool
from engine.training.scenes import SceneConfig, compose
from engine.training.splits import TEST_SEEDS, belongs
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest, EngineEvent, Finished, Pixels
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.tiny_bank import PAINTS, write_tiny_bank
from tests.tiny_model import IMAGE_SIDE, write_tiny_model

CONFIG = SceneConfig(
    side=IMAGE_SIDE, concepts=tuple(PAINTS), sizes=(24, 16), pair_sizes=(8,), grid=8
)
PARAMS = SamplingParams(seed=3, temperature=0.9, top_k=16, guidance_scale=2.0)


class RednessScorer:
    """Ranks the first concept first where a picture is red, else last."""

    title = "a thermometer"
    concepts = tuple(PAINTS)

    def ranked(self, pictures: Sequence[Pixels]) -> NDArray[np.int64]:
        order = np.arange(len(self.concepts))
        red = [float(p[..., 0].mean()) > float(p[..., 2].mean()) for p in pictures]
        return np.stack([order if is_red else np.roll(order, -1) for is_red in red])


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> ModelPool:
    folder = write_tiny_model(tmp_path_factory.mktemp("tiny"))
    return ModelPool(model_folders([folder]), choose_device("cpu"))


@pytest.fixture(scope="module")
def model(pool: ModelPool) -> LoadedModel:
    return pool.get("lformer")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz")


@pytest.fixture(scope="module")
def setup(model: LoadedModel, bank: SpriteBank) -> Setup:
    pictures, boxes = asked_pictures(CONFIG, bank, 2), asked_boxes(CONFIG, bank, 2)
    asked = tuple(replace(each, concept=RednessScorer.concepts[0]) for each in pictures)
    cases = tuple(
        replace(case, asked=replace(case.asked, concept=RednessScorer.concepts[0]))
        for case in boxes
    )
    return Setup(model, RednessScorer(), asked, cases)


def answered(pool: ModelPool, request: EditRequest) -> Finished:
    events: list[EngineEvent] = []
    Engine(pool, choose_device("cpu")).run(request, events.append, lambda: False)
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def patches_by_seed(finished: Finished) -> dict[int, Pixels]:
    return {c.timeline.head_run.params.seed: c.patch for c in finished.candidates}


def test_whole_pictures_are_those_of_the_engine(pool: ModelPool, model: LoadedModel) -> None:
    drawn = drawing.whole_picture(model, "a red cat", Setting.steady(PARAMS), (3, 4))
    finished = answered(pool, EditRequest(1, "lformer", "a red cat", PARAMS, candidates=2))
    patches = patches_by_seed(finished)
    assert np.array_equal(drawn.squares[0], patches[3])
    assert np.array_equal(drawn.squares[1], patches[4])


def test_boxes_are_those_of_the_engine(pool: ModelPool, model: LoadedModel) -> None:
    image = np.random.default_rng(0).integers(0, 256, (70, 90, 3)).astype(np.uint8)
    region = Region(20, 10, 60, 44)
    _, patches = drawing.box(
        model, "a cat", Setting.steady(PARAMS), (3, 4), image=image, region=region
    )
    request = EditRequest(1, "lformer", "a cat", PARAMS, image, region, candidates=2)
    engines = patches_by_seed(answered(pool, request))
    assert np.array_equal(patches[0], engines[3]) and np.array_equal(patches[1], engines[4])


def test_without_the_latent_seeds_differ_by_their_draws_alone(model: LoadedModel) -> None:
    greedy = Setting.steady(replace(PARAMS, temperature=0.0))
    with_latent = drawing.whole_picture(model, "a cat", greedy, (0, 1)).states
    without = drawing.whole_picture(model, "a cat", replace(greedy, latent=False), (0, 1)).states
    assert without[0].tokens == without[1].tokens
    assert with_latent[0].tokens != with_latent[1].tokens


def test_a_course_runs_from_the_first_setting_to_the_last() -> None:
    course = Setting(replace(PARAMS, temperature=1.0, top_k=9), replace(PARAMS, temperature=0.5))
    assert course.at(0) == course.first and course.at(1) == course.last
    halfway = course.at(0.5)
    assert halfway.temperature == pytest.approx(0.75) and halfway.top_k == 12
    assert Setting.steady(PARAMS).at(0.3) == PARAMS


def test_a_course_that_ends_where_it_began_draws_the_same(model: LoadedModel) -> None:
    steady = Setting.steady(PARAMS)
    cold = replace(PARAMS, temperature=0.1)
    drawn = [
        drawing.whole_picture(model, "a cat", setting, (3,)).states[0].tokens
        for setting in (steady, Setting(PARAMS, PARAMS), Setting(PARAMS, cold))
    ]
    assert drawn[0] == drawn[1] and drawn[0] != drawn[2]


def test_prompts_are_captions_of_held_out_scenes(bank: SpriteBank) -> None:
    asked = asked_pictures(CONFIG, bank, 12)
    assert asked == asked_pictures(CONFIG, bank, 12)
    single = replace(CONFIG, pairs=0.0)
    for index, each in enumerate(asked):
        scene = compose(single, bank, TEST_SEEDS + index, "seen")
        assert belongs("seen", scene.objects, scene.ground)
        assert (each.prompt, each.concept) == (scene.caption, scene.objects[0].concept)
    assert len({each.seed for each in asked}) == 12


def test_boxes_lie_in_the_picture_and_ask_for_another_thing(bank: SpriteBank) -> None:
    cases = asked_boxes(CONFIG, bank, 10)
    single = replace(CONFIG, side=2 * CONFIG.side, sizes=(24,), pairs=0.0)
    for index, case in enumerate(cases):
        height, width = case.image.shape[:2]
        assert height == width == 2 * IMAGE_SIDE
        assert Region(0, 0, width, height).contains(case.region)
        if index % 2 == 0:
            scene = compose(single, bank, TEST_SEEDS + index, "seen")
            assert case.region == scene.objects[0].box
            assert case.asked.concept != scene.objects[0].concept
            assert (not scene.ground) or scene.ground in case.asked.prompt


def test_mirrored_brings_more_of_the_picture_to_the_left() -> None:
    image = np.arange(20 * 30 * 3, dtype=np.uint32).reshape(20, 30, 3).astype(np.uint8)
    case = AskedBox(image, Region(2, 3, 12, 18), Asked("a cat", "cat", 0))
    flipped = mirrored(case)
    assert flipped.region == Region(18, 3, 28, 18)
    box, old = flipped.region, case.region
    assert np.array_equal(
        flipped.image[box.top : box.bottom, box.left : box.right],
        image[old.top : old.bottom, old.left : old.right][:, ::-1],
    )
    assert mirrored(flipped) is flipped


def test_places_count_from_one() -> None:
    ranked = np.array([[2, 0, 1], [0, 1, 2]])
    assert places(ranked, 0).tolist() == [2, 1]
    assert places(ranked, 1).tolist() == [3, 2]


def test_towers_rank_every_concept(model: LoadedModel) -> None:
    scorer = TowersScorer(model.text, tuple(PAINTS))
    pictures = list(np.random.default_rng(0).integers(0, 256, (3, 40, 50, 3)).astype(np.uint8))
    ranked = scorer.ranked(pictures)
    assert [sorted(row) for row in ranked.tolist()] == [list(range(len(PAINTS)))] * 3


class Seer:
    """Judges by brightness alone: bright pictures show the last concept first."""

    labels = Labels(tuple(PAINTS), ("",))

    def look(self, pictures: Sequence[Pixels]) -> Verdicts:
        order = np.arange(len(PAINTS))
        ranked = np.stack([order[::-1] if p.mean() > 128 else order for p in pictures])
        blank = np.zeros(len(pictures), np.int64)
        return Verdicts(ranked, blank, blank, blank, np.zeros((len(pictures), 1), np.float32))


def test_the_judge_ranks_too() -> None:
    scorer = JudgeScorer(Seer())
    pictures = [np.full((8, 8, 3), level, np.uint8) for level in (0, 255)]
    assert scorer.concepts == tuple(PAINTS)
    assert places(scorer.ranked(pictures), 0).tolist() == [1, len(PAINTS)]


@pytest.fixture(scope="module")
def rows(setup: Setup) -> dict[str, list[Row]]:
    return {name: list(study(setup)) for name, study in STUDIES.items()}


def test_every_choice_has_a_row_and_every_figure_its_samples(
    rows: dict[str, list[Row]], setup: Setup
) -> None:
    names = [name for name, _ in settings(setup.model.spec.defaults)]
    assert [row.choice for row in rows["sampling"]] == names
    assert [row.choice for row in rows["placement"]] == list(PLACEMENTS)
    cases = len(setup.pictures)
    assert {row.figures["right"].samples for row in rows["sampling"]} == {cases * DRAWS}
    assert rows["ranking"][0].figures["right"].samples == cases * CANDIDATES
    assert {row.figures["right"].samples for row in rows["ranking"][1:]} == {cases}
    assert rows["box-ranking"][0].figures["seam"].samples == len(setup.boxes)
    assert rows["box-ranking"][0].figures["right"].samples == len(setup.boxes) * BOX_CANDIDATES


def test_the_first_row_of_a_study_is_its_own_measure(rows: dict[str, list[Row]]) -> None:
    for study in rows.values():
        change = study[0].figures["change"]
        assert (change.value, change.low, change.high) == (0, 0, 0)


def test_no_ranking_beats_the_best_candidate(rows: dict[str, list[Row]]) -> None:
    *rankings, best = rows["ranking"]
    assert all(row.figures["place"].value <= best.figures["place"].value for row in rankings)


def test_changes_are_differences_of_places(rows: dict[str, list[Row]]) -> None:
    for study in rows.values():
        first = study[0].figures["place"].value
        for row in study:
            told = row.figures["change"].value
            assert told == pytest.approx(row.figures["place"].value - first)


def test_a_row_is_one_line(rows: dict[str, list[Row]]) -> None:
    line = rows["placement"][0].line
    assert line.startswith("placement: in the middle: right ") and "seam" in line
    assert "\n" not in line


def test_the_command_writes_what_it_prints(tmp_path: Path) -> None:
    model, config, out = tmp_path / "tiny", tmp_path / "config.json", tmp_path / "figures.json"
    write_tiny_model(model)
    write_tiny_bank(tmp_path / "sprites.npz")
    scenes = {name: getattr(CONFIG, name) for name in ("side", "concepts", "sizes", "pair_sizes")}
    config.write_text(json.dumps({"scenes": scenes}), encoding="utf-8")
    given = {"bank": tmp_path / "sprites.npz", "model": model, "config": config, "json": out}
    options = [word for name, path in given.items() for word in (f"--{name}", str(path))]
    asked = ["--samples", "2", "--study", "box-ranking", "--device", "cpu"]
    told = CliRunner().invoke(measure_app, ["ablate", *options, *asked], catch_exceptions=False)
    title, *lines = told.stdout.splitlines()
    assert "2 prompts" in title and "towers" in title
    written = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [line.split(": ")[1] for line in lines] == [row["choice"] for row in written]
    assert written[0]["figures"]["seam"]["samples"] == 2
    with pytest.raises(BadInput, match="no study"):
        CliRunner().invoke(
            measure_app, ["ablate", *options, "--study", "luck"], catch_exceptions=False
        )
