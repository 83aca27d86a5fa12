"""VQ-Diffusion's task learns, and what it leaves in a training folder becomes a model folder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.catalog import catalog
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.runtime.engine import build_engine
from engine.text.clip import build_clip
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from engine.training.config import TrainingConfig
from engine.training.scenes import SceneConfig
from engine.training.tokenised import Said, TokenisedScenes
from engine.training.vq_diffusion import VQDiffusionTask
from engine.training.vq_diffusion_model import ship_vq_diffusion, vq_diffusion_sheet
from engine.values.jobs import EditRequest
from engine.values.params import SamplingParams
from engine.weights.stock import add_copy
from engine.weights.store import read_folder
from tests.engine_answers import finished
from tests.tiny_model import CODEBOOK_SIZE, GRID_SIDE, IMAGE_SIDE, write_tiny_model
from tests.tiny_training import write_parts

CONTEXT_LENGTH = 32
NETWORK = {
    "num_embed": CODEBOOK_SIZE,
    "content_spatial_size": [GRID_SIDE, GRID_SIDE],
    "n_layer": 1,
    "n_embd": 32,
    "n_head": 2,
    "mlp_hidden_times": 2,
    "condition_seq_len": 2 * CONTEXT_LENGTH,  # embedded words and states
    "condition_dim": 16,
    "diffusion_step": 100,
    "empty_text_embed": True,
}
SITES = GRID_SIDE * GRID_SIDE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training folder with untrained towers, tokenizer and network."""
    home = tmp_path_factory.mktemp("training")
    torch.manual_seed(0)
    write_tiny_model(home)  # for its vocabulary and its description
    model = json.loads((home / "model.json").read_text())
    model["text"]["open_clip"]["text_cfg"]["context_length"] = CONTEXT_LENGTH
    networks: dict[str, nn.Module] = {
        "clip": build_clip(model["text"]["open_clip"]),
        "tokenizer": build_vqgan(VQGANConfig.from_json(model["tokenizer"]["config"])),
        "vq-diffusion": VQDiffusion(VQDiffusionConfig.from_json(NETWORK)),
    }
    write_parts(home, networks)
    (home / "model.json").write_text(json.dumps(model))
    return home


@pytest.fixture(scope="module")
def settings(folder: Path) -> TrainingConfig:
    model = json.loads((folder / "model.json").read_text())
    return TrainingConfig(
        scenes=replace(SceneConfig(), side=IMAGE_SIDE),
        tokenizer=model["tokenizer"]["config"],
        clip=model["text"]["open_clip"],
        vq_diffusion=NETWORK,
    )


