"""The generators that are ready: what model.json files say, without loading any network."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.values.errors import BadInput, WeightsMissing
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
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
    try:
        return _lformer_spec(folder)
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"The description of the model in {folder.path.name} is damaged: {error!r}.",
            "Install Ellbox again.",
        ) from error


def _lformer_spec(folder: ModelFolder) -> GeneratorSpec:
    model: Any = folder.description
    if model["backend"] != "lformer":
        raise ValueError(f"unknown backend {model['backend']!r}")
    side = model["network"]["css"]
    return GeneratorSpec(
        key=model["key"],
        title=model["title"],
        step_kind="block",
        layout=Raster(side, side),
        codebook_size=model["network"]["transformer"]["img_vbs"],
        image_side=model["image_side"],
        region_edit="token",
        defaults=SamplingParams(**model["defaults"]),
        weights=tuple(f"{folder.key}/{role}" for role in folder.files),
        vocabulary=tuple(model.get("vocabulary", ())),
        licence=model.get("licence", ""),
    )
