"""What the judge trains on: real scenes, crops of them, and objects on foreign grounds, worn."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.quality.judge import (
    MOST_OBJECTS,
    SIDE_PX,
    WIDTH,
    Judge,
    JudgeNetwork,
    Labels,
    as_seen,
    to_images,
)
from engine.training.captions import place_of
from engine.training.card import captioned_sheet
from engine.training.loop import Metrics
from engine.training.scenes import Scene, SceneConfig, compose, pick
from engine.training.splits import TEST_SEEDS
from engine.training.sprites import SpriteBank
from engine.values.jobs import Pixels

CROPS, FOREIGN = 0.3, 0.15
"""Shares of the pictures: a square around one object; an object on a foreign ground."""

NOT_ASKED = -100
"""A label that the loss passes over."""

WARP_CELLS, WARP_PX = 12, 1.2
"""Places move by about so many px, neighbours together: drawn edges are ragged too."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """seen (64, 64, 3); names of what it shows. None: not asked of this picture."""

    seen: Pixels
    concepts: tuple[str, ...]
    ground: str | None = None
    place: str | None = None
    count: int | None = None


class JudgeTask:
    """Cross entropy of objects (shared evenly between them), ground, place and count."""

    def __init__(self, scenes: SceneConfig, bank: SpriteBank, width: int = WIDTH) -> None:
        self.labels = Labels.of(scenes)
        self.network: nn.Module = JudgeNetwork(self.labels, width)
        self.network.to(memory_format=torch.channels_last)
        self.scenes = scenes
        self.bank = bank

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """images (B, 3, 64, 64), concepts (B, C) summing to 1, ground, place, count (B,)."""
        taught = [lesson(self.scenes, self.bank, step * size + i) for i in range(size)]
        images = to_images(np.stack([each.seen for each in taught]))
        targets = _targets(taught, self.labels)
        return worn(images, torch.Generator().manual_seed(step)), *targets

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:  # noqa: ARG002 - drawn by none
        images, concepts, ground, place, count = batch
        logits = self.network(images)
        objects = F.cross_entropy(logits.concepts.float(), concepts)
        others = ((logits.ground, ground), (logits.place, place), (logits.count, count))
        loss = objects + sum(F.cross_entropy(said.float(), true) for said, true in others) / 2
        best = logits.concepts.argmax(1, keepdim=True)
        return loss, {
            "loss": loss,
            "object": (concepts.gather(1, best) > 0).float().mean(),
            "ground": _right(logits.ground, ground),
            "place": _right(logits.place, place),
            "count": _right(logits.count, count),
        }

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """32 scenes of test seeds with what the judge takes them for, as worn as in training."""
        assert isinstance(network, JudgeNetwork)
        taught = [lesson(self.scenes, self.bank, TEST_SEEDS + i) for i in range(32)]
        images = to_images(np.stack([each.seen for each in taught]))
        images = worn(images, torch.Generator().manual_seed(0))
        device = next(network.parameters()).device
        logits = network(images.to(device))
        best = logits.concepts.argmax(1).tolist()
        grounds = logits.ground.argmax(1).tolist()
        said = [
            f"{self.labels.concepts[concept]}, {self.labels.grounds[ground] or 'no name'}"
            for concept, ground in zip(best, grounds, strict=True)
        ]
        pictures = (images * 255).byte().permute(0, 2, 3, 1).numpy()
        captioned_sheet(list(pictures), said, columns=8).save(path)


def finished_judge(task: JudgeTask, average: dict[str, Tensor]) -> Judge:
    """The judge of a training's averaged weights."""
    assert isinstance(task.network, JudgeNetwork)
    network = JudgeNetwork(task.labels, task.network.width)
    network.load_state_dict({name: tensor.cpu() for name, tensor in average.items()})
    return Judge(network, task.labels)


def lesson(config: SceneConfig, bank: SpriteBank, seed: int) -> Lesson:
    """The lesson of that seed: training draws from below TEST_SEEDS.

    Held-out combinations are among them: a judge that had not seen one would undervalue what
    draws it.
    """
    rng = np.random.default_rng((seed, 5))
    scene = compose(config, bank, seed, "unseen" if rng.random() < 0.3 else "train")
    ground = scene.ground if scene.ground in ("", *config.backgrounds) else None
    kind = rng.random()
    if kind < CROPS:
        return _crop(scene, ground, rng)
    if kind < CROPS + FOREIGN:
        return _on_foreign_ground(scene, config, bank, seed, rng)
    objects = scene.objects
    return Lesson(
        as_seen(scene.pixels),
        tuple(thing.concept for thing in objects),
        ground,
        place_of(objects[0].box, config.side) or "" if len(objects) == 1 else None,
        min(len(objects), MOST_OBJECTS),
    )


