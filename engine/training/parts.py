"""The parts of the built-in models that are trained, one builder each."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.generators.lformer.network import LformerConfig
from engine.generators.maskgen.network import MaskGenConfig
from engine.generators.star.network import StarConfig
from engine.generators.vq_diffusion.network import VQDiffusionConfig
from engine.hardware import autocast
from engine.text.clip import write_small_vocabulary
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig
from engine.tokenizers.vqgan import VQGANConfig
from engine.training import checkpoints, titok
from engine.training.clip import ClipTask
from engine.training.config import MERGES, TrainingConfig, changed_loop
from engine.training.curriculum import stage
from engine.training.folder import FolderPictures
from engine.training.generator import LformerTask
from engine.training.loop import LoopConfig, Task
from engine.training.maskgen import MaskGenTask
from engine.training.maskgen_model import (
    SCHEDULE,
    TITOK,
    encoded_rows,
    maskgen_json,
    maskgen_sheet,
    titok_config,
    trained_titok,
)
from engine.training.multiscale import MultiscaleTask
from engine.training.own_pictures import Pictures
from engine.training.scenes import Scene, compose
from engine.training.shards import ShardPictures
from engine.training.sheet import SampleSheet
from engine.training.ship import sample_sheet
from engine.training.sprites import SpriteBank
from engine.training.star import NULL_PROMPT, StarTask
from engine.training.star_model import (
    MULTISCALE,
    encoded_pyramids,
    star_spec,
    trained_multiscale,
)
from engine.training.titok import TiTokTask
from engine.training.tokenised import TokenisedScenes, encoded
from engine.training.tokenizer import CONTINUOUS_STEPS, TokenizerTask
from engine.training.tokens import TOKENIZER, Encode, make_tokens, tokens_folder
from engine.training.trained import trained_clip, trained_tokenizer
from engine.training.vq_diffusion import VQDiffusionTask
from engine.training.vq_diffusion_model import vq_diffusion_sheet
from engine.values.errors import BadInput


@dataclass(frozen=True, slots=True)
class Workshop:
    """What training starts from. folder: of all parts' checkpoints. bank: the sprite bank's file.

    start: weights to begin a part with, or None.
    """

    settings: TrainingConfig
    folder: Path
    bank: Path
    device: torch.device
    start: Path | None = None


def tokenizer_task(shop: Workshop) -> TokenizerTask:
    settings = shop.settings
    looks = settings.tokenizer_loss.perceptual > 0
    return TokenizerTask(
        VQGANConfig.from_json(settings.tokenizer),
        pictures(shop),
        losses=settings.tokenizer_loss,
        continuous_steps=CONTINUOUS_STEPS if shop.start is None else 0,
        towers=trained_clip(settings, shop.folder, shop.device).clip if looks else None,
    )


def clip_task(shop: Workshop) -> ClipTask:
    vocabulary = shop.folder / "bpe.txt.gz"
    vocabulary.parent.mkdir(parents=True, exist_ok=True)
    # Several processes write the same: none may read another's half.
    own = vocabulary.with_suffix(f".{os.getpid()}")
    write_small_vocabulary(own, MERGES)
    own.replace(vocabulary)
    settings, bank = shop.settings, SpriteBank.open(shop.bank)
    return ClipTask(settings.clip, vocabulary, settings.scenes, bank, scenes_of(shop))


def lformer_task(shop: Workshop) -> LformerTask:
    settings = shop.settings
    return LformerTask(
        LformerConfig.from_json(settings.network),
        TokenisedScenes.read(shop.folder / "tokens"),
        encoder=trained_clip(settings, shop.folder, shop.device),
        sheet=sample_sheet(settings, shop.folder, shop.device),
        text_dropout=settings.text_dropout,
        kl_weight=settings.kl_weight,
        latent_dimensions=settings.latent_dimensions,
        edit_share=settings.edit_share,
        noise_share=settings.noise_share,
        hidden_share=settings.hidden_share,
    )


def multiscale_task(shop: Workshop) -> MultiscaleTask:
    settings, of_one_scale = shop.settings, shop.folder / "tokenizer"
    looks = settings.tokenizer_loss.perceptual > 0
    return MultiscaleTask(
        MultiscaleConfig.from_json(settings.multiscale),
        pictures(shop),
        losses=settings.tokenizer_loss,
        continuous_steps=CONTINUOUS_STEPS if shop.start is None else 0,
        towers=trained_clip(settings, shop.folder, shop.device).clip if looks else None,
        convolutions=checkpoints.averaged(of_one_scale) if of_one_scale.exists() else None,
    )


def star_task(shop: Workshop) -> StarTask:
    settings = shop.settings
    tokenizer = trained_multiscale(settings, shop.folder, shop.device)
    encoder = trained_clip(settings, shop.folder, shop.device)
    return StarTask(
        StarConfig.from_json(settings.star),
        TokenisedScenes.read(tokens_folder(shop.folder, MULTISCALE)),
        quantizer=tokenizer.network.quantize,
        encoder=encoder,
        sheet=SampleSheet(star_spec(settings), encoder, tokenizer, NULL_PROMPT),
        text_dropout=settings.text_dropout,
    )


def vq_diffusion_task(shop: Workshop) -> VQDiffusionTask:
    settings = shop.settings
    sheet = vq_diffusion_sheet(settings, shop.folder, shop.device)
    return VQDiffusionTask(
        VQDiffusionConfig.from_json(settings.vq_diffusion),
        TokenisedScenes.read(tokens_folder(shop.folder)),
        encoder=trained_clip(settings, shop.folder, shop.device),
        sheet=sheet,
        text_dropout=settings.text_dropout,
        edit_share=settings.edit_share,
    )


def titok_task(shop: Workshop) -> TiTokTask:
    settings = shop.settings
    return TiTokTask(
        titok_config(settings),
        scenes_of(shop),
        encoder=trained_clip(settings, shop.folder, shop.device),
        text_dropout=settings.text_dropout,
        losses=settings.tokenizer_loss,
        continuous_steps=titok.CONTINUOUS_STEPS if shop.start is None else 0,
    )


def maskgen_task(shop: Workshop) -> MaskGenTask:
    settings = shop.settings
    return MaskGenTask(
        MaskGenConfig.from_json(maskgen_json(settings)),
        TokenisedScenes.read(tokens_folder(shop.folder, TITOK)),
        schedule=SCHEDULE,
        encoder=trained_clip(settings, shop.folder, shop.device),
        sheet=maskgen_sheet(settings, shop.folder, shop.device),
        text_dropout=settings.text_dropout,
    )


TASKS: dict[str, Callable[[Workshop], Task]] = {
    "tokenizer": tokenizer_task,
    "clip": clip_task,
    "lformer": lformer_task,
    MULTISCALE: multiscale_task,
    "star": star_task,
    TITOK: titok_task,
    "maskgen": maskgen_task,
    "vq-diffusion": vq_diffusion_task,
}
"""Each part by its name, which is also its folder's and that of its settings in `loops`."""


