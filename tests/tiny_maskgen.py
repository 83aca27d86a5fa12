"""Tiny networks of the TiTok family with random weights; no text encoder, no files."""

import torch

from engine.generators.maskgen.blending import BlendPolicy
from engine.generators.maskgen.class_networks import ClassNetworkConfig, class_network
from engine.generators.maskgen.generator import MaskGenGenerator
from engine.generators.maskgen.network import MaskGen, MaskGenConfig
from engine.generators.maskgen.schedule import Schedule
from engine.text.base import Conditioning
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.tokenizers.vision_transformer import VisionShape
from engine.values.layout import Sequence1D
from engine.values.spec import GeneratorSpec
from tests.lively import lively, unbiased
from tests.tiny_lformer import CONDITION, TEXT_LENGTH

TOKENS = 12
CODEBOOK = 23
CLASSES = 100
IMAGE_SIDE = 32


def tiny_tokenizer(*, text: bool = True) -> TiTokTokenizer:
    """Two layers each, 12 tokens for a picture of 32 px."""
    config = TiTokConfig(
        image_side=IMAGE_SIDE,
        encoder_patch=8,
        decoder_patch=8,
        tokens=TOKENS,
        token_size=6,
        encoder=VisionShape(16, 2, 2),
        decoder=VisionShape(16, 2, 2),
        codebook_size=CODEBOOK,
        text_length=TEXT_LENGTH if text else 0,
        text_width=CONDITION if text else 0,
    )
    network = unbiased(lively(TiTok(config), seed=1))
    return TiTokTokenizer(network, torch.zeros(TEXT_LENGTH, CONDITION) if text else None)


def tiny_network() -> MaskGen:
    config = MaskGenConfig(
        codebook_size=CODEBOOK,
        tokens=TOKENS,
        width=32,
        layers=2,
        heads=4,
        text_width=CONDITION,
        pooled_width=CONDITION,
        score_width=8,
        classes=0,
    )
    return unbiased(lively(MaskGen(config)))


def tiny_spec(key: str = "maskgen") -> GeneratorSpec:
    return GeneratorSpec(
        key=key,
        title="Tiny MaskGen",
        step_kind="unmask",
        layout=Sequence1D(TOKENS),
        codebook_size=CODEBOOK,
        image_side=IMAGE_SIDE,
        region_edit="blend",
    )


def tiny_generator(*, policy: BlendPolicy | None = None, blends: bool = False) -> MaskGenGenerator:
    """MaskGen's course in six steps, with chance enough for its lively logits."""
    return MaskGenGenerator(
        tiny_spec(),
        tiny_network(),
        Schedule(6, "cosine", 12.0),
        tokenizer=tiny_tokenizer() if blends else None,
        policy=policy,
    )


def tiny_class_generator(*, skips: bool) -> MaskGenGenerator:
    """TiTok-S's course and network with skips, TiTok-L's without, and chance as they need it."""
    config = ClassNetworkConfig(
        codebook_size=CODEBOOK,
        tokens=TOKENS,
        classes=CLASSES,
        width=32,
        layers=2,
        heads=4,
        inner=48,
        skips=skips,
    )
    network = unbiased(lively(class_network(config), seed=1, spread=1.0))
    schedule = Schedule(6, "power-cosine", 6.0, power=3.0) if skips else Schedule(6, "linear", 6.0)
    return MaskGenGenerator(tiny_spec("titok"), network, schedule)


def tiny_class_prompt(number: int) -> Conditioning:
    """The class of that number."""
    return Conditioning(torch.tensor([float(number)]), torch.zeros(1, 1))