def _crop(scene: Scene, ground: str | None, rng: np.random.Generator) -> Lesson:
    """A square about one object, from a little less than it to much of its surroundings."""
    thing = pick(rng, scene.objects)
    others = len(scene.objects) > 1
    side = round(thing.box.width * rng.uniform(0.85, 1.2 if others else 1.7))
    stray = 0.06 * side
    left, top = (
        round((low + high - side) / 2 + rng.uniform(-stray, stray))
        for low, high in ((thing.box.left, thing.box.right), (thing.box.top, thing.box.bottom))
    )
    # Beyond the border the edge goes on, as it does for a box edit at the border.
    rows, columns = (
        np.arange(start, start + side).clip(0, scene.pixels.shape[0] - 1) for start in (top, left)
    )
    return Lesson(as_seen(scene.pixels[np.ix_(rows, columns)]), (thing.concept,), ground)


def _on_foreign_ground(
    scene: Scene, config: SceneConfig, bank: SpriteBank, seed: int, rng: np.random.Generator
) -> Lesson:
    """An object of the scene over anything the bank can make, as in a box on a photograph."""
    thing = pick(rng, scene.objects)
    seen = as_seen(compose(replace(config, wide=1.0), bank, seed).pixels).copy()
    size = 4 * int(rng.integers(9, SIDE_PX // 4 + 1))
    top, left = rng.integers(0, SIDE_PX - size + 1, 2)
    sprite = bank.sprite(thing.concept, thing.style, size, thing.tint)
    under = seen[top : top + size, left : left + size]
    opacity = sprite[..., 3:].astype(np.float32) / 255
    under[:] = np.rint(sprite[..., :3] * opacity + under * (1 - opacity))
    return Lesson(seen, (thing.concept,))


def worn(images: Tensor, random: torch.Generator) -> Tensor:
    """(B, 3, S, S) in 0..1, the same shape: warped, blurred, in another light and noisy.

    So that the judge looks at what is drawn, and not at how crisply.
    """
    count = len(images)
    images = _warped(images, random)
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    images = images.lerp(blurred, torch.rand(count, 1, 1, 1, generator=random))
    gain = 1 + 0.1 * (torch.rand(count, 3, 1, 1, generator=random) - 0.5)
    offset = 0.06 * (torch.rand(count, 3, 1, 1, generator=random) - 0.5)
    strength = 0.08 * torch.rand(count, 1, 1, 1, generator=random).square()
    noise = torch.randn(images.shape, generator=random)
    return (images * gain + offset + strength * noise).clamp(0, 1)


def _warped(images: Tensor, random: torch.Generator) -> Tensor:
    count, _, height, width = images.shape
    size = torch.rand(count, 1, 1, 1, generator=random) * 2 * WARP_PX / width
    moves = size * torch.randn(count, 2, WARP_CELLS, WARP_CELLS, generator=random)
    spread = F.interpolate(moves, (height, width), mode="bilinear", align_corners=False)
    still = F.affine_grid(torch.eye(2, 3).expand(count, 2, 3), [count, 3, height, width], False)
    places = still + spread.permute(0, 2, 3, 1)
    return F.grid_sample(images, places, padding_mode="border", align_corners=False)


def _targets(taught: list[Lesson], labels: Labels) -> tuple[Tensor, ...]:
    shares = np.zeros((len(taught), len(labels.concepts)), np.float32)
    for row, each in enumerate(taught):
        for name in each.concepts:
            shares[row, labels.concepts.index(name)] += 1 / len(each.concepts)
    numbers: list[list[int]] = [
        [_number(labels.grounds, each.ground) for each in taught],
        [_number(labels.places, each.place) for each in taught],
        [NOT_ASKED if each.count is None else each.count - 1 for each in taught],
    ]
    return torch.from_numpy(shares), *(torch.tensor(column) for column in numbers)


def _number(names: tuple[str, ...], name: str | None) -> int:
    return NOT_ASKED if name is None else names.index(name)


def _right(logits: Tensor, numbers: Tensor) -> Tensor:
    asked = numbers != NOT_ASKED
    return (logits.argmax(1) == numbers)[asked].float().mean()
