"""The tokenizer's loss part by part, its codebook's care, and what a checkpoint keeps of both."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.nn.conv_blocks import coder_norm
from engine.text.clip import build_clip
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from engine.training.codebook_care import RESTART_STEPS, CodebookCare
from engine.training.config import TokenizerLossConfig, TrainingConfig
from engine.training.discriminator import Adversary, PatchDiscriminator, balance, hinge_loss
from engine.training.loop import LoopConfig, Remembers, Schedules, Tends, Trainer
from engine.training.losses import reconstruction_loss
from engine.training.perceptual import PerceptualDistance
from engine.training.tokenizer import TokenizerTask, collages, disagreement
from engine.values.errors import BadInput

VQGAN: dict[str, Any] = {
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
CLIP = {
    "embed_dim": 8,
    "vision_cfg": {"image_size": 16, "layers": 2, "width": 16, "head_width": 8, "patch_size": 4},
    "text_cfg": {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 2, "layers": 1},
}
PLAIN = TokenizerLossConfig()
ADVERSARIAL = TokenizerLossConfig(adversarial=1.0, adversarial_start=0.5)


def picture(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (16, 16, 3)).astype(np.uint8)


def tiny_task(losses: TokenizerLossConfig = PLAIN, continuous_steps: int = 0) -> TokenizerTask:
    torch.manual_seed(0)
    return TokenizerTask(
        VQGANConfig.from_json(VQGAN), picture, losses=losses, continuous_steps=continuous_steps
    )


def keys_of(config: dict[str, Any]) -> set[str]:
    return set(build_vqgan(VQGANConfig.from_json(config)).state_dict())


def one_step(task: TokenizerTask, step: int = 0) -> float:
    loss, _ = task.loss(task.batch(step, 2), step)
    loss.backward()  # type: ignore[no-untyped-call]
    task.after_step(step)
    return loss.item()


def half_white() -> Tensor:
    image = torch.zeros(1, 3, 8, 8)
    image[..., 4:] = 1.0
    return image


def test_reconstruction_loss_weighs_a_lost_edge_more_than_a_flat_error() -> None:
    image = half_white()
    assert float(reconstruction_loss(image, image, PLAIN)) == 0.0
    flat = torch.full_like(image, 0.5)
    faint = (image * 0.5) + 0.25
    assert reconstruction_loss(flat, image, PLAIN) > reconstruction_loss(faint, image, PLAIN)


def test_each_part_of_the_reconstruction_loss_has_its_weight() -> None:
    image, flat = half_white(), torch.full((1, 3, 8, 8), 0.5)
    nothing = TokenizerLossConfig(pixels=0.0, edges=0.0, squared=0.0)
    # An error of a half everywhere, and one lost jump of 1 in each row's seven differences.
    for part, value in (("pixels", 0.5), ("edges", 1 / 7), ("squared", 0.25)):
        loss = reconstruction_loss(flat, image, replace(nothing, **{part: 3.0}))
        assert float(loss) == pytest.approx(3 * value)


def test_before_the_codebook_starts_the_loss_has_no_codebook_term() -> None:
    task = tiny_task(continuous_steps=5)
    with torch.no_grad():
        task.codes.fill_(100.0)
    continuous, _ = task.loss(task.batch(0, 2), 4)
    quantised, _ = task.loss(task.batch(0, 2), 5)
    assert continuous < 10 < quantised


def test_the_codebook_starts_on_encoder_outputs_where_it_did_not_before() -> None:
    begun, fresh = tiny_task(), tiny_task(continuous_steps=1)
    for task in (begun, fresh):
        before = task.codes.detach().clone()
        one_step(task)
        assert torch.equal(task.codes, before) == (task is begun)
    assert fresh._seen is not None
    assert float(torch.cdist(fresh.codes.detach(), fresh._seen.z).amin(1).max()) < 1e-3


def test_codes_that_nobody_chose_for_long_are_moved_onto_outputs_and_others_stay() -> None:
    care, z = CodebookCare(4, 2), torch.randn(8, 2, generator=torch.Generator().manual_seed(0))
    codes = torch.full((4, 2), 100.0)
    for step in range(2 * RESTART_STEPS + 1):
        chosen = torch.tensor([0, 0, 1, 2]) if step == RESTART_STEPS + 1 else torch.tensor([0])
        figures = care.observe(z[: len(chosen)], chosen, step)
        before = codes.clone()
        care.restart(codes, z, step)
        moved = (codes != before).any(1).tolist()
        if step == RESTART_STEPS:
            assert moved == [False, True, True, True]
        elif step == 2 * RESTART_STEPS:
            assert moved == [False, False, False, True]
            assert float(figures["used"]) == 0.75
        else:
            assert not any(moved)
    assert float(torch.cdist(codes[1:], z).amin(1).max()) < 1e-5


def test_perplexity_counts_the_codes_that_share_the_sites() -> None:
    care, z = CodebookCare(8, 2), torch.zeros(8, 2)
    assert float(care.observe(z, torch.arange(8) % 2, 0)["perplexity"]) == pytest.approx(2)
    for step in range(1, 1000):
        figures = care.observe(z, torch.arange(8), step)
    assert float(figures["perplexity"]) == pytest.approx(8, rel=1e-3)
    assert float(figures["used"]) == 1.0


def test_codes_follow_the_means_of_their_outputs_and_no_gradient() -> None:
    care, codes = CodebookCare(3, 2, decay=0.9), torch.zeros(3, 2)
    z = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 5.0]])
    for step in range(5):
        care.observe(z, torch.tensor([0, 0, 1]), step)
        care.follow(codes)
    assert torch.allclose(codes, torch.tensor([[2.0, 0.0], [0.0, 5.0], [0.0, 0.0]]))
    task = tiny_task(TokenizerLossConfig(codebook_decay=0.9))
    before = task.codes.detach().clone()
    one_step(task)
    assert task.codes.grad is None
    assert not torch.equal(task.codes, before)


def test_the_perceptual_distance_is_of_what_the_tower_sees() -> None:
    torch.manual_seed(0)
    distance = PerceptualDistance(build_clip(CLIP))
    images = torch.rand(2, 3, 16, 16)
    restored = images.flip(3).requires_grad_()
    assert float(distance(images, images)) == 0.0
    away = distance(restored, images)
    assert 0 < away.item() < 4
    nearer = distance(images.lerp(restored, 0.1), images)
    assert nearer < away
    away.backward()  # type: ignore[no-untyped-call]
    assert restored.grad is not None and bool(restored.grad.any())


def test_a_perceptual_loss_without_a_trained_tower_is_refused() -> None:
    with pytest.raises(BadInput, match="needs a trained image tower"):
        tiny_task(TokenizerLossConfig(perceptual=1.0))


def test_the_hinge_is_at_rest_beyond_one() -> None:
    sure = torch.tensor([2.0, 3.0])
    assert float(hinge_loss(sure, -sure)) == 0.0
    assert float(hinge_loss(-sure, sure)) == pytest.approx(3.5)


def test_the_discriminator_judges_patches_and_learns_to_tell_them() -> None:
    torch.manual_seed(0)
    adversary = Adversary(width=8, lr=1e-2)
    assert PatchDiscriminator(8)(torch.zeros(1, 3, 32, 32)).shape == (1, 1, 6, 6)
    real, restored = torch.rand(4, 3, 16, 16), torch.full((4, 3, 16, 16), 0.5)
    first = adversary.learn(real, restored)
    for _ in range(15):
        last = adversary.learn(real, restored)
    assert last < 0.5 * first
    assert adversary.blame(restored) > adversary.blame(real)


def test_the_blame_reaches_the_pictures_and_not_the_judge() -> None:
    adversary = Adversary(width=8)
    restored = torch.rand(1, 3, 16, 16).requires_grad_()
    adversary.blame(restored).backward()  # type: ignore[no-untyped-call]
    assert restored.grad is not None and bool(restored.grad.any())
    assert all(weight.grad is None for weight in adversary.network.parameters())


def test_both_losses_pull_alike_once_they_are_balanced() -> None:
    last = torch.tensor([1.0, 2.0], requires_grad=True)
    faithful, blame = 6 * last.sum(), -0.5 * last.sum()
    assert float(balance(faithful, blame, last)) == pytest.approx(12, rel=1e-4)


def test_the_adversarial_part_begins_at_its_share_of_the_budget() -> None:
    task, plain = tiny_task(ADVERSARIAL), tiny_task()
    assert task.adversary is not None
    assert isinstance(task, Schedules)
    before = [weight.clone() for weight in task.adversary.network.parameters()]

    def judge_is_new() -> bool:
        assert task.adversary is not None
        return all(map(torch.equal, before, task.adversary.network.parameters()))

    task.begin_step(0.49)
    assert one_step(task, 1) == pytest.approx(one_step(plain, 1))
    assert judge_is_new()
    task.begin_step(0.5)
    assert one_step(task, 2) != pytest.approx(one_step(plain, 2))
    assert not judge_is_new()


def test_a_resumed_run_with_a_discriminator_goes_on_as_if_it_had_not_stopped(
    tmp_path: Path,
) -> None:
    def trained(folder: Path, *sittings: int) -> dict[str, Tensor]:
        for steps in sittings:
            task = tiny_task(TokenizerLossConfig(adversarial=1.0, adversarial_start=0.0))
            config = LoopConfig(batch=2, lr=1e-3, steps=4, device="cpu", threads=1, workers=0)
            trainer = Trainer(task, config, folder)
            trainer._begin(resume=True, start=None)
            for _ in zip(range(steps), trainer._steps(), strict=False):
                pass
            trainer.save()
        assert isinstance(task, Remembers)
        assert isinstance(task, Tends)
        return {**trainer._copy(), **task.state_dict()}

    straight, resumed = trained(tmp_path / "a", 4), trained(tmp_path / "b", 2, 2)
    assert "adversary.optimizer.0.0.exp_avg" in straight and "care.counts" in straight
    assert straight.keys() == resumed.keys()
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)


def test_the_loss_weights_are_read_from_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"tokenizer_loss": {"edges": 2.0}}')
    assert TrainingConfig.read(path).tokenizer_loss == TokenizerLossConfig(edges=2.0)
    path.write_text('{"tokenizer_loss": {"edgy": 2.0}}')
    with pytest.raises(BadInput, match="is not a training configuration"):
        TrainingConfig.read(path)


def test_collages_are_their_pictures_with_boxes_of_the_next() -> None:
    images = torch.rand(3, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    both, inside = collages(images, 4, step=7)
    assert torch.equal(both[:3], images) and inside.shape == (3, 4, 4)
    for number in range(3):
        for row, column in itertools.product(range(4), range(4)):
            site = (slice(None), slice(4 * row, 4 * row + 4), slice(4 * column, 4 * column + 4))
            source = (number + 1) % 3 if inside[number, row, column] else number
            assert torch.equal(both[3 + number][site], images[source][site])
    assert 0 < inside.float().mean() < 1
    assert torch.equal(collages(images, 4, step=7)[1], inside)
    assert not torch.equal(collages(images, 4, step=8)[1], inside)


def test_what_is_told_of_sites_alone_agrees_with_itself_amid_another_picture() -> None:
    images = torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    both, inside = collages(images, 4, step=0)
    of_sites = both.unfold(2, 4, 4).unfold(3, 4, 4).mean((4, 5))
    of_all = of_sites - both.mean((2, 3), keepdim=True)
    apart, same = disagreement(of_sites, (of_sites[:, 0] * 8).long(), inside)
    assert float(apart) < 1e-12 and float(same) == 1.0
    apart, same = disagreement(of_all, (of_all[:, 0] * 800).long(), inside)
    assert float(apart) > 1e-5 and float(same) < 0.5


def test_agreement_is_learnt_and_can_be_left_out() -> None:
    task = tiny_task(replace(PLAIN, agreement=0.0))
    assert len(task.batch(0, 4)) == 1
    task = tiny_task(replace(PLAIN, pixels=0, edges=0, squared=0, agreement=1.0))
    optimizer = torch.optim.Adam(task.network.encoder.parameters(), 1e-3)
    apart = []
    for _ in range(30):
        loss, figures = task.loss(task.batch(0, 8), 1)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        apart.append(float(torch.as_tensor(figures["apart"]).detach()))
    assert apart[-1] < 0.5 * apart[0]


def test_without_groups_nothing_but_convolutions_looks_beyond_a_site() -> None:
    sites = torch.rand(1, 4, 3, 3, generator=torch.Generator().manual_seed(2))
    changed = sites.clone()
    changed[..., 0, 0] = 5.0
    for groups in (0, 2):
        norm = coder_norm(4, groups)
        with torch.no_grad():
            same = torch.equal(norm(sites)[..., 1:, 1:], norm(changed)[..., 1:, 1:])
        assert same == (groups == 0)
    local = {**VQGAN, "ddconfig": {**VQGAN["ddconfig"], "norm_groups": 0}}
    keys = keys_of(local)
    assert not any("attn" in key for key in keys)
    assert keys < keys_of(VQGAN)
