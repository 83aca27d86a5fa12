"""The judge: what it is taught, that it learns, and that its file says what it knows."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.quality.judge import Judge, JudgeNetwork, Labels, check_knows
from engine.quality.lessons import NOT_ASKED, JudgeTask, finished_judge, lesson
from engine.training.loop import LoopConfig, Trainer
from engine.training.scenes import SceneConfig, compose
from engine.training.splits import TEST_SEEDS
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput
from tests.tiny_bank import write_tiny_bank

CONFIG = SceneConfig(
    concepts=("cat", "deciduous tree", "star"), backgrounds=("white", "black", "blue"), tints=()
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz")


def test_lessons_repeat_and_say_what_their_scene_says(bank: SpriteBank) -> None:
    taught = [lesson(CONFIG, bank, seed) for seed in range(60)]
    again = [lesson(CONFIG, bank, seed) for seed in range(60)]
    assert all(np.array_equal(a.seen, b.seen) for a, b in zip(taught, again, strict=True))
    assert {each.seen.shape for each in taught} == {(64, 64, 3)}
    whole = [each for each in taught if each.count is not None]
    assert {len(each.concepts) for each in whole} == {1, 2}
    assert all(each.count == len(each.concepts) for each in whole)
    assert {each.place is None for each in whole if each.count == 2} == {True}
    foreign = [each for each in taught if each.ground is None]
    crops = [each for each in taught if each.ground is not None and each.count is None]
    assert len(foreign) >= 3 and len(crops) >= 8
    assert all(len(each.concepts) == 1 for each in (*foreign, *crops))


def test_targets_share_the_objects_and_leave_out_what_is_not_asked(bank: SpriteBank) -> None:
    task = JudgeTask(CONFIG, bank, width=8)
    images, concepts, ground, place, count = task.batch(3, 40)
    assert images.shape == (40, 3, 64, 64)
    assert 0 <= float(images.min()) < float(images.max()) <= 1
    assert torch.allclose(concepts.sum(1), torch.ones(40))
    pairs = count == 1
    assert (concepts[pairs] == 0.5).sum(1).tolist() == [2] * int(pairs.sum())
    assert (place[pairs] == NOT_ASKED).all()
    assert NOT_ASKED in ground
    assert all(torch.equal(a, b) for a, b in zip(task.batch(3, 40), task.batch(3, 40), strict=True))


def test_a_trained_judge_tells_discs_apart_and_survives_its_file(
    bank: SpriteBank, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    task = JudgeTask(CONFIG, bank, width=8)
    loop = LoopConfig(
        steps=60, batch=32, lr=1e-2, warmup_steps=1, ema=0.8, device="cpu", threads=1, workers=0
    )
    trainer = Trainer(task, loop, tmp_path / "judge")
    trainer.run(resume=False)
    assert (tmp_path / "judge" / "samples.png").exists()
    judge = finished_judge(task, trainer.average)
    scenes = [compose(CONFIG, bank, TEST_SEEDS + seed, "seen") for seed in range(60)]
    singles = [scene for scene in scenes if len(scene.objects) == 1]
    verdicts = judge.look([scene.pixels for scene in singles])
    asked = [CONFIG.concepts.index(scene.objects[0].concept) for scene in singles]
    assert (verdicts.concepts[:, 0] == asked).mean() > 0.8
    judge.save(tmp_path / "judge.safetensors")
    read = Judge.read(tmp_path / "judge.safetensors")
    assert read.labels == judge.labels
    again = read.look([scene.pixels for scene in singles])
    assert (again.concepts[:, 0] == verdicts.concepts[:, 0]).mean() > 0.95
    assert np.allclose(again.features, verdicts.features, atol=0.05 * verdicts.features.max())


def test_pictures_of_any_size_are_looked_at() -> None:
    judge = Judge(JudgeNetwork(Labels.of(CONFIG), width=8), Labels.of(CONFIG))
    sizes = ((64, 64), (128, 128), (40, 90), (300, 200))
    verdicts = judge.look([np.full((*size, 3), 99, np.uint8) for size in sizes])
    assert verdicts.concepts.shape == (4, 3)
    assert len({tuple(row) for row in verdicts.features.round(3).tolist()}) == 1


def test_what_is_no_judge_is_refused_in_a_sentence(tmp_path: Path) -> None:
    torn = tmp_path / "judge.safetensors"
    with pytest.raises(BadInput, match="cannot be read as a judge"):
        Judge.read(torn)
    torn.write_bytes(b"not a judge")
    with pytest.raises(BadInput, match="train judge"):
        Judge.read(torn)
    judge = Judge(JudgeNetwork(Labels.of(CONFIG), width=8), Labels.of(CONFIG))
    with pytest.raises(BadInput, match="was not taught"):
        check_knows(judge, SceneConfig())
