"""TiTok as an image tokenizer: uint8 pictures in and out, ids without places."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.tokenizers.titok import TiTok


class TiTokTokenizer:
    """ImageTokenizer over a TiTok. text (T, F): what a TA-TiTok's decoder reads, else None."""

    def __init__(self, network: TiTok, text: Tensor | None = None) -> None:
        config = network.config
        if not config.codebook_size:
            raise ValueError("continuous tokens are not ids")
        self.network = network
        self.image_side = config.image_side
        self.codebook_size = config.codebook_size
        self._text = text

    @property
    def knows_places(self) -> bool:
        """Whether relevance means anything: a scrambled token is a mixture of all latents."""
        return not self.network.config.scrambles

    def with_text(self, text: Tensor) -> "TiTokTokenizer":
        """The same tokenizer, its decoder reading text (T, F)."""
        return TiTokTokenizer(self.network, text if self.network.config.text_length else None)

    @torch.inference_mode()
    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        ids: NDArray[np.int32] = self.network.indices(self._input(images)).cpu().numpy()
        return ids.astype(np.int32)

    @torch.inference_mode()
    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        like = self.network.latent_tokens
        rows = torch.from_numpy(ids.astype(np.int64)).to(like.device)
        text = None if self._text is None else self._text.to(like).expand(len(rows), -1, -1)
        pictures = self.network.decode_indices(rows, text)
        levels = (pictures.float() * 255).round().to(torch.uint8)
        pixels: NDArray[np.uint8] = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        return pixels

    @torch.inference_mode()
    def relevance(
        self, image: NDArray[np.uint8], shown: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """How much each token speaks of a part of a picture: (N,) in 0..1.

        image (S, S, 3), shown (S, S) in 0..1, the part. The share of the attention that the
        encoder's last layer pays, for a token, to patches of the part.
        """
        encoder, latents = self.network.encoder, self.network.latent_tokens
        attention = encoder.attention_to_patches(self._input(image[None]), latents)[0].float()
        part = torch.from_numpy(shown).to(attention.device)[None, None]
        part = F.adaptive_avg_pool2d(part, encoder.grid)[0]  # 1 g g
        share = (attention * part).sum((1, 2)) / attention.sum((1, 2)).clamp_min(1e-12)
        relevance: NDArray[np.float32] = share.cpu().numpy()
        return relevance

    def _input(self, images: NDArray[np.uint8]) -> Tensor:
        """(B, S, S, 3) uint8 -> (B, 3, S, S) in 0..1."""
        like = self.network.latent_tokens
        x = torch.from_numpy(np.ascontiguousarray(images)).to(like.device)
        return x.permute(0, 3, 1, 2).to(like.dtype) / 255
