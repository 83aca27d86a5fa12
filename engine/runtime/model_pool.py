"""Loaded models: built from their folders, the least recently used put out when memory is short."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn

from engine.catalog import folder_of, size_of, spec_of
from engine.generators.base import Generator
from engine.generators.lformer.generator import LformerGenerator
from engine.generators.lformer.network import Lformer, LformerConfig
from engine.generators.maskgen.blending import BlendPolicy
from engine.generators.maskgen.checkpoint import unmasking_network
from engine.generators.maskgen.generator import MaskGenGenerator
from engine.generators.maskgen.schedule import Schedule
from engine.generators.star.generator import StarGenerator
from engine.generators.star.network import StarConfig
from engine.generators.star.refining import build_star
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.steps import ReverseProcess
from engine.memory import MemoryNeed, memory_need
from engine.runtime.device import Device
from engine.runtime.room import free_bytes, release, shortage
from engine.text.base import Conditioning, TextEncoder
from engine.text.class_names import ClassNameEncoder
from engine.text.clip import OpenClipTextEncoder, build_clip, build_text_tower, build_tokenizer
from engine.text.embedded_words import EmbeddedWordsEncoder
from engine.text.penultimate_states import PenultimateStatesEncoder
from engine.text.unit_states import UnitStatesEncoder
from engine.text.word_states import WordStatesEncoder
from engine.tokenizers.base import ImageTokenizer
from engine.tokenizers.multiscale_vqvae import (
    MultiscaleConfig,
    MultiscaleTokenizer,
    MultiscaleVQVAE,
)
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.tokenizers.vqgan import VQGANConfig, VQGANTokenizer, build_vqgan
from engine.values.errors import OutOfMemory
from engine.values.spec import GeneratorSpec
from engine.weights.loading import load_strict
from engine.weights.store import ModelFolder, verify

BUDGET_BYTES = 6 * 1024**3
HALF_BYTES = 2
TEXT_ENCODERS = {
    "embedded": EmbeddedWordsEncoder,
    "penultimate": PenultimateStatesEncoder,
    "projected": OpenClipTextEncoder,
    "unit": UnitStatesEncoder,
    "words": WordStatesEncoder,
}
"""By the "kind" of a model.json's "text"."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """A generator with the tokenizer and the text encoder that belong to it.

    unconditional: the null prompt. bytes: of all weights in memory.
    """

    spec: GeneratorSpec
    generator: Generator
    tokenizer: ImageTokenizer
    text: TextEncoder
    unconditional: Conditioning
    bytes: int
    drop_caches: Callable[[], None]


class ModelPool:
    """Models by key. Budget in bytes of weights; the model in use may exceed it alone."""

    def __init__(
        self, folders: tuple[ModelFolder, ...], device: Device, budget_bytes: int = BUDGET_BYTES
    ) -> None:
        self._folders = folders
        self._device = device
        self._budget_bytes = budget_bytes
        self._loaded: OrderedDict[str, LoadedModel] = OrderedDict()

    def on(self, device: Device) -> "ModelPool":
        """An empty pool of the same models for another device."""
        return ModelPool(self._folders, device, self._budget_bytes)

    def offer(self, folders: tuple[ModelFolder, ...]) -> None:
        """Other models from now on; loaded ones stay where their files are the same."""
        digests = {folder.key: folder.digests for folder in folders}
        for old in self._folders:
            if digests.get(old.key) != old.digests:
                self._loaded.pop(old.key, None)
        self._folders = folders

    @property
    def device(self) -> Device:
        return self._device

    @property
    def specs(self) -> tuple[GeneratorSpec, ...]:
        return tuple(spec_of(folder) for folder in self._folders)

    @property
    def loaded_keys(self) -> tuple[str, ...]:
        """Least recently used first."""
        return tuple(self._loaded)

    def get(self, key: str) -> LoadedModel:
        """BadInput for an unknown key, WeightsMissing for files that are not whole, OutOfMemory
        when the device has no room for the model and one candidate; nothing is loaded then.
        """
        if key not in self._loaded:
            folder = folder_of(key, self._folders)
            for file in folder.files.values():
                verify(file)
            self._make_room(spec_of(folder).title, self.need(key))
            load = LOADERS[folder.description["backend"]]
            self._loaded[key] = load(folder, self._device)
        self._loaded.move_to_end(key)
        return self._loaded[key]

    def need(self, key: str, candidates: int = 1) -> MemoryNeed:
        """Of so many candidates at a time; see engine.memory."""
        size = size_of(folder_of(key, self._folders))
        return memory_need(size, candidates, weight_bytes=self._device.dtype.itemsize)

    def fitting(self, key: str, candidates: int) -> int:
        """How many of the candidates the free memory holds at a time; at least one, which is for
        `get` to refuse."""
        free = free_bytes(self._device.device)

        def fits(count: int) -> bool:
            need = self.need(key, count)
            return need.total - (need.weights if key in self._loaded else 0) <= free

        return next((count for count in range(candidates, 1, -1) if fits(count)), 1)

    def free_caches(self) -> None:
        """Give back all memory but that of the weights."""
        for model in self._loaded.values():
            model.drop_caches()
        release(self._device.device)

    def _make_room(self, title: str, need: MemoryNeed) -> None:
        """Models go out while the budget or the device is too small."""
        device = self._device.device
        while self._loaded and (
            self._used_bytes + need.weights > self._budget_bytes or need.total > free_bytes(device)
        ):
            self._loaded.popitem(last=False)
            release(device)
        free = free_bytes(device)
        if need.total > free:
            raise OutOfMemory(shortage(title, need, free, device), self._remedy(need, free))

    def _remedy(self, need: MemoryNeed, free: int) -> str:
        """What would help where `free` bytes are too few, the simplest first."""
        smaller = [spec.key for spec in self.specs if self.need(spec.key).total <= free]
        ways = [f"choose a smaller generator ({', '.join(smaller)})"] if smaller else []
        halves = need.total - need.weights * HALF_BYTES // self._device.dtype.itemsize
        if self._device.dtype.itemsize > HALF_BYTES and halves <= free:
            ways.append("use half precision (--precision half)")
        if self._device.device.type != "cpu":
            ways.append("use the processor (--device cpu)")
        ways.append("close other programs")
        told = " or ".join(part for part in (", ".join(ways[:-1]), ways[-1]) if part)
        return f"{told[0].upper()}{told[1:]}."

    @property
    def _used_bytes(self) -> int:
        return sum(model.bytes for model in self._loaded.values())


def load_lformer(folder: ModelFolder, device: Device) -> LoadedModel:
    """The three networks of an Lformer model folder; files are taken to be verified."""
    spec = spec_of(folder)
    network = _load_network(folder, device)
    clip = _load_text(folder, device)
    tokenizer = _load_tokenizer(folder, device)
    generator = LformerGenerator(spec, network)
    return LoadedModel(
        spec=spec,
        generator=generator,
        tokenizer=tokenizer,
        text=clip,
        # The published networks were taught their null prompt as this word piece.
        unconditional=clip.null(spec.codebook_size),
        bytes=sum(map(_weights_bytes, (network, clip.clip, tokenizer.network))),
        drop_caches=generator.drop_cache,
    )


def load_star(folder: ModelFolder, device: Device) -> LoadedModel:
    """The three networks of a STAR model folder; files are taken to be verified."""
    spec = spec_of(folder)
    clip = _load_text(folder, device)
    with torch.device("meta"):
        network = build_star(StarConfig.from_json(folder.description["network"]))
    load_strict(network, folder.files["network"].path, device=device.device, dtype=device.dtype)
    tokenizer = _load_multiscale_tokenizer(folder, device)
    generator = StarGenerator(spec, network, tokenizer.network.quantize)
    return LoadedModel(
        spec=spec,
        generator=generator,
        tokenizer=tokenizer,
        text=clip,
        unconditional=clip.encode(""),
        bytes=sum(map(_weights_bytes, (network, clip.clip, tokenizer.network))),
        drop_caches=generator.drop_cache,
    )


def load_vq_diffusion(folder: ModelFolder, device: Device) -> LoadedModel:
    """The three networks of a VQ-Diffusion model folder; files are taken to be verified."""
    spec = spec_of(folder)
    clip = _load_text(folder, device)
    with torch.device("meta"):
        network = VQDiffusion(VQDiffusionConfig.from_json(folder.description["network"]))
    load_strict(network, folder.files["network"].path, device=device.device, dtype=device.dtype)
    tokenizer = _load_tokenizer(folder, device)
    process = ReverseProcess(**folder.description.get("reverse_process", {}))
    generator = VQDiffusionGenerator(spec, network, process)
    unconditional = clip.encode("")
    if network.config.learned_null:
        unconditional = replace(unconditional, hidden=network.empty_text_embed.detach())
    return LoadedModel(
        spec=spec,
        generator=generator,
        tokenizer=tokenizer,
        text=clip,
        unconditional=unconditional,
        bytes=sum(map(_weights_bytes, (network, clip.clip, tokenizer.network))),
        drop_caches=generator.drop_cache,
    )


def load_maskgen(folder: ModelFolder, device: Device) -> LoadedModel:
    """The networks of a MaskGen or TiTok model folder; files are taken to be verified."""
    spec, described = spec_of(folder), folder.description
    by_class = described["text"]["kind"] == "classes"
    text = ClassNameEncoder() if by_class else _load_text(folder, device)
    with torch.device("meta"):
        network = unmasking_network(described["network"])
    load_strict(network, folder.files["network"].path, device=device.device, dtype=device.dtype)
    null = text.encode("")
    tokenizer = _load_titok(folder, device).with_text(null.for_pictures)
    generator = MaskGenGenerator(
        spec,
        network,
        Schedule(**described["schedule"]),
        tokenizer=tokenizer,
        policy=BlendPolicy(**described.get("blend", {})),
    )
    networks = [network, tokenizer.network]
    if isinstance(text, OpenClipTextEncoder):
        networks.append(text.clip)
    return LoadedModel(
        spec=spec,
        generator=generator,
        tokenizer=tokenizer,
        text=text,
        unconditional=null,
        bytes=sum(map(_weights_bytes, networks)),
        drop_caches=generator.drop_cache,
    )


LOADERS: dict[str, Callable[[ModelFolder, Device], LoadedModel]] = {
    "lformer": load_lformer,
    "maskgen": load_maskgen,
    "star": load_star,
    "vq_diffusion": load_vq_diffusion,
}
"""By the "backend" of a model.json."""


def _load_network(folder: ModelFolder, device: Device) -> Lformer:
    with torch.device("meta"):
        network = Lformer(LformerConfig.from_json(folder.description["network"]))
    path = folder.files["network"].path
    return load_strict(network, path, device=device.device, dtype=device.dtype)


def _load_text(folder: ModelFolder, device: Device) -> OpenClipTextEncoder:
    config = folder.description["text"]["open_clip"]
    path = folder.files["text"].path
    # Built for real: its attention mask is a buffer that no file holds.
    tower = build_clip(config) if "vision_cfg" in config else build_text_tower(config)
    clip = load_strict(tower, path, device=device.device, dtype=device.dtype)
    kind = TEXT_ENCODERS[folder.description["text"].get("kind", "projected")]
    return kind(clip, build_tokenizer(folder.files["bpe"].path, clip.context_length))


def _load_tokenizer(folder: ModelFolder, device: Device) -> VQGANTokenizer:
    config = VQGANConfig.from_json(folder.description["tokenizer"]["config"])
    with torch.device("meta"):
        network = build_vqgan(config)
    path = folder.files["tokenizer"].path
    load_strict(network, path, device=device.device, dtype=device.picture_dtype)
    # The layout that convolutions work in, so that nothing is rearranged between them.
    network.to(memory_format=torch.channels_last)
    return VQGANTokenizer(network, folder.description["image_side"])


def _load_titok(folder: ModelFolder, device: Device) -> TiTokTokenizer:
    described = folder.description["tokenizer"]
    config = TiTokConfig.from_json(described["config"], text=described["kind"] == "tatitok")
    with torch.device("meta"):
        network = TiTok(config)
    path = folder.files["tokenizer"].path
    # Tokens are nearest codewords: half precision would name others.
    return TiTokTokenizer(load_strict(network, path, device=device.device, dtype=torch.float32))


def _load_multiscale_tokenizer(folder: ModelFolder, device: Device) -> MultiscaleTokenizer:
    config = MultiscaleConfig.from_json(folder.description["tokenizer"]["config"])
    with torch.device("meta"):
        network = MultiscaleVQVAE(config)
    path = folder.files["tokenizer"].path
    # The generator is fed sums of codewords, so only the coders may be less exact.
    load_strict(network, path, device=device.device, dtype=torch.float32)
    network.with_coders_in(device.picture_dtype).to(memory_format=torch.channels_last)
    return MultiscaleTokenizer(network)


def _weights_bytes(network: nn.Module) -> int:
    return sum(tensor.nbytes for tensor in network.state_dict().values())
