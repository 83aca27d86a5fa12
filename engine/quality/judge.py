"""The judge: a small classifier of pictures, taught on real scenes alone.

It only measures: training and runtime lie below this package and cannot reach it, so nothing is
ever trained towards it or ranked by it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.training.captions import PLACE_WORDS
from engine.training.scenes import SceneConfig
from engine.values.errors import BadInput
from engine.values.jobs import Pixels

SIDE_PX = 64
"""What the judge looks at, whatever the picture's size."""

MOST_OBJECTS = 4
WIDTH = 32
LOOKED_AT_ONCE = 128
MAP_CHANNELS = 8
REMEDY = "Train one with `ellbox train judge`, or name its file with --judge."


@dataclass(frozen=True, slots=True)
class Labels:
    """What the judge tells apart, by number.

    grounds: plain colours; the last, '', is every ground without a name. Patterns and landscapes
    are not told. places: the last, '', is anywhere else.
    """

    concepts: tuple[str, ...]
    grounds: tuple[str, ...]
    places: tuple[str, ...] = (*PLACE_WORDS, "")

    @classmethod
    def of(cls, config: SceneConfig) -> "Labels":
        return cls(config.concepts, (*config.backgrounds, ""))


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What the judge sees in B pictures.

    concepts (B, C): numbers of labels, the likeliest first. ground, place, count (B,): numbers of
    labels; how many objects. features (B, F): what the verdict on the objects rests on.
    """

    concepts: NDArray[np.int64]
    ground: NDArray[np.int64]
    place: NDArray[np.int64]
    count: NDArray[np.int64]
    features: NDArray[np.float32]

    def __getitem__(self, chosen: NDArray[np.bool_] | slice) -> "Verdicts":
        return Verdicts(
            self.concepts[chosen],
            self.ground[chosen],
            self.place[chosen],
            self.count[chosen],
            self.features[chosen],
        )


class Judges(Protocol):
    """Anything that can say what pictures show."""

    @property
    def labels(self) -> Labels:
        """What it tells apart."""
        ...

    def look(self, pictures: Sequence[Pixels]) -> Verdicts:
        """Pictures (H, W, 3) uint8, of any sizes."""
        ...


class _Block(nn.Module):
    """Two 3x3 convolutions with batch norm, plus the input: (B, C, h, w) -> (B, C', h/s, w/s)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm1(self.conv1(x)).relu()
        summed: Tensor = self.shortcut(x) + self.norm2(self.conv2(h))
        return summed.relu()


@dataclass(frozen=True, slots=True, eq=False)
class Logits:
    """concepts (B, C), ground (B, G), place (B, P), count (B, MOST_OBJECTS), features (B, F)."""

    concepts: Tensor
    ground: Tensor
    place: Tensor
    count: Tensor
    features: Tensor


class JudgeNetwork(nn.Module):
    """(B, 3, 64, 64) in 0..1 -> Logits. A residual network (He et al. 2016) of 0.7 M weights.

    Objects and ground are told from features pooled over all places; the place and the count of
    objects from a narrow map that keeps the places apart.
    """

    def __init__(self, labels: Labels, width: int = WIDTH) -> None:
        super().__init__()
        self.width = width
        self.body = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            _Block(width, 2 * width, 2),
            _Block(2 * width, 2 * width, 1),
            _Block(2 * width, 4 * width, 2),
            _Block(4 * width, 4 * width, 1),
        )
        self.map = nn.Conv2d(4 * width, MAP_CHANNELS, 1)
        mapped = MAP_CHANNELS * (SIDE_PX // 8) ** 2
        self.concepts = nn.Linear(8 * width, len(labels.concepts))
        self.ground = nn.Linear(8 * width, len(labels.grounds))
        self.place = nn.Linear(mapped, len(labels.places))
        self.count = nn.Linear(mapped, MOST_OBJECTS)

    def forward(self, images: Tensor) -> Logits:
        h = self.body((images * 2 - 1).contiguous(memory_format=torch.channels_last))
        features = torch.cat([h.mean((2, 3)), h.amax((2, 3))], dim=1)
        places = self.map(h).flatten(1)
        return Logits(
            self.concepts(features),
            self.ground(features),
            self.place(places),
            self.count(places),
            features,
        )


class Judge:
    """A trained network and the names of what it tells apart."""

    def __init__(self, network: JudgeNetwork, labels: Labels) -> None:
        self.network = network.eval().to(memory_format=torch.channels_last)
        self._labels = labels

    @property
    def labels(self) -> Labels:
        return self._labels

    @torch.inference_mode()
    def look(self, pictures: Sequence[Pixels]) -> Verdicts:
        groups = [
            self._verdicts(pictures[start : start + LOOKED_AT_ONCE])
            for start in range(0, len(pictures), LOOKED_AT_ONCE)
        ]
        names = ("concepts", "ground", "place", "count", "features")
        return Verdicts(
            *(np.concatenate([getattr(group, name) for group in groups]) for name in names)
        )

    def _verdicts(self, pictures: Sequence[Pixels]) -> Verdicts:
        seen = np.stack([as_seen(picture) for picture in pictures])
        logits = self.network(to_images(seen))
        return Verdicts(
            logits.concepts.argsort(dim=1, descending=True).numpy(),
            logits.ground.argmax(1).numpy(),
            logits.place.argmax(1).numpy(),
            logits.count.argmax(1).numpy() + 1,
            logits.features.numpy(),
        )

    def save(self, path: Path) -> None:
        """One safetensors file in half precision, with the labels in its header."""
        tensors = {
            name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous().cpu()
            for name, tensor in self.network.state_dict().items()
        }
        header = {"labels": json.dumps(asdict(self.labels)), "width": str(self.network.width)}
        save_file(tensors, path, header)

    @classmethod
    def read(cls, path: Path) -> "Judge":
        """BadInput where there is no judge."""
        try:
            with safe_open(path, "pt") as file:
                header = file.metadata()
                names = json.loads(header["labels"])
                labels = Labels(**{name: tuple(words) for name, words in names.items()})
            network = JudgeNetwork(labels, int(header["width"]))
            network.load_state_dict(load_file(path))
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as problem:
            raise BadInput(f"{path} cannot be read as a judge.", REMEDY) from problem
        return cls(network, labels)


def check_knows(judge: Judges, config: SceneConfig) -> None:
    """BadInput unless the judge tells apart all that scenes of the configuration show."""
    known = judge.labels
    strange = {*config.concepts, *config.backgrounds} - {*known.concepts, *known.grounds}
    if strange:
        raise BadInput(
            f"The judge was not taught {min(strange)!r} and {len(strange) - 1} more.",
            "Train one with the same configuration.",
        )


def as_seen(picture: Pixels) -> Pixels:
    """(H, W, 3) -> (64, 64, 3), smoothed before it shrinks."""
    size = (SIDE_PX, SIDE_PX)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))


def to_images(seen: Pixels) -> Tensor:
    """(B, 64, 64, 3) uint8 -> (B, 3, 64, 64) float in 0..1."""
    return torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 255
