"""Published TiTok, TA-TiTok and MaskGen weights -> a model folder: safetensors and a model.json.

Sources: the two folders of the Hub, tokenizer and generator, each a config.json beside its weights;
for MaskGen the text tower too, CLIP's ViT-L/14-336 as open_clip's file or as OpenAI's state dict.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from open_clip.tokenizer import default_bpe
from torch import Tensor

from engine.generators.maskgen.checkpoint import StateDict, kind_of, network_state
from engine.generators.maskgen.schedule import GuidanceCourse, Schedule
from engine.values.errors import BadInput
from engine.values.params import SamplingParams
from engine.weights.published import halved, read_published, write_model

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
HEAD_WIDTH = 64
"""Of CLIP's text towers."""

POWER = 3.0
"""Of the power-cosine course, where a file does not say."""

LICENCE = "Apache-2.0 by its model card; for research purposes by its repository's read-me"


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """One folder of the Hub: config.json and a state dict under our names."""

    config: Mapping[str, Any]
    kind: str
    state: StateDict

    @classmethod
    def read(cls, folder: Path) -> "Published":
        """BadInput when a file is missing, damaged or of another family."""
        path = next((folder / name for name in WEIGHTS if (folder / name).exists()), None)
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(
                f"The folder {folder.name} has no readable config.json.",
                "Fetch the whole folder as it is published.",
            ) from error
        if path is None:
            raise BadInput(
                f"There are no weights in {folder.name}.",
                "Fetch the whole folder as it is published.",
            )
        content = read_published(path)
        return cls(config, kind_of(content), network_state(content))


def converted(
    tokenizer: Path, generator: Path, out: Path, *, key: str, title: str, text: Path | None = None
) -> Path:
    """Write the model in two folders to the folder `out` (made if missing) and return it.

    text: the file of the text tower, for MaskGen. BadInput when parts do not belong together.
    """
    codes, draws = Published.read(tokenizer), Published.read(generator)
    tower = None if text is None else text_state(read_published(text))
    model = {"key": key, "title": title, "licence": LICENCE, **description(codes, draws, tower)}
    # Tokens are nearest codewords, which half precision would take for others.
    states = {"tokenizer": codes.state, "network": halved(draws.state)}
    if tower is None:
        return write_model(out, model, states, vocabulary=None)
    states["text"] = halved(tower)
    return write_model(out, model, states, vocabulary=Path(default_bpe()))


def description(
    tokenizer: Published, generator: Published, text: Mapping[str, Tensor] | None
) -> dict[str, Any]:
    """A model.json without names and files; BadInput when its parts do not belong together."""
    if tokenizer.kind not in ("titok", "tatitok") or "quantize.embedding.weight" not in (
        tokenizer.state
    ):
        raise BadInput("The tokenizer's folder holds no tokenizer of discrete tokens.")
    if generator.kind not in ("bert", "uvit", "maskgen-vq"):
        raise BadInput(
            "The generator's folder holds no generator of discrete tokens.",
            "MaskGen over continuous tokens has no token ids and cannot be edited with.",
        )
    ours, theirs = (part.config["model"]["vq_model"] for part in (tokenizer, generator))
    for name in ("num_latent_tokens", "codebook_size"):
        if ours[name] != theirs[name]:
            raise BadInput(
                f"The tokenizer has a {name} of {ours[name]}, the generator of {theirs[name]}.",
                "Take the tokenizer that the generator was published with.",
            )
    by_text = generator.kind == "maskgen-vq"
    if by_text and text is None:
        raise BadInput("MaskGen needs the text tower.", "Name the file of CLIP's ViT-L/14-336.")
    schedule, guidance = published_schedule(generator)
    words: dict[str, Any] = {"kind": "classes"}
    if by_text and text is not None:
        words = {
            "kind": "penultimate",
            "open_clip": text_json(text),
            "vocabulary_file": "bpe.txt.gz",
        }
    return {
        "backend": "maskgen",
        "image_side": tokenizer.config["dataset"]["preprocessing"]["crop_size"],
        "defaults": asdict(SamplingParams(guidance_scale=guidance)),
        "tokenizer": {"kind": tokenizer.kind, "config": tokenizer.config},
        "text": words,
        "network": {"model": generator.config["model"]},
        "schedule": asdict(schedule),
    }


def published_schedule(generator: Published) -> tuple[Schedule, float]:
    """The published course in the house's terms, and the house's guidance scale.

    Weights count from the conditional logits, so g is one more; not so in the power-cosine course.
    """
    model = generator.config["model"]
    if generator.kind == "maskgen-vq":
        asked = model["maskgen"]
        schedule = Schedule(asked["num_iter"], "cosine", asked["temperature"])
        return schedule, asked["cfg"] + 1
    asked = model["generator"]
    courses: dict[str, GuidanceCourse] = {
        "linear": "linear",
        "constant": "constant",
        "power-cosine": "power-cosine",
    }
    course = courses[asked["guidance_decay"]]
    schedule = Schedule(
        asked["num_steps"],
        course,
        asked["randomize_temperature"],
        power=asked.get("guidance_scale_pow", POWER),
    )
    return schedule, asked["guidance_scale"] + (course != "power-cosine")


def text_state(published: Mapping[str, Tensor]) -> StateDict:
    """The text tower alone, of a file that may hold both towers; BadInput when it holds none."""
    if "text_projection" not in published or "positional_embedding" not in published:
        raise BadInput(
            "This file holds no text tower of CLIP.",
            "Use ViT-L/14-336 in open_clip's layout.",
        )
    known = ("transformer.", "token_embedding.", "ln_final.")
    single = ("text_projection", "positional_embedding")
    return {
        name: tensor
        for name, tensor in published.items()
        if name.startswith(known) or name in single
    }


def text_json(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """open_clip's configuration of a text tower. OpenAI's towers were trained with QuickGELU."""
    vocabulary, width = state["token_embedding.weight"].shape
    layers = {name.split(".")[2] for name in state if name.startswith("transformer.resblocks.")}
    return {
        "embed_dim": state["text_projection"].shape[1],
        "quick_gelu": True,
        "text_cfg": {
            "context_length": state["positional_embedding"].shape[0],
            "vocab_size": vocabulary,
            "width": width,
            "heads": max(1, width // HEAD_WIDTH),
            "layers": len(layers),
        },
    }
