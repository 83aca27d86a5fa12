"""Released models: what is published, described as a model.json would, before any of it is here.

Figures are those of the models' own pages and files; `engine.catalog` makes the table of them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

Description = Mapping[str, Any]
"""As a model.json, with three entries more: "numbers", of all weights; "source"; "named", what
tokenizer and text encoder are called."""

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
MIT = "MIT"
MIT_CODE = "MIT by its code repository; the page of the weights names none"
TITOK_LICENCE = "Apache-2.0 by its model card; for research purposes by its repository's read-me"


@cache
def released() -> tuple[Description, ...]:
    """Every model that a converter of ours reads and a generator of ours decodes with."""
    return (
        *(_star(side) for side in STAR_SIDES),
        _vq_diffusion(
            "vq-diffusion-ithq", "ITHQ", 4096, layers=36, width=1408, guidance=5.0,
            numbers=1_359_274_624 + 64_000_000, source="microsoft/vq-diffusion-ithq",
        ),
        *(
            _vq_diffusion(
                f"vq-diffusion-{name.lower()}", name, 2887, layers=19, width=1024,
                guidance=3.0, numbers=388_780_871 + 69_000_000, source="microsoft/VQ-Diffusion",
            )
            for name in ("COCO", "CC")
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
        "title": f"STAR {side}",
        "backend": "star",
        "image_side": side,
        "licence": MIT_CODE,
        "defaults": {"top_k": 600, "top_p": 0.8, "guidance_scale": 5.0},
        "network": {
            "patch_nums": STAR_SIDES[side],
            "vocab_size": STAR_CODEBOOK,
            "depth": 30,
            "embed_dim": 1920,
        },
        "tokenizer": {"kind": "multiscale_vqvae", "config": {"ch": 160, "ch_mult": (1, 1)}},
        "numbers": STAR_NUMBERS,
        "source": "taocrayon/STAR",
        "named": {
            "tokenizer": "multi-scale VQVAE of VAR",
            "text": "OpenCLIP ViT-H-14, 23 of 24 blocks",
        },
    }


def _vq_diffusion(
    key: str,
    name: str,
    codebook_size: int,
    *,
    layers: int,
    width: int,
    guidance: float,
    numbers: int,
    source: str,
) -> Description:
    """Those with learned null features, whose published truncation rate is 1."""
    gumbel = codebook_size != 4096
    coder = {"ch": 128, "ch_mult": (1, 1)} if gumbel else {"ch": 64, "ch_mult": (1, 2)}
    return {
        "key": key,
        "title": f"VQ-Diffusion {name}",
        "backend": "vq_diffusion",
        "image_side": 256,
        "licence": MIT,
        "defaults": {"guidance_scale": guidance},
        "network": {
            "content_spatial_size": (32, 32),
            "num_embed": codebook_size,
            "n_layer": layers,
            "n_embd": width,
        },
        "tokenizer": {"kind": "vqgan", "config": {"ddconfig": coder}},
        "numbers": numbers + CLIP_B32_NUMBERS,
        "source": source,
        "named": {
            "tokenizer": "Gumbel VQGAN f8" if gumbel else "EMA VQGAN f8",
            "text": "CLIP ViT-B/32, each state of length 1",
        },
    }


def _maskgen(size: str, *, depth: int, width: int, numbers: int) -> Description:
    return {
        "key": f"maskgen-{size}",
        "title": f"MaskGen VQ-{size.upper()}",
        "backend": "maskgen",
        "image_side": 256,
        "licence": TITOK_LICENCE,
        "defaults": {"guidance_scale": 13.0},
        "network": {
            "model": {
                "vq_model": {"num_latent_tokens": 128, "codebook_size": 8192},
                "maskgen": {"decoder_depth": depth, "decoder_embed_dim": width},
            }
        },
        "tokenizer": {"kind": "tatitok"},
        "numbers": numbers + 390_000_000 + CLIP_L14_NUMBERS,
        "source": f"turkeyju/generator_maskgen_vq_{size}",
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
        "title": name,
        "backend": "maskgen",
        "image_side": 256,
        "licence": TITOK_LICENCE,
        "defaults": {"guidance_scale": guidance, "steps": steps},
        "network": {
            "model": {
                "vq_model": {"num_latent_tokens": tokens, "codebook_size": 4096},
                "generator": {"num_hidden_layers": layers, "hidden_size": width},
            }
        },
        "tokenizer": {"kind": "titok"},
        "numbers": numbers,
        "source": f"yucornetto/generator_titok_{size}_imagenet",
        "named": {"tokenizer": name, "text": "names of 1,000 classes"},
    }