def task_of(
    folder: Path, settings: TrainingConfig, *, text_dropout: float = 0.1, edit_share: float = 0.3
) -> VQDiffusionTask:
    """Two scenes, each of two tokens alone, that their captions tell apart."""
    torch.manual_seed(0)
    ids = np.stack([np.tile([3, 4], SITES // 2), np.tile([7, 9], SITES // 2)]).astype(np.uint16)
    scenes = TokenisedScenes(
        ids,
        np.zeros((2, 16), np.float16),
        np.array([[1, 1, 3, 3]] * 2, np.uint8),
        (Said(("a cat on blue",), ("a cat",)), Said(("a red apple on red",), ("a red apple",))),
    )
    sheet = vq_diffusion_sheet(settings, folder, torch.device("cpu"))
    return VQDiffusionTask(
        VQDiffusionConfig.from_json(NETWORK),
        scenes,
        encoder=sheet.encoder,  # type: ignore[arg-type]
        sheet=sheet,
        text_dropout=text_dropout,
        edit_share=edit_share,
    )


def test_text_begins_as_large_as_tokens(folder: Path, settings: TrainingConfig) -> None:
    task = task_of(folder, settings)
    _, hidden = task.encoder.features(task.encoder.tokenize(["a cat on blue", "a red apple"]))
    sizes = hidden.square().mean().sqrt(), task.network.empty_text_embed.square().mean().sqrt()
    assert sizes[0].item() == pytest.approx(sizes[1].item(), rel=0.3)
    for keys, values in task.network.text_keys_values(hidden):
        assert 0.5 < keys.std() < 2 and 0.5 < values.std() < 2


def test_the_loss_falls(folder: Path, settings: TrainingConfig) -> None:
    task = task_of(folder, settings)
    optimizer = torch.optim.AdamW(task.network.parameters(), lr=1e-2)
    losses = []
    for step in range(40):
        loss, _ = task.loss(task.batch(step, 8), step)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < 0.4 * np.mean(losses[:5])


def test_what_is_masked_lies_in_the_box_and_grows_with_the_time(
    folder: Path, settings: TrainingConfig
) -> None:
    task = task_of(folder, settings, edit_share=0.5)
    mask = task.network.config.mask_id
    shares: list[float] = []
    times: list[float] = []
    boxes = 0
    for step in range(20):
        ids, seen, inside, at, _, _ = task.batch(step, 8)
        assert torch.equal(seen[~inside], ids[~inside])
        assert torch.equal(seen[seen != mask], ids[seen != mask])
        shares.extend(((seen == mask).sum(1) / inside.sum(1)).tolist())
        latest = [task.schedule.time_of_share(float(row.float().mean())) for row in inside]
        times.extend(
            (time + 1) / (limit + 1) for time, limit in zip(at.tolist(), latest, strict=True)
        )
        boxes += int((~inside).any(1).sum())
    assert 40 < boxes < 120
    assert np.corrcoef(shares, times)[0, 1] > 0.9
    assert max(shares) == 1


def test_captions_that_are_not_told_give_way_to_the_learned_null_prompt(
    folder: Path, settings: TrainingConfig
) -> None:
    task = task_of(folder, settings, text_dropout=1)
    loss, _ = task.loss(task.batch(0, 4), 0)
    loss.backward()  # type: ignore[no-untyped-call]
    null = task.network.empty_text_embed
    assert null.grad is not None and float(null.grad.abs().max()) > 0
    told = task_of(folder, settings, text_dropout=0)
    assert told.batch(0, 4)[-1].all()


def test_batches_depend_on_the_step_alone(folder: Path, settings: TrainingConfig) -> None:
    first, again = (task_of(folder, settings).batch(5, 4) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_training_folder_becomes_a_model_that_draws(
    folder: Path, settings: TrainingConfig, tmp_path: Path
) -> None:
    ship_vq_diffusion(settings, folder, tmp_path)
    (spec,) = catalog([tmp_path])
    assert (spec.key, spec.step_kind) == ("vq-diffusion", "denoise")
    assert (tmp_path / "samples.png").stat().st_size > 0
    assert draws(tmp_path)


def test_what_the_lformer_has_is_shared_with_it(
    folder: Path, settings: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.weights.stock.embedded_folders", tuple)
    alone, lender, out = (tmp_path / name for name in ("alone", "lformer", "vq-diffusion"))
    ship_vq_diffusion(settings, folder, alone)
    lender.mkdir()
    shutil.copyfile(alone / "tokenizer.safetensors", lender / "tokenizer.safetensors")
    files = json.loads((alone / "model.json").read_text())["files"]
    (lender / "model.json").write_text(json.dumps({"files": {"tokenizer": files["tokenizer"]}}))
    ship_vq_diffusion(settings, folder, out)
    assert not (out / "tokenizer.safetensors").exists()
    shared, own = read_folder(out), read_folder(alone)
    assert shared.files["tokenizer"].path == lender / "tokenizer.safetensors"
    assert shared.digests == own.digests
    (lender / "tokenizer.safetensors").unlink()
    assert not shared.complete
    shutil.copyfile(alone / "tokenizer.safetensors", lender / "tokenizer.safetensors")
    copied = read_folder(add_copy(shared))
    assert copied.complete and copied.files["text"].path.parent == copied.path
    for found in (shared, copied):
        assert draws(found.path)


def draws(folder: Path) -> bool:
    request = EditRequest(1, "vq-diffusion", "a cat", SamplingParams(steps=2))
    return bool(finished(build_engine("cpu", [folder]), request).candidates)
