"""The training loop and what the models train on, at toy size."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.tokenizers.vqgan import VQGANConfig
from engine.training.config import TrainingConfig
from engine.training.loop import LoopConfig, Progress, Trainer, learning_rate
from engine.training.losses import contrastive_loss, kl_divergence, reconstruction_loss
from engine.training.tokenizer import CONTINUOUS_STEPS, TokenizerTask
from engine.values.errors import BadInput


class LineTask:
    """Fits y = 3 x; enough to see whether the loop learns, averages and resumes."""

    def __init__(self) -> None:
        self.network: nn.Module = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(self.network.weight)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        x = torch.randn(size, 1, generator=torch.Generator().manual_seed(step))
        return x, 3 * x

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, dict[str, float]]:
        x, y = batch
        loss = (self.network(x).float() - y).square().mean()
        return loss, {"loss": loss.item()}

    def after_step(self, step: int) -> None:
        pass

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        path.write_bytes(b"sheet")


def loop(minutes: float) -> LoopConfig:
    return LoopConfig(
        minutes=minutes, batch=8, lr=0.05, warmup_steps=1, log_steps=5, device="cpu", threads=1
    )


def test_training_learns_and_writes_what_it_says(tmp_path: Path) -> None:
    trainer = Trainer(LineTask(), loop(0.03), tmp_path)
    trainer.run(resume=False)
    assert float(trainer.average["weight"]) == pytest.approx(3.0, abs=0.3)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {
        "network.safetensors",
        "average.safetensors",
        "optimizer.safetensors",
        "state.json",
        "metrics.csv",
        "samples.png",
    }


def test_resume_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = Trainer(LineTask(), loop(0.01), tmp_path)
    first.run(resume=False)
    second = Trainer(LineTask(), loop(0.02), tmp_path)
    second._load()
    assert second.progress == first.progress
    assert torch.equal(second.network.weight, first.network.weight)  # type: ignore[arg-type]
    moments = first.optimizer.state_dict()["state"]
    again = second.optimizer.state_dict()["state"]
    assert {k: v["exp_avg"].tolist() for k, v in moments.items()} == {
        k: v["exp_avg"].tolist() for k, v in again.items()
    }
    second.run(resume=True)
    assert second.progress.step > first.progress.step
    assert json.loads((tmp_path / "state.json").read_text())["progress"]["seconds"] >= 1.2


def test_training_can_begin_from_shipped_weights(tmp_path: Path) -> None:
    save_file({"weight": torch.full((1, 1), 7.0, dtype=torch.float16)}, tmp_path / "half")
    trainer = Trainer(LineTask(), loop(1e-9), tmp_path / "out")
    trainer.run(resume=True, start=tmp_path / "half")
    assert trainer.progress.step == 1
    assert float(trainer.average["weight"]) == pytest.approx(7.0, abs=0.1)
    assert trainer.average["weight"].dtype == torch.float32


def test_learning_rate_warms_up_then_falls_to_a_hundredth() -> None:
    config = LoopConfig(minutes=1, batch=1, lr=1.0, warmup_steps=10)
    rising = [learning_rate(config, Progress(step, 0.0)) for step in (0, 4, 9)]
    falling = [learning_rate(config, Progress(99, seconds)) for seconds in (0, 30, 60)]
    assert rising == pytest.approx([0.1, 0.5, 1.0])
    assert falling == pytest.approx([1.0, 0.505, 0.01])


def test_divergence_is_that_of_the_two_normals() -> None:
    mean, log_variance, prior = torch.randn(3, 4, 5)
    exact = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()),
        torch.distributions.Normal(prior, torch.ones_like(prior)),
    ).sum(1)
    assert torch.allclose(kl_divergence(mean, log_variance, prior), exact, atol=1e-5)


def test_contrastive_loss_prefers_the_right_pairs() -> None:
    features = torch.eye(4)
    right = contrastive_loss(features, features, torch.tensor(10.0))
    wrong = contrastive_loss(features, features.roll(1, 0), torch.tensor(10.0))
    assert right < 0.01 < 5 < wrong


def test_reconstruction_loss_weighs_a_lost_edge_more_than_a_flat_error() -> None:
    image = torch.zeros(1, 3, 8, 8)
    image[..., 4:] = 1.0
    assert float(reconstruction_loss(image, image)) == 0.0
    flat = torch.full_like(image, 0.5)
    shifted = (image * 0.5) + 0.25
    assert reconstruction_loss(flat, image) > reconstruction_loss(shifted, image)


def tiny_tokenizer_task() -> TokenizerTask:
    config = {
        "n_embed": 16,
        "embed_dim": 4,
        "ddconfig": {
            "z_channels": 8,
            "resolution": 16,
            "ch": 8,
            "ch_mult": [1, 1],
            "num_res_blocks": 1,
            "attn_resolutions": [],
            "norm_groups": 2,
        },
    }

    def picture(seed: int) -> NDArray[np.uint8]:
        return np.random.default_rng(seed).integers(0, 255, (16, 16, 3)).astype(np.uint8)

    return TokenizerTask(VQGANConfig.from_json(config), picture)


def test_codes_that_nobody_uses_are_moved_onto_encoder_outputs() -> None:
    task = tiny_tokenizer_task()
    weight = task.codebook.embedding.weight
    with torch.no_grad():
        weight.fill_(100.0)
        weight[0] = 0.0
    task.loss(task.batch(0, 2), CONTINUOUS_STEPS)
    assert task.used.tolist() == [True] + [False] * 15
    task.after_step(CONTINUOUS_STEPS)
    assert torch.equal(weight[0], torch.zeros(4))
    outputs = task.latest
    for code in weight[1:]:
        assert (outputs - code).abs().sum(1).min() < 1e-6


def test_before_the_codebook_starts_the_loss_has_no_codebook_term() -> None:
    task = tiny_tokenizer_task()
    batch = task.batch(0, 2)
    with torch.no_grad():
        task.codebook.embedding.weight.fill_(100.0)
    continuous, _ = task.loss(batch, 0)
    quantised, _ = task.loss(batch, CONTINUOUS_STEPS)
    assert continuous < 10 < quantised


def test_a_configuration_names_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"kl_weight": 0.5, "scenes": {"sizes": [56]}}')
    config = TrainingConfig.read(path)
    assert config.kl_weight == 0.5
    assert config.scenes.sizes == (56,)
    assert config.tokenizer == TrainingConfig().tokenizer


@pytest.mark.parametrize("text", ["{", '{"unknown": 1}', '{"scenes": {"unknown": 1}}'])
def test_a_wrong_configuration_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="is not a training configuration"):
        TrainingConfig.read(path)
