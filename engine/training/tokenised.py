"""Scenes encoded once and kept: what a generator's training reads instead of pictures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.nn.quantizer import NearestQuantizer
from engine.text.clip import OpenClipTextEncoder
from engine.tokenizers.vqgan import VQGANTokenizer
from engine.training.calm_tokens import calm_indices
from engine.training.grounds import endings
from engine.training.scenes import Scene
from engine.values.errors import BadInput
from engine.values.region import Region


@dataclass(frozen=True, slots=True)
class Said:
    """True captions of one scene: those that name its ground and those that do not."""

    with_ground: tuple[str, ...]
    without_ground: tuple[str, ...]

    @classmethod
    def of(cls, scene: Scene) -> "Said":
        ends = endings(scene.ground) if scene.ground else ()
        named = [text.endswith(ends) for text in scene.captions]
        pairs = list(zip(scene.captions, named, strict=True))
        return cls(
            tuple(text for text, names in pairs if names),
            tuple(text for text, names in pairs if not names),
        )

    @property
    def all(self) -> tuple[str, ...]:
        return self.with_ground + self.without_ground


@dataclass(frozen=True, slots=True)
class TokenisedScenes:
    """M scenes on grids of h x h sites.

    ids (M, h*h) uint16 in raster order; features (M, F) float16 of the pictures; extents (M, 4)
    uint8: left, top, right, bottom of the smallest box around all objects, in sites, half open.
    """

    ids: NDArray[np.uint16]
    features: NDArray[np.float16]
    extents: NDArray[np.uint8]
    said: tuple[Said, ...]

    @classmethod
    def read(cls, folder: Path) -> "TokenisedScenes":
        with np.load(folder / "tokens.npz", allow_pickle=False) as arrays:
            ids, features, extents = arrays["ids"], arrays["features"], arrays["extents"]
        lines = (folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
        said = tuple(Said(*map(tuple, json.loads(line))) for line in lines)
        return cls(ids, features, extents, said)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "tokens.tmp").open("wb") as file:
            np.savez(file, ids=self.ids, features=self.features, extents=self.extents)
        lines = (json.dumps([said.with_ground, said.without_ground]) for said in self.said)
        (folder / "captions.jsonl").write_text("\n".join(lines), encoding="utf-8")
        (folder / "tokens.tmp").replace(folder / "tokens.npz")


def joined(parts: list[TokenisedScenes]) -> TokenisedScenes:
    """One after the other."""
    return TokenisedScenes(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.extents for part in parts]),
        tuple(said for part in parts for said in part.said),
    )


def encoded(
    scenes: Sequence[Scene],
    tokenizer: VQGANTokenizer,
    encoder: OpenClipTextEncoder,
    *,
    calm: float,
) -> TokenisedScenes:
    """All of them as one batch; calm: see TrainingConfig."""
    pictures = np.stack([scene.pixels for scene in scenes])
    # Channels stay last in memory: without a backward pass that is a quarter faster.
    images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    site_px = tokenizer.image_side // tokenizer.grid_side
    return TokenisedScenes(
        _ids(images, tokenizer, calm),
        encoder.image_feature(images).float().cpu().numpy().astype(np.float16),
        np.stack([_extent(scene, site_px) for scene in scenes]),
        tuple(Said.of(scene) for scene in scenes),
    )


@torch.inference_mode()
def _ids(images: Tensor, tokenizer: VQGANTokenizer, calm: float) -> NDArray[np.uint16]:
    """(B, 3, S, S) in 0..1 -> (B, N) in raster order."""
    quantizer = tokenizer.network.quantize
    if not isinstance(quantizer, NearestQuantizer):
        raise BadInput("Generators are trained on tokens of nearest codes.", "Train a plain VQGAN.")
    codebook = quantizer.embedding.weight
    z = tokenizer.network.pre_quant(images.to(codebook.device)).float()
    ids = calm_indices(z, codebook, tolerance=calm, slack=calm)
    return ids.flatten(1).cpu().numpy().astype(np.uint16)


def _extent(scene: Scene, site_px: int) -> NDArray[np.uint8]:
    side = scene.pixels.shape[0]
    # Of a person's own pictures nothing is known but the captions.
    boxes = [thing.box for thing in scene.objects] or [Region(0, 0, side, side)]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    starts, ends = (left // site_px, top // site_px), (-(-right // site_px), -(-bottom // site_px))
    return np.array([*starts, *ends], np.uint8)
