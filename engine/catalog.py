"""The generators that are ready: what model.json files say, without loading any network."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.values.errors import BadInput, WeightsMissing
from engine.values.layout import Pyramid, Raster, Sequence1D, TokenLayout
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec, RegionEdit, StepKind
from engine.weights.store import ModelFolder, embedded_folders, read_folder


def model_folders(paths: Iterable[Path] | None = None) -> tuple[ModelFolder, ...]:
    """Models whose files are all there. paths: default, those shipped with Ellbox."""
    chosen = embedded_folders() if paths is None else paths
    return tuple(folder for path in chosen if (folder := read_folder(path)).complete)


def catalog(paths: Iterable[Path] | None = None) -> tuple[GeneratorSpec, ...]:
    """Specs of the generators that are ready."""
    return tuple(spec_of(folder) for folder in model_folders(paths))


def spec(key: str) -> GeneratorSpec:
    """BadInput names the generators that exist."""
    return spec_of(folder_of(key, model_folders()))


def folder_of(key: str, folders: tuple[ModelFolder, ...]) -> ModelFolder:
    """The folder of a generator; BadInput names those that exist."""
    for folder in folders:
        if folder.key == key:
            return folder
    ready = ", ".join(folder.key for folder in folders)
    raise BadInput(
        f"There is no generator {key!r}.",
        f"Ready: {ready}." if ready else "No generator is ready: install Ellbox again.",
    )


def spec_of(folder: ModelFolder) -> GeneratorSpec:
    """The spec that a model.json describes; WeightsMissing when it describes none."""
    model: Any = folder.description
    try:
        shape = SHAPES[model["backend"]](model)
        return GeneratorSpec(
            key=model["key"],
            title=model["title"],
            step_kind=shape.step_kind,
            layout=shape.layout,
            codebook_size=shape.codebook_size,
            image_side=model["image_side"],
            region_edit=shape.region_edit,
            defaults=SamplingParams(**model["defaults"]),
            weights=tuple(f"{folder.key}/{role}" for role in folder.files),
            vocabulary=tuple(model.get("vocabulary", ())),
            licence=model.get("licence", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"The description of the model in {folder.path.name} is damaged: {error!r}.",
            "Install Ellbox again.",
        ) from error


@dataclass(frozen=True, slots=True)
class Shape:
    """What a backend makes of the "network" part of a model.json."""

    step_kind: StepKind
    layout: TokenLayout
    codebook_size: int
    region_edit: RegionEdit = "token"


def _lformer_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    side = network["css"]
    return Shape("block", Raster(side, side), network["transformer"]["img_vbs"])


def _star_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    return Shape("scale", Pyramid(tuple(network["patch_nums"])), network["vocab_size"])


def _vq_diffusion_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    height, width = network["content_spatial_size"]
    return Shape("denoise", Raster(height, width), network["num_embed"])


def _maskgen_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    tokens = model["network"]["model"]["vq_model"]
    layout = Sequence1D(tokens["num_latent_tokens"])
    return Shape("unmask", layout, tokens["codebook_size"], region_edit="blend")


SHAPES: dict[str, Callable[[Any], Shape]] = {
    "lformer": _lformer_shape,
    "maskgen": _maskgen_shape,
    "star": _star_shape,
    "vq_diffusion": _vq_diffusion_shape,
}
"""By the "backend" of a model.json."""
