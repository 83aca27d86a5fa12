"""What MaskGen trains on: tokenised scenes, captions, and sites to be named again.

Chang et al., "MaskGIT" (arXiv 2202.04200), section 3.1, with the arccosine share of masked sites of
TiTok and MaskGen (arXiv 2406.07550, 2501.07730).
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.generators.maskgen.generator import MaskGenGenerator
from engine.generators.maskgen.network import MaskGen, MaskGenConfig
from engine.generators.maskgen.schedule import Schedule
from engine.text.clip import OpenClipTextEncoder
from engine.training.generator import scene_order
from engine.training.loop import Metrics
from engine.training.sheet import SampleSheet
from engine.training.titok import NULL_PROMPT
from engine.training.tokenised import TokenisedScenes


class MaskGenTask:
    """Cross entropy of the masked tokens, given the others and a caption.

    text_dropout: share of captions replaced by the null prompt, for guidance. smoothing: share of
    the target that all tokens divide among them.
    """

    def __init__(
        self,
        config: MaskGenConfig,
        scenes: TokenisedScenes,
        *,
        schedule: Schedule,
        encoder: OpenClipTextEncoder,
        sheet: SampleSheet,
        text_dropout: float,
        smoothing: float = 0.1,
    ) -> None:
        self.network = MaskGen(config)
        # The pooled text has length 1 over all its channels: weights of the usual size would make
        # next to nothing of it.
        nn.init.normal_(self.network.cond_pooled_proj.weight)
        self.scenes = scenes
        self.schedule = schedule
        self.encoder = encoder
        self.sheet = sheet
        self.text_dropout = text_dropout
        self.smoothing = smoothing

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """ids (B, N), masked (B, N) bool, caption ids (B, T)."""
        rng = np.random.default_rng((step, 7))
        order = scene_order(step, size, len(self.scenes.ids))
        captions = []
        for row in order:
            said = self.scenes.said[int(row)].all
            chosen = said[int(rng.integers(len(said)))]
            captions.append(NULL_PROMPT if rng.random() < self.text_dropout else chosen)
        ids = torch.from_numpy(self.scenes.ids[order].astype(np.int64))
        masked = torch.from_numpy(masked_sites(size, ids.shape[1], rng))
        return ids, masked, self.encoder.tokenize(captions)

    def loss(
        self,
        batch: tuple[Tensor, ...],
        seed: int,  # noqa: ARG002 - the batch says what is masked
    ) -> tuple[Tensor, Metrics]:
        ids, masked, words = batch
        pooled, hidden = self.encoder.features(words)
        text = self.network.text_inputs(hidden, pooled)
        logits = self.network(ids.masked_fill(masked, self.network.mask_id), text).float()
        asked, wanted = logits[masked], ids[masked]
        loss = F.cross_entropy(asked, wanted, label_smoothing=self.smoothing)
        right = (asked.argmax(-1) == wanted).float().mean()
        entropy = F.cross_entropy(asked.detach(), wanted)
        return loss, {"loss": loss, "entropy": entropy, "top1": right}

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """What `ellbox generate` would draw for the sheet's prompts with these weights."""
        assert isinstance(network, MaskGen)
        self.sheet.write(MaskGenGenerator(self.sheet.spec, network, self.schedule), path)


def masked_sites(rows: int, sites: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(rows, sites) bool: in each row arccos(r) / (pi / 2) of the sites, r drawn evenly; one at
    least."""
    shares = np.arccos(rng.random(rows)) / (np.pi / 2)
    counts = np.maximum(1, np.rint(shares * sites))
    ranks = rng.random((rows, sites)).argsort(1).argsort(1)
    masked: NDArray[np.bool_] = ranks < counts[:, None]
    return masked
