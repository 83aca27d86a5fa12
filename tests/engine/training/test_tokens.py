"""Scenes encoded piece by piece: stopped, killed, and begun anew when the tokenizer changes."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training import checkpoints
from engine.training.checkpoints import Checkpoint, Progress
from engine.training.config import TrainingConfig
from engine.training.scenes import Scene
from engine.training.tokenised import Said, TokenisedScenes
from engine.training.tokens import PIECE, make_tokens, tokens_are_made

COUNT = 2 * PIECE + 100
SETTINGS = replace(TrainingConfig(), tokenised_scenes=COUNT)


class Killed(BaseException):
    """Stands for the end of the process."""


def compose(seed: int) -> Scene:
    return Scene(np.full((1, 1, 3), seed % 251, np.uint8), str(seed), (str(seed),), (), "")


class Encoder:
    """Writes the seed as the token; may die after so many scenes."""

    def __init__(self, until: float = math.inf) -> None:
        self.encoded = 0
        self.until = until

    def __call__(self, scenes: Sequence[Scene]) -> TokenisedScenes:
        self.encoded += len(scenes)
        if self.encoded > self.until:
            raise Killed
        seeds = np.array([[int(scene.caption)] for scene in scenes])
        return TokenisedScenes(
            seeds.astype(np.uint16),
            seeds.astype(np.float16),
            np.zeros((len(scenes), 4), np.uint8),
            tuple(Said.of(scene) for scene in scenes),
        )


def make(folder: Path, encoder: Encoder, sitting_minutes: float = math.inf) -> bool:
    return make_tokens(
        SETTINGS,
        folder,
        compose=compose,
        encode=encoder,
        device=torch.device("cpu"),
        workers=0,
        sitting_minutes=sitting_minutes,
    )


def trained(folder: Path, value: float) -> None:
    """A tokenizer's checkpoint."""
    tensors = {"weight": torch.tensor([value])}
    checkpoint = Checkpoint(Progress(int(value), 1.0), tensors, tensors, {}, {}, {})
    checkpoints.write(folder / "tokenizer", checkpoint)


def test_killed_encoding_goes_on_with_the_pieces_that_are_missing(tmp_path: Path) -> None:
    trained(tmp_path, 1)
    with pytest.raises(Killed):
        make(tmp_path, Encoder(until=PIECE + 500))
    assert not tokens_are_made(SETTINGS, tmp_path)
    again = Encoder()
    assert make(tmp_path, again)
    assert again.encoded == COUNT - PIECE
    assert tokens_are_made(SETTINGS, tmp_path)
    scenes = TokenisedScenes.read(tmp_path / "tokens")
    assert scenes.ids[:, 0].tolist() == list(range(COUNT))
    assert [said.all for said in scenes.said] == [(str(seed),) for seed in range(COUNT)]
    left = {path.name for path in (tmp_path / "tokens").iterdir()}
    assert left == {"tokens.npz", "captions.jsonl", "source.txt"}


def test_a_sitting_ends_between_pieces(tmp_path: Path) -> None:
    encoder = Encoder()
    assert not make(tmp_path, encoder, sitting_minutes=-1)
    assert encoder.encoded == 0


def test_tokens_of_another_tokenizer_or_other_scenes_are_not_taken(tmp_path: Path) -> None:
    trained(tmp_path, 1)
    assert make(tmp_path, Encoder())
    others = replace(SETTINGS, scenes=replace(SETTINGS.scenes, pairs=0.1))
    assert not tokens_are_made(others, tmp_path)
    trained(tmp_path, 2)
    assert not tokens_are_made(SETTINGS, tmp_path)
    anew = Encoder()
    assert make(tmp_path, anew)
    assert anew.encoded == COUNT
