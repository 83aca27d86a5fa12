"""What the text and image towers train on: scenes and what is said of them."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn

from engine.text.clip import (
    OpenClipTextEncoder,
    build_clip,
    build_tokenizer,
    image_input,
    text_features,
)
from engine.training.loop import Metrics
from engine.training.losses import contrastive_loss
from engine.training.scenes import SceneConfig, compose
from engine.training.sprites import SpriteBank

MAX_SCALE = 100.0


class ClipTask:
    """Pairs of scene and caption; every other caption of the batch is wrong for a picture.

    Captions are drawn from the longer half of a scene's own, so that few fit two pictures.
    """

    def __init__(
        self, config: dict[str, Any], vocabulary: Path, scenes: SceneConfig, bank: SpriteBank
    ) -> None:
        self.network = build_clip(config)
        length = config["text_cfg"]["context_length"]
        self.encoder = OpenClipTextEncoder(self.network, build_tokenizer(vocabulary, length))
        self.scenes = scenes
        self.bank = bank

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        scenes = [compose(self.scenes, self.bank, step * size + i) for i in range(size)]
        rng = np.random.default_rng((step, 2))
        captions = []
        for scene in scenes:
            longest = sorted(scene.captions, key=len)[len(scene.captions) // 2 :]
            captions.append(longest[rng.integers(len(longest))])
        pictures = np.stack([scene.pixels for scene in scenes])
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        return images, self.encoder.tokenize(captions)

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:  # noqa: ARG002 - drawn by none
        images, ids = batch
        image_features = self.network.encode_image(
            image_input(images, self.network), normalize=True
        ).float()
        text_features = self.network.encode_text(ids, normalize=True).float()
        scale = self.network.logit_scale.exp().clamp(max=MAX_SCALE)
        loss = contrastive_loss(image_features, text_features, scale)
        found = (image_features @ text_features.t()).argmax(1)
        right = (found == torch.arange(len(found), device=found.device)).float().mean()
        return loss, {"loss": loss.item(), "top1": right.item(), "scale": scale.item()}

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Twelve unseen scenes, each above the caption that the towers find closest."""
        pictures, ids = self.batch(2**20, 12)
        device = next(network.parameters()).device
        image = self.encoder.image_feature(pictures.to(device))
        text, _ = text_features(self.network, ids.to(device))
        found = (image @ text.t()).argmax(1).tolist()
        sheet = Image.new("RGB", (6 * 132, 2 * 150), "white")
        draw = ImageDraw.Draw(sheet)
        for index, picture in enumerate(pictures):
            left, top = index % 6 * 132, index // 6 * 150
            pixels = (picture.permute(1, 2, 0) * 255).byte().numpy()
            sheet.paste(Image.fromarray(pixels), (left, top))
            verdict = "right" if found[index] == index else f"takes {found[index]} for it"
            draw.text((left + 2, top + 132), f"{index}: {verdict}", fill="black")
        sheet.save(path)
