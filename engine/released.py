"""Released models: their networks, described as a model.json would, before any of it is here.

Figures are those of the models' own pages and files. Titles, licences and where to fetch them stand
in weights_manifest.json, under the same keys; `engine.catalog` makes one table of both.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

Description = Mapping[str, Any]
"""As a model.json, with two entries more: "numbers", of all weights, and "named", what tokenizer
and text encoder are called."""

STAR_CODEBOOK = 4096
STAR_NUMBERS = 1_679_000_000 + 340_000_000 + 109_000_000
"""Network of depth 30, text tower, and the tokenizer of VAR."""

STAR_SIDES = {
    256: (1, 2, 3, 4, 5, 6, 8, 10, 13, 16),
    512: (1, 2, 3, 4, 6, 9, 13, 18, 24, 32),
    1024: (1, 2, 3, 4, 5, 7, 9, 12, 16, 21, 27, 36, 48, 64),
}
CLIP_B32_NUMBERS = 63_000_000
CLIP_L14_NUMBERS = 123_000_000


@cache
def released() -> tuple[Description, ...]:
    """Every model that a converter of ours reads and a generator of ours decodes with."""
    return (
        *(_star(side) for side in STAR_SIDES),
        _vq_diffusion(
            "ithq", 4096, layers=36, width=1408, numbers=1_359_274_624 + 64_000_000,
            defaults={"guidance_scale": 5.0},
        ),
        *(
            _vq_diffusion(
                name, 2887, layers=19, width=1024, numbers=388_780_871 + 69_000_000,
                defaults=defaults,
            )
            for name, defaults in (
                ("coco", {"guidance_scale": 3.0}),
                ("cc", {"guidance_scale": 3.0}),
                ("cub", {"top_p": 0.86}),
                ("human", {"top_p": 0.86}),
            )
        ),
        _maskgen("l", depth=16, width=1024, numbers=604_000_000),
        _maskgen("xl", depth=20, width=1280, numbers=1_177_000_000),
        _titok("l32", 32, layers=24, width=768, guidance=5.5, steps=8,
               numbers=177_000_000 + 641_000_000),
        _titok("b64", 64, layers=24, width=768, guidance=4.0, steps=8,
               numbers=177_000_000 + 205_000_000),
        _titok("s128", 128, layers=20, width=1024, guidance=6.9, steps=64,
               numbers=295_000_000 + 83_700_000),
    )  # fmt: skip


def _star(side: int) -> Description:
    """Guidance is published as t = 4, which is 1 + t in the house's formula."""
    return {
        "key": f"star-{side}",
        "backend": "star",
        "defaults": {"top_k": 600, "top_p": 0.8, "guidance_scale": 5.0},
        "network": {
            "patch_nums": STAR_SIDES[side],
            "vocab_size": STAR_CODEBOOK,
            "depth": 30,
            "embed_dim": 1920,
        },
        "tokenizer": {"kind": "multiscale_vqvae", "config": {"ch": 160, "ch_mult": (1, 1)}},
        "numbers": STAR_NUMBERS,
        "named": {
            "tokenizer": "multi-scale VQVAE of VAR",
            "text": "OpenCLIP ViT-H-14, 23 of 24 blocks",
        },
    }


def _vq_diffusion(
    name: str,
    codebook_size: int,
    *,
    layers: int,
    width: int,
    numbers: int,
    defaults: Mapping[str, float],
) -> Description:
    """Those with learned null features are guided, their truncation rate is 1; the others are cut
    at 0.86 and not guided."""
    gumbel = codebook_size != 4096
    coder = {"ch": 128, "ch_mult": (1, 1)} if gumbel else {"ch": 64, "ch_mult": (1, 2)}
    return {
        "key": f"vq-diffusion-{name}",
        "backend": "vq_diffusion",
        "defaults": defaults,
        "network": {
            "content_spatial_size": (32, 32),
            "num_embed": codebook_size,
            "n_layer": layers,
            "n_embd": width,
        },
        "tokenizer": {"kind": "vqgan", "config": {"ddconfig": coder}},
        "numbers": numbers + CLIP_B32_NUMBERS,
        "named": {
            "tokenizer": "Gumbel VQGAN f8" if gumbel else "EMA VQGAN f8",
            "text": "CLIP ViT-B/32, each state of length 1",
        },
    }


def _maskgen(size: str, *, depth: int, width: int, numbers: int) -> Description:
    return {
        "key": f"maskgen-{size}",
        "backend": "maskgen",
        "defaults": {"guidance_scale": 13.0},
        "network": {
            "model": {
                "vq_model": {"num_latent_tokens": 128, "codebook_size": 8192},
                "maskgen": {"decoder_depth": depth, "decoder_embed_dim": width},
            }
        },
        "tokenizer": {"kind": "tatitok"},
        "numbers": numbers + 390_000_000 + CLIP_L14_NUMBERS,
        "named": {
            "tokenizer": "TA-TiTok BL-128 VQ",
            "text": "CLIP ViT-L/14-336, before the last block",
        },
    }


def _titok(
    size: str, tokens: int, *, layers: int, width: int, guidance: float, steps: int, numbers: int
) -> Description:
    name = f"TiTok {size[0].upper()}-{tokens}"
    return {
        "key": f"titok-{size}",
        "backend": "maskgen",
        "defaults": {"guidance_scale": guidance, "steps": steps},
        "network": {
            "model": {
                "vq_model": {"num_latent_tokens": tokens, "codebook_size": 4096},
                "generator": {"num_hidden_layers": layers, "hidden_size": width},
            }
        },
        "tokenizer": {"kind": "titok"},
        "numbers": numbers,
        "named": {"tokenizer": name, "text": "names of 1,000 classes"},
    }
