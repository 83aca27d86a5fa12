"""What the Lformer trains on: tokenised scenes, captions, and the latent's posterior."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.generators.lformer.order import block_slice, l_to_raster
from engine.text.clip import OpenClipTextEncoder, text_features
from engine.tokenizers.vqgan import VQGANTokenizer
from engine.training.loop import Metrics
from engine.training.losses import kl_divergence
from engine.training.scenes import SceneConfig, compose
from engine.training.sprites import SpriteBank

ENCODED_AT_ONCE = 32
SHEET_PROMPTS = (
    "a red apple on a blue background",
    "a cat on yellow",
    "a green car on a white background",
    "a purple balloon on light blue",
    "a big sunflower on pink",
    "a snowman on a blue background",
    "a small star at the top on black",
    "a panda on a green background",
    "a glossy 3d picture of a rocket on purple",
    "a flat drawing of a house on light blue",
    "an orange heart on white",
    "a blue umbrella on yellow",
    "a fox next to a tree on light blue",
    "a pizza on a brown background",
    "a robot on grey",
    "a ghost on a purple background",
)


@dataclass(frozen=True, slots=True)
class TokenisedScenes:
    """ids (M, N) uint16 raster order; features (M, F) float16 of the pictures; captions of each."""

    ids: NDArray[np.uint16]
    features: NDArray[np.float16]
    captions: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, folder: Path) -> "TokenisedScenes":
        with np.load(folder / "tokens.npz", allow_pickle=False) as arrays:
            ids, features = arrays["ids"], arrays["features"]
        lines = (folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
        return cls(ids, features, tuple(tuple(json.loads(line)) for line in lines))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "tokens.tmp").open("wb") as file:
            np.savez(file, ids=self.ids, features=self.features)
        lines = "\n".join(json.dumps(captions) for captions in self.captions)
        (folder / "captions.jsonl").write_text(lines, encoding="utf-8")
        (folder / "tokens.tmp").replace(folder / "tokens.npz")


def tokenise(
    scenes: SceneConfig,
    bank: SpriteBank,
    *,
    count: int,
    tokenizer: VQGANTokenizer,
    encoder: OpenClipTextEncoder,
) -> TokenisedScenes:
    """Compose scenes 0..count-1 and encode each once."""
    ids, features = [], []
    captions: list[tuple[str, ...]] = []
    for start in range(0, count, ENCODED_AT_ONCE):
        stop = min(start + ENCODED_AT_ONCE, count)
        group = [compose(scenes, bank, seed) for seed in range(start, stop)]
        pictures = np.stack([scene.pixels for scene in group])
        ids.append(tokenizer.encode(pictures).astype(np.uint16))
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        features.append(encoder.image_feature(images).float().cpu().numpy().astype(np.float16))
        captions.extend(scene.captions for scene in group)
    return TokenisedScenes(np.concatenate(ids), np.concatenate(features), tuple(captions))


class LformerTask:
    """Cross entropy of every token given the blocks before it, plus the latent's divergence."""

    def __init__(
        self,
        config: LformerConfig,
        scenes: TokenisedScenes,
        *,
        encoder: OpenClipTextEncoder,
        tokenizer: VQGANTokenizer,
        text_dropout: float,
        kl_weight: float,
        edit_share: float,
    ) -> None:
        self.network = Lformer(config)
        self.scenes = scenes
        self.encoder = encoder
        self.tokenizer = tokenizer
        self.text_dropout = text_dropout
        self.kl_weight = kl_weight
        self.edit_share = edit_share
        self.l_to_raster = np.array(l_to_raster(config.side))

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """tokens (B, N) and judged (B, N) bool in L-order, features (B, F), caption ids (B, T)."""
        rng = np.random.default_rng((step, 3))
        count = len(self.scenes.ids)
        # Every scene once an epoch, in an order that depends on the epoch alone.
        places = np.arange(step * size, (step + 1) * size)
        order = np.concatenate(
            [
                np.random.default_rng((int(epoch), 4)).permutation(count)[
                    places[places // count == epoch] % count
                ]
                for epoch in np.unique(places // count)
            ]
        )
        captions = [_one_of(self.scenes.captions[index], rng) for index in order]
        text = self.encoder.tokenize(captions)
        dropped = torch.from_numpy(rng.random(size) < self.text_dropout)
        text[dropped] = self.network.config.codebook_size
        ids = self.scenes.ids[order].astype(np.int64)
        judged = np.ones(ids.shape, bool)
        for row in np.flatnonzero(rng.random(size) < self.edit_share):
            around = self.scenes.ids[rng.integers(count)].astype(np.int64)
            ids[row], judged[row] = in_a_box(ids[row], around, self.network.config, rng)
        features = self.scenes.features[order].astype(np.float32)
        return (
            torch.from_numpy(ids[:, self.l_to_raster]),
            torch.from_numpy(judged[:, self.l_to_raster]),
            torch.from_numpy(features),
            text,
        )

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        tokens, judged, features, text = batch
        pooled, hidden = text_features(self.encoder.clip, text)
        z, divergence = None, torch.zeros(())
        if self.network.config.latent:
            mean, log_variance = (part.float() for part in self.network.posterior(features))
            noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(seed))
            z = mean + (log_variance / 2).exp() * noise.to(mean.device)
            prior = self.network.prior_mean(pooled).float()
            divergence = kl_divergence(mean, log_variance, prior).mean()
        logits = self.network(tokens, pooled=pooled, hidden=hidden, z=z).float()
        entropy = F.cross_entropy(logits[judged], tokens[judged])
        # The cross entropy is a mean over the sites; the published recipe adds the divergence
        # whole, which over-weighs it by the number of sites.
        loss = entropy + self.kl_weight * divergence / tokens.shape[1]
        right = (logits.argmax(-1) == tokens)[judged].float().mean()
        return loss, {
            "loss": loss.item(),
            "entropy": entropy.item(),
            "kl": divergence.item(),
            "top1": right.item(),
        }

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """The sheet's prompts, seed 0 each, four columns."""
        assert isinstance(network, Lformer)
        grids = draw(network, self.encoder, SHEET_PROMPTS)
        pictures = self.tokenizer.decode(grids)
        rows = [np.hstack(list(pictures[i : i + 4])) for i in range(0, len(pictures), 4)]
        Image.fromarray(np.vstack(rows)).save(path)


def in_a_box(
    scene: NDArray[np.int64],
    around: NDArray[np.int64],
    config: LformerConfig,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The middle of a scene as a box somewhere in foreign surroundings: ids and the box, both (N,).

    This is what a box edit asks for, where the kept tokens may be those of any photo. Every other
    time the surroundings are noise, so that they are looked at and not relied on.
    """
    side, box = config.side, config.side * 3 // 4
    start = (side - box) // 2
    if rng.random() < 0.5:
        around = rng.integers(0, config.codebook_size, side * side)
    top, left = rng.integers(0, side - box + 1, 2)
    mixed, inside = around.reshape(side, side).copy(), np.zeros((side, side), bool)
    middle = slice(start, start + box)
    mixed[top : top + box, left : left + box] = scene.reshape(side, side)[middle, middle]
    inside[top : top + box, left : left + box] = True
    return mixed.reshape(-1), inside.reshape(-1)


def _one_of(captions: Sequence[str], rng: np.random.Generator) -> str:
    return captions[int(rng.integers(len(captions)))]


def draw(
    network: Lformer,
    encoder: OpenClipTextEncoder,
    prompts: Sequence[str],
    *,
    temperature: float = 0.5,
    top_k: int = 16,
    guidance: float = 2.0,
) -> NDArray[np.int32]:
    """One picture a prompt, all in one batch: ids (B, N) in raster order."""
    config = network.config
    device = network.linear_ctx.weight.device
    null = torch.full((len(prompts), encoder.clip.context_length), config.codebook_size)
    pooled, hidden = text_features(
        encoder.clip, torch.cat([encoder.tokenize(list(prompts)), null]).to(device)
    )
    generator = torch.Generator().manual_seed(0)
    z = None
    if config.latent:
        noise = torch.randn((len(prompts), pooled.shape[1]), generator=generator).to(device)
        # Both guidance rows share the latent, which only the caption's mean places.
        z = (network.prior_mean(pooled)[: len(prompts)] + noise).repeat(2, 1)
    context, text = network.context(pooled, z), network.text_keys_values(hidden)
    cache = network.new_cache(2 * len(prompts))
    tokens = torch.zeros((len(prompts), config.side**2), dtype=torch.int64, device=device)
    for block in range(config.side):
        logits = network.block_logits(tokens.repeat(2, 1), context, text, block, cache)
        given, free = logits.float().cpu().chunk(2)
        guided = (free + guidance * (given - free)) / temperature
        kept = guided.topk(top_k, dim=-1)
        choice = torch.multinomial(kept.values.softmax(-1).flatten(0, 1), 1, generator=generator)
        drawn = kept.indices.flatten(0, 1).gather(1, choice).view(len(prompts), -1)
        tokens[:, block_slice(block)] = drawn.to(device)
    raster = np.empty(tuple(tokens.shape), np.int32)
    raster[:, np.array(l_to_raster(config.side))] = tokens.cpu().numpy()
    return raster
