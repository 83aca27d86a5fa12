"""What VQ-Diffusion trains on: tokenised scenes, masked at random, to be read whole again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import TextBlock, VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.schedule import Kernel, linear_schedule, noised
from engine.text.base import Conditioning
from engine.text.clip import OpenClipTextEncoder
from engine.training.generator import scene_example, scene_order
from engine.training.loop import Metrics
from engine.training.sheet import SampleSheet
from engine.training.tokenised import TokenisedScenes

KNOWN_WEIGHT = 0.1
"""Of tokens that are not masked. They are easy, but a decode's last step draws all tokens anew, so
the network must know them when it sees them; the paper's auxiliary loss judges them too."""


class VQDiffusionTask:
    """Cross entropy of the clean tokens given the noised ones, the time and the caption.

    The schedule does next to nothing but mask, and then the variational bound of Gu et al. (arXiv
    2111.14822, section 4.2) is the cross entropy of the masked tokens, weighted by one over the
    masked share. Here every masked token counts the same.
    """

    def __init__(
        self,
        config: VQDiffusionConfig,
        scenes: TokenisedScenes,
        *,
        encoder: OpenClipTextEncoder,
        sheet: SampleSheet,
        text_dropout: float,
        edit_share: float,
    ) -> None:
        self.network = VQDiffusion(config)
        init_text(self.network)
        self.schedule = linear_schedule(config.codebook_size, config.times)
        self.scenes = scenes
        self.encoder = encoder
        self.sheet = sheet
        self.text_dropout = text_dropout
        self.edit_share = edit_share

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """Clean and noised ids (B, L), inside (B, L) bool: the box, which alone is judged; times
        (B,), caption ids (B, T), told (B,) bool: whether the caption is shown."""
        rng = np.random.default_rng((step, 6))
        config = self.network.config
        rows = []
        for scene in scene_order(step, size, len(self.scenes.ids)):
            example, caption = scene_example(
                self.scenes,
                int(scene),
                rng,
                side=config.side,
                codebook_size=config.codebook_size,
                edit_share=self.edit_share,
            )
            rows.append((example, *self.noised_box(example.ids, example.inside, rng), caption))
        examples, seen, times, captions = zip(*rows, strict=True)
        return (
            torch.from_numpy(np.stack([example.ids for example in examples])),
            torch.stack(seen),
            torch.from_numpy(np.stack([example.inside for example in examples])),
            torch.tensor(times),
            self.encoder.tokenize(list(captions)),
            torch.from_numpy(rng.random(size) >= self.text_dropout),
        )

    def noised_box(
        self, ids: NDArray[np.int64], inside: NDArray[np.bool_], rng: np.random.Generator
    ) -> tuple[Tensor, int]:
        """(L,) ids, noised inside the box as at a random time of its decode, and that time.

        A decode of a box begins all masked at the time whose masked share is the box's.
        """
        latest = self.schedule.time_of_share(float(inside.mean()))
        time = int(rng.integers(latest + 1))
        noise = self.schedule.until(time)
        share = noise.mask / float(self.schedule.mask[latest])
        kernel = Kernel(1 - share, noise.replace, share)
        chances = torch.from_numpy(rng.random(len(ids)))
        clean = torch.from_numpy(ids)
        seen = noised(clean, kernel, self.schedule.codebook_size, chances)
        return torch.where(torch.from_numpy(inside), seen, clean), time

    def loss(
        self,
        batch: tuple[Tensor, ...],
        seed: int,  # noqa: ARG002 - the noise came with the batch
    ) -> tuple[Tensor, Metrics]:
        ids, seen, inside, times, words, told = batch
        _, hidden = self.encoder.features(words)
        hidden = torch.where(told[:, None, None], hidden, self.network.empty_text_embed)
        text = self.network.text_keys_values(hidden)
        logits = self.network(seen, times, text=text).float()
        entropies = F.cross_entropy(logits.flatten(0, 1), ids.flatten(), reduction="none")
        entropies = entropies.view(ids.shape)
        masked = (seen == self.network.config.mask_id) & inside
        known = ~masked & inside
        hard = (entropies * masked).sum() / masked.sum().clamp_min(1)
        easy = (entropies * known).sum() / known.sum().clamp_min(1)
        loss = hard + KNOWN_WEIGHT * easy
        right = (logits.argmax(-1) == ids) & masked
        top1 = right.sum() / masked.sum().clamp_min(1)
        return loss, {"loss": loss, "entropy": hard, "known": easy, "top1": top1}

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """What `ellbox generate` would draw for the sheet's prompts with these weights."""
        assert isinstance(network, VQDiffusion)
        sheet_with_null(self.sheet, network).write(
            VQDiffusionGenerator(self.sheet.spec, network), path
        )


@torch.no_grad()
def init_text(network: VQDiffusion) -> None:
    """Keys and values of the text as large as those of tokens, the null prompt as large as a text.

    Weights of the usual size would make little of the text: a network begun so, then with states of
    length 1, had not learnt the ground's colour after 15,000 pictures. Now they are normed, so that
    each channel has size 1.
    """
    length = network.config.condition_width**0.5
    for block in network.transformer.blocks:
        assert isinstance(block, TextBlock)
        for linear in (block.attn2.key, block.attn2.value):
            nn.init.normal_(linear.weight, std=1 / length)
    if network.config.learned_null:
        network.empty_text_embed.mul_(length)


def sheet_with_null(sheet: SampleSheet, network: VQDiffusion) -> SampleSheet:
    """The sheet with the null prompt that the network learned; nobody looks at its pooled part."""
    hidden = network.empty_text_embed.detach().clone()
    return replace(sheet, unconditional=Conditioning(hidden.new_zeros(1), hidden))