def loop_config(settings: TrainingConfig, part: str, wanted: dict[str, Any]) -> LoopConfig:
    """The part's settings with those that are `wanted` in their place."""
    known = settings.loops.get(part, {})
    try:
        return LoopConfig(**changed_loop(known, wanted))
    except TypeError as problem:
        raise BadInput(f"The loop settings of {part} do not fit: {problem}.") from problem


def encode_scenes(shop: Workshop, *, workers: int, sitting_minutes: float) -> bool:
    """The generators' scenes as tokens, in `folder`/tokens; False: not all of them yet."""
    settings = shop.settings
    tokenizer = trained_tokenizer(settings, shop.folder, shop.device)
    towers = trained_clip(settings, shop.folder, shop.device)
    with autocast(shop.device):
        return _make_tokens(
            shop,
            lambda scenes: encoded(scenes, tokenizer, towers, calm=settings.calm),
            workers=workers,
            sitting_minutes=sitting_minutes,
        )


def encode_pyramids(shop: Workshop, *, workers: int, sitting_minutes: float) -> bool:
    """As encode_scenes, by STAR's tokenizer."""
    tokenizer = trained_multiscale(shop.settings, shop.folder, shop.device)
    return _make_tokens(
        shop,
        lambda scenes: encoded_pyramids(scenes, tokenizer),
        workers=workers,
        sitting_minutes=sitting_minutes,
        tokenizer=MULTISCALE,
    )


def encode_rows(shop: Workshop, *, workers: int, sitting_minutes: float) -> bool:
    """As encode_scenes, by MaskGen's tokenizer."""
    tokenizer = trained_titok(shop.settings, shop.folder, shop.device)
    return _make_tokens(
        shop,
        lambda scenes: encoded_rows(scenes, tokenizer),
        workers=workers,
        sitting_minutes=sitting_minutes,
        tokenizer=TITOK,
    )


@dataclass(frozen=True, slots=True)
class Encoding:
    """tokenizer: the part that trains it. encode: makes its tokens; False: not all of them yet."""

    tokenizer: str
    encode: Callable[..., bool]


ENCODINGS = {
    "tokens": Encoding(TOKENIZER, encode_scenes),
    "pyramids": Encoding(MULTISCALE, encode_pyramids),
    "rows": Encoding(TITOK, encode_rows),
}
"""Stages that train nothing: scenes become what a generator learns from."""


def _make_tokens(
    shop: Workshop,
    encode: Encode,
    *,
    workers: int,
    sitting_minutes: float,
    tokenizer: str = TOKENIZER,
) -> bool:
    return make_tokens(
        shop.settings,
        shop.folder,
        compose=scenes_of(shop),
        encode=encode,
        device=shop.device,
        workers=workers,
        sitting_minutes=sitting_minutes,
        tokenizer=tokenizer,
    )


def scenes_of(shop: Workshop) -> Callable[[int], Scene]:
    """seed -> scene: composed, or of the folder of a person's own that the settings name."""
    settings = shop.settings
    if settings.pictures:
        return own_pictures(Path(settings.pictures), settings.scenes.side).scene
    bank = SpriteBank.open(shop.bank)
    return lambda seed: compose(stage(settings, seed), bank, seed)


def pictures(shop: Workshop) -> Callable[[int], NDArray[np.uint8]]:
    """seed -> picture: the generator's scenes, and a share of anything the bank can draw."""
    settings, scene = shop.settings, scenes_of(shop)
    if settings.pictures:
        return lambda seed: scene(seed).pixels
    bank, wide = SpriteBank.open(shop.bank), replace(settings.scenes, wide=1.0)

    def picture(seed: int) -> NDArray[np.uint8]:
        is_wide = np.random.default_rng((seed, 1)).random() < settings.wide_share
        return compose(wide, bank, seed).pixels if is_wide else scene(seed).pixels

    return picture


def own_pictures(folder: Path, side: int) -> Pictures:
    """Those of WebDataset shards where the folder holds any, else files with captions."""
    if any(folder.glob("*.tar")):
        return ShardPictures.open(folder, side)
    return FolderPictures.open(folder, side)
