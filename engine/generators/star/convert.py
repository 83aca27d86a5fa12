"""Published STAR weights -> a model folder: safetensors and a model.json.

Source: a folder as it is published: a training snapshot *.pth, VAR's tokenizer vae*.pth, and the
text tower in CLIP/text_encoder (or text_encoder), a config.json beside its weights.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from open_clip.tokenizer import default_bpe
from torch import Tensor

from engine.generators.star.checkpoint import (
    SNAPSHOT,
    StateDict,
    network_state,
    text_state,
    tokenizer_state,
)
from engine.values.errors import BadInput
from engine.values.params import SamplingParams
from engine.weights.published import halved, read_published, write_model

DEFAULTS = SamplingParams(top_k=600, top_p=0.8, guidance_scale=5.0)
"""Published as t = 4, which is 1 + t in the house's formula."""

FIRST_REFINED = 9
"""The first scale that the published refining network redraws."""

TEXT_FOLDERS = ("CLIP/text_encoder", "text_encoder")
TEXT_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
AS_PUBLISHED = "Keep the folder as it is published."


def converted(
    source: Path,
    out: Path,
    *,
    key: str,
    title: str,
    licence: str,
    sides: Sequence[int] | None = None,
) -> Path:
    """Write the model in the folder `source` to the folder `out` (made if missing) and return it.

    sides: of the pyramid, where the snapshot does not tell them. Among several snapshots it says
    which one: that with the last side's pixels in its name. BadInput when something is missing.
    """
    tokenizer = tokenizer_state(read_published(_one(source, source.glob("vae*.pth"), "tokenizer")))
    text, text_config = _text(source)
    snapshot = read_published(_snapshot(source, sides, _stride(tokenizer)))
    network = network_state(snapshot)
    told = sides_told(snapshot) or tuple(sides or ())
    if len(told) != len(network["lvl_embed.weight"]):
        raise BadInput(
            f"{source.name} does not tell the sides of its {len(network['lvl_embed.weight'])} "
            "scales.",
            "Say which model it is: --backend star-256, star-512 or star-1024.",
        )
    model = {
        "key": key,
        "title": title,
        "licence": licence,
        "backend": "star",
        "image_side": told[-1] * _stride(tokenizer),
        "defaults": asdict(DEFAULTS),
        "tokenizer": {"kind": "multiscale_vqvae", "config": tokenizer_json(tokenizer, told)},
        "text": {
            "kind": "words",
            "open_clip": text_json(text, text_config),
            "vocabulary_file": "bpe.txt.gz",
        },
        "network": network_json(network, told),
    }
    # Tokens are nearest codewords, which half precision would take for others.
    states = {"network": halved(network), "text": halved(text), "tokenizer": tokenizer}
    return write_model(out, model, states, vocabulary=Path(default_bpe()))


def network_json(network: Mapping[str, Tensor], sides: Sequence[int]) -> dict[str, Any]:
    """The "network" of a model.json, read off shapes; what no shape tells is as published."""
    width, latent = network["word_embed.weight"].shape
    entry = {
        "patch_nums": list(sides),
        "vocab_size": network["head_logits.weight"].shape[0],
        "z_channels": latent,
        "depth": _count(network, r"blocks\.(\d+)\."),
        "num_heads": network["blocks.0.attn.scale_mul_1H11"].shape[1],
        "embed_dim": width,
        "in_dim_cross": network["encoder_proj.weight"].shape[1],
    }
    if "head_logits2.weight" in network:
        entry |= {"sampler": True, "sample_from_idx": FIRST_REFINED}
    return entry


def tokenizer_json(tokenizer: Mapping[str, Tensor], sides: Sequence[int]) -> dict[str, Any]:
    """The "config" of a model.json's tokenizer, read off shapes."""
    codes, latent = tokenizer["quantize.embedding.weight"].shape
    ch = tokenizer["encoder.conv_in.weight"].shape[0]
    widths = [
        tokenizer[f"encoder.down.{level}.block.0.conv1.weight"].shape[0]
        for level in range(_levels(tokenizer))
    ]
    return {
        "patch_nums": list(sides),
        "vocab_size": codes,
        "z_channels": latent,
        "ch": ch,
        "ch_mult": [width // ch for width in widths],
        "num_res_blocks": _count(tokenizer, r"encoder\.down\.0\.block\.(\d+)\."),
    }


def text_json(text: Mapping[str, Tensor], config: Mapping[str, Any]) -> dict[str, Any]:
    """open_clip's configuration of the text tower. config: the one beside its weights."""
    length, width = text["positional_embedding"].shape
    return {
        "embed_dim": width,
        "quick_gelu": config["hidden_act"] == "quick_gelu",
        "text_cfg": {
            "context_length": length,
            "vocab_size": text["token_embedding.weight"].shape[0],
            "width": width,
            "heads": config["num_attention_heads"],
            "layers": _count(text, r"transformer\.resblocks\.(\d+)\."),
            "mlp_ratio": text["transformer.resblocks.0.mlp.c_fc.weight"].shape[0] / width,
            "proj_type": "none",
        },
    }


def sides_told(snapshot: Mapping[str, Any]) -> tuple[int, ...]:
    """As the snapshot's own configuration has them, in numbers or as "1_2_3"; () without one."""
    trainer: Any = snapshot.get(SNAPSHOT[0], {})
    config = trainer.get("config") if isinstance(trainer, Mapping) else None
    told = config.get("patch_nums", ()) if isinstance(config, Mapping) else ()
    try:
        return tuple(int(side) for side in (told.split("_") if isinstance(told, str) else told))
    except (TypeError, ValueError) as error:
        raise BadInput(f"The snapshot's patch_nums {told!r} are no numbers.") from error


def _snapshot(source: Path, sides: Sequence[int] | None, stride: int) -> Path:
    found = [path for path in source.glob("*.pth") if not path.name.startswith("vae")]
    if sides and len(found) > 1:
        side = re.compile(rf"_{sides[-1] * stride}(?!\d)")
        found = [path for path in found if side.search(path.name)]
    return _one(source, found, "training snapshot")


def _text(source: Path) -> tuple[StateDict, Mapping[str, Any]]:
    for name in TEXT_FOLDERS:
        paths = [source / name / weights for weights in TEXT_WEIGHTS]
        path = next((path for path in paths if path.exists()), None)
        if path is not None:
            break
    else:
        raise BadInput(f"There is no text tower in {source.name}.", AS_PUBLISHED)
    try:
        config = json.loads((path.parent / "config.json").read_text(encoding="utf-8"))
        return text_state(read_published(path)), {
            "num_attention_heads": int(config["num_attention_heads"]),
            "hidden_act": str(config["hidden_act"]),
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{source.name} does not describe its text tower.", AS_PUBLISHED) from error


def _one(source: Path, found: Iterable[Path], what: str) -> Path:
    paths = list(found)
    if len(paths) != 1:
        raise BadInput(
            f"{source.name} holds {len(paths) or 'no'} {what}{'s' * (len(paths) > 1)}, not one.",
            AS_PUBLISHED if not paths else "Leave the one to convert, or name the model.",
        )
    return paths[0]


def _stride(tokenizer: Mapping[str, Tensor]) -> int:
    return 1 << (_levels(tokenizer) - 1)


def _levels(tokenizer: Mapping[str, Tensor]) -> int:
    return _count(tokenizer, r"encoder\.down\.(\d+)\.")


def _count(state: Mapping[str, Tensor], pattern: str) -> int:
    """One more than the highest number that a pattern finds."""
    found = (re.match(pattern, name) for name in state)
    return 1 + max(int(match[1]) for match in found if match)
