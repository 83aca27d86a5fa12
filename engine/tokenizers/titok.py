"""TiTok and TA-TiTok: a picture as a short row of tokens without places.

Yu et al., "An Image is Worth 32 Tokens for Reconstruction and Generation" (arXiv 2406.07550); Kim
et al., "Democratizing Text-to-Image Masked Generative Models with Compact Text-Aware
One-Dimensional Tokens" (arXiv 2501.07730). Written from a description of the published weights,
whose parameter names it has.
Axes: B pictures, N latent tokens, Z channels of a token, D width, T text positions, g grid side.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.nn.quantizer import NearestQuantizer, UnitQuantizer
from engine.tokenizers.maskgit_vqgan import PixelCoderConfig, PixelDecoder
from engine.tokenizers.vision_transformer import VisionBlock, VisionShape
from engine.values.errors import BadInput

NAMED_SHAPES = {
    "small": VisionShape(512, 8, 8),
    "base": VisionShape(768, 12, 12),
    "large": VisionShape(1024, 24, 16),
}
LOG_VARIANCE_RANGE = (-30.0, 20.0)


@dataclass(frozen=True, slots=True)
class TiTokConfig:
    """image_side, patches: in pixels. tokens, token_size: N and Z. codebook_size: 0 = continuous
    tokens (a mean and a log variance each).

    unit_length: tokens and codewords are L2-normalised. scrambles: the encoder's head reshapes
    where it should transpose, so that each token mixes all latents (the two-stage weights).
    pixels: coder that draws from `pixel_codebook_size` proxy tokens; None = the decoder draws
    pixels itself. text_length, text_width: of the text its decoder sees (0 = none).
    """

    image_side: int
    encoder_patch: int
    decoder_patch: int
    tokens: int
    token_size: int
    encoder: VisionShape
    decoder: VisionShape
    codebook_size: int
    unit_length: bool = False
    scrambles: bool = False
    pixels: PixelCoderConfig | None = None
    pixel_codebook_size: int = 1024
    text_length: int = 0
    text_width: int = 0

    def __post_init__(self) -> None:
        if self.image_side % self.encoder_patch or self.image_side % self.decoder_patch:
            raise BadInput(f"A picture of {self.image_side} px does not split into whole patches.")

    @classmethod
    def from_json(cls, config: Mapping[str, Any], *, text: bool) -> "TiTokConfig":
        """From a published config.json. text: the TA-TiTok class; its file does not say so."""
        tokens = config["model"]["vq_model"]
        continuous = tokens.get("quantize_mode", "vq") == "vae"
        draws_by_proxy = tokens.get("finetune_decoder", True)
        return cls(
            image_side=config["dataset"]["preprocessing"]["crop_size"],
            encoder_patch=tokens["vit_enc_patch_size"],
            decoder_patch=tokens["vit_dec_patch_size"],
            tokens=tokens["num_latent_tokens"],
            token_size=tokens["token_size"],
            encoder=vision_shape(tokens["vit_enc_model_size"]),
            decoder=vision_shape(tokens["vit_dec_model_size"]),
            codebook_size=0 if continuous else tokens["codebook_size"],
            unit_length=tokens.get("use_l2_norm", False),
            scrambles=tokens.get("is_legacy", True),
            pixels=PixelCoderConfig.from_json(tokens.get("pixel_decoder", {}))
            if draws_by_proxy
            else None,
            pixel_codebook_size=tokens.get("pixel_codebook_size", 1024),
            text_length=tokens.get("text_context_length", 77) if text else 0,
            text_width=tokens.get("text_embed_dim", 768) if text else 0,
        )


def vision_shape(name: str) -> VisionShape:
    """small, base, large, or a shape of our own: "w192l4h4"."""
    if name in NAMED_SHAPES:
        return NAMED_SHAPES[name]
    found = re.fullmatch(r"w(\d+)l(\d+)h(\d+)", name)
    if found is None:
        raise BadInput(f"Nobody knows a vision transformer of the size {name!r}.")
    return VisionShape(*map(int, found.groups()))


def _scattered(*shape: int) -> nn.Parameter:
    """Embeddings start at the scale of one normed channel."""
    return nn.Parameter(torch.randn(*shape) * shape[-1] ** -0.5)


class TiTokEncoder(nn.Module):
    """Patches and latents through a vision transformer; the latents come out."""

    def __init__(self, config: TiTokConfig) -> None:
        super().__init__()
        width, layers, heads = config.encoder.width, config.encoder.layers, config.encoder.heads
        self.grid = config.image_side // config.encoder_patch
        self.scrambles = config.scrambles
        self.patch_embed = nn.Conv2d(3, width, config.encoder_patch, config.encoder_patch)
        self.class_embedding = _scattered(1, width)
        self.positional_embedding = _scattered(self.grid**2 + 1, width)
        self.latent_token_positional_embedding = _scattered(config.tokens, width)
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = nn.ModuleList(VisionBlock(width, heads) for _ in range(layers))
        self.ln_post = nn.LayerNorm(width)
        channels = config.token_size * (1 if config.codebook_size else 2)
        self.conv_out = nn.Conv2d(width, channels, 1)

    def forward(self, images: Tensor, latent_tokens: Tensor) -> Tensor:
        """images (B, 3, S, S) in 0..1, latent_tokens (N, D) -> (B, Z or 2 Z, 1, N)."""
        x = self._embedded(images, latent_tokens)
        for block in self.transformer:
            x = block(x)
        latents: Tensor = self.ln_post(x[:, -len(latent_tokens) :])  # B N D
        rows, count, width = latents.shape
        if self.scrambles:
            columns = latents.reshape(rows, width, count, 1)
        else:
            columns = latents.transpose(1, 2)[..., None]  # B D N 1
        out: Tensor = self.conv_out(columns)
        return out.reshape(rows, -1, 1, count)

    def attention_to_patches(self, images: Tensor, latent_tokens: Tensor) -> Tensor:
        """How the last layer's latents look at the patches: (B, N, g, g), heads' mean, sum <= 1."""
        x = self._embedded(images, latent_tokens)
        *earlier, last = self.transformer
        for block in earlier:
            x = block(x)
        count, patches = len(latent_tokens), self.grid**2
        weights: Tensor = last.attention_weights(x, queries=count)  # type: ignore[operator]
        return weights[..., 1 : 1 + patches].reshape(len(images), count, self.grid, self.grid)

    def _embedded(self, images: Tensor, latent_tokens: Tensor) -> Tensor:
        """(B, 1 + g^2 + N, D): class, patches row by row, latents; normed."""
        patches = self.patch_embed(images).flatten(2).transpose(1, 2)
        rows = len(patches)
        start = self.class_embedding.expand(rows, 1, -1)
        grid = torch.cat([start, patches], 1) + self.positional_embedding
        latents = (latent_tokens + self.latent_token_positional_embedding).expand(rows, -1, -1)
        x: Tensor = self.ln_pre(torch.cat([grid, latents], 1))
        return x


class TiTokDecoder(nn.Module):
    """Mask tokens on the grid, filled in from the latents and, if it sees any, the text."""

    def __init__(self, config: TiTokConfig) -> None:
        super().__init__()
        width, layers, heads = config.decoder.width, config.decoder.layers, config.decoder.heads
        self.grid = config.image_side // config.decoder_patch
        self.patch = config.decoder_patch
        self.draws_pixels = config.pixels is None
        self.decoder_embed = nn.Linear(config.token_size, width)
        self.class_embedding = _scattered(1, width)
        self.positional_embedding = _scattered(self.grid**2 + 1, width)
        self.mask_token = _scattered(1, 1, width)
        self.latent_token_positional_embedding = _scattered(config.tokens, width)
        if config.text_length:
            self.text_guidance_proj = nn.Linear(config.text_width, width)
            self.text_guidance_positional_embedding = _scattered(config.text_length, width)
        self.reads_text = bool(config.text_length)
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = nn.ModuleList(VisionBlock(width, heads) for _ in range(layers))
        self.ln_post = nn.LayerNorm(width)
        if self.draws_pixels:
            self.ffn = nn.Sequential(nn.Conv2d(width, 3 * config.decoder_patch**2, 1))
            self.conv_out = nn.Conv2d(3, 3, 3, padding=1)
        else:
            self.ffn = nn.Sequential(
                nn.Conv2d(width, 2 * width, 1),
                nn.Tanh(),
                nn.Conv2d(2 * width, config.pixel_codebook_size, 1),
            )

    def forward(self, vectors: Tensor, text: Tensor | None) -> Tensor:
        """vectors (B, Z, 1, N), text (B, T, F) -> pixels (B, 3, S, S), about 0..1, or logits
        (B, K, g, g) of the proxy tokens."""
        x: Tensor = self.ln_pre(self._embedded(vectors, text))
        for block in self.transformer:
            x = block(x)
        places = self.ln_post(x[:, 1 : 1 + self.grid**2])
        h: Tensor = self.ffn(places.transpose(1, 2).unflatten(2, (self.grid, self.grid)))
        if not self.draws_pixels:
            return h
        rows, side = len(h), self.grid * self.patch
        # Channels are (row in the patch, column in the patch, colour).
        pixels = h.view(rows, self.patch, self.patch, 3, self.grid, self.grid)
        drawn: Tensor = self.conv_out(pixels.permute(0, 3, 4, 1, 5, 2).reshape(rows, 3, side, side))
        return drawn

    def _embedded(self, vectors: Tensor, text: Tensor | None) -> Tensor:
        """(B, 1 + g^2 + N + T, D): class, mask tokens, latents, text."""
        latents = self.decoder_embed(vectors.squeeze(2).transpose(1, 2))
        rows = len(latents)
        start = self.class_embedding.expand(rows, 1, -1)
        masks = self.mask_token.expand(rows, self.grid**2, -1)
        grid = torch.cat([start, masks], 1) + self.positional_embedding
        parts = [grid, latents + self.latent_token_positional_embedding]
        if self.reads_text:
            if text is None:
                raise ValueError("this decoder needs a text")
            parts.append(self.text_guidance_proj(text) + self.text_guidance_positional_embedding)
        return torch.cat(parts, 1)


class TiTok(nn.Module):
    """Encoder, codebook and decoder; no buffers, so that it can be built on the meta device."""

    def __init__(self, config: TiTokConfig) -> None:
        super().__init__()
        self.config = config
        self.latent_tokens = _scattered(config.tokens, config.encoder.width)
        self.encoder = TiTokEncoder(config)
        self.decoder = TiTokDecoder(config)
        if config.codebook_size:
            quantizer = UnitQuantizer if config.unit_length else NearestQuantizer
            self.quantize = quantizer(config.codebook_size, config.token_size)
        if config.pixels is not None:
            self.pixel_quantize = NearestQuantizer(
                config.pixel_codebook_size, config.pixels.z_channels
            )
            self.pixel_decoder = PixelDecoder(config.pixels)

    def latents(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) in 0..1 -> (B, Z, 1, N); (B, 2 Z, 1, N) for continuous tokens."""
        latents: Tensor = self.encoder(images, self.latent_tokens)
        return latents

    def indices(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) in 0..1 -> (B, N) int64."""
        return self.quantize.indices(self.latents(images)).flatten(1)

    def decode(self, vectors: Tensor, text: Tensor | None = None) -> Tensor:
        """Codewords or samples (B, Z, 1, N), text (B, T, F) -> (B, 3, S, S), not clamped."""
        drawn: Tensor = self.decoder(vectors, text)
        if self.config.pixels is None:
            return drawn
        pixels: Tensor = self.pixel_decoder(self.proxy_vectors(drawn))
        return pixels

    def proxy_vectors(self, logits: Tensor) -> Tensor:
        """Logits (B, K, g, g) of proxy tokens -> their mean codeword (B, C, g, g)."""
        codewords = self.pixel_quantize.embedding.weight
        return torch.einsum("bkhw,kc->bchw", logits.softmax(1), codewords)

    def decode_indices(self, ids: Tensor, text: Tensor | None = None) -> Tensor:
        """ids (B, N) int64, text (B, T, F) -> (B, 3, S, S) in 0..1."""
        return self.decode(self.quantize.lookup(ids[:, None]), text).clamp(0, 1)


def mean_and_log_variance(parameters: Tensor) -> tuple[Tensor, Tensor]:
    """Latents (B, 2 Z, 1, N) of continuous tokens -> (B, Z, 1, N) each."""
    mean, log_variance = parameters.chunk(2, 1)
    return mean, log_variance.clamp(*LOG_VARIANCE_RANGE)
