"""The one table of models: those that are ready, by their model.json, and those that are released.

No network is loaded for it. The command line and the window know generators from here alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.memory import NetworkSize, numbers_in
from engine.released import Description, released
from engine.values.errors import BadInput, WeightsMissing
from engine.values.layout import Pyramid, Raster, Sequence1D, TokenLayout
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec, RegionEdit, StepKind
from engine.weights.manifest import ManifestRow, read_manifest
from engine.weights.store import ModelFolder, added_models, embedded_folders, read_folder


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One line of the table. tokenizer, text_encoder: in words. ready: its weights are here."""

    spec: GeneratorSpec
    backend: str
    tokenizer: str
    text_encoder: str
    size: NetworkSize
    source: str
    ready: bool


def model_folders(paths: Iterable[Path] | None = None) -> tuple[ModelFolder, ...]:
    """Models whose files are all there.

    paths: default, those shipped with Ellbox, then those added to it.
    """
    chosen = embedded_folders() if paths is None else paths
    found = tuple(folder for path in chosen if (folder := read_folder(path)).complete)
    return found if paths is not None else (*found, *_added(found))


def _added(shipped: tuple[ModelFolder, ...]) -> Iterator[ModelFolder]:
    """A damaged one is left out here, and told by `ellbox weights list`."""
    keys = {folder.key for folder in shipped}
    for folder in added_models():
        with suppress(WeightsMissing):
            if spec_of(folder).key not in keys:
                yield folder


def catalog(paths: Iterable[Path] | None = None) -> tuple[GeneratorSpec, ...]:
    """Specs of the generators that are ready."""
    return tuple(spec_of(folder) for folder in model_folders(paths))


def table(paths: Iterable[Path] | None = None) -> tuple[ModelRow, ...]:
    """All models: the ready ones, then those released whose key is not among them."""
    ready = tuple(row_of(folder) for folder in model_folders(paths))
    keys = {row.spec.key for row in ready}
    listed = read_manifest()
    others = (_released_row(each, listed) for each in released() if each["key"] not in keys)
    return (*ready, *others)


def row_of(folder: ModelFolder) -> ModelRow:
    """The line of a folder; WeightsMissing when a model.json or a file's header makes no sense."""
    model = folder.description
    with _told_as_damage(folder.path.name):
        return ModelRow(
            spec=spec_of(folder),
            backend=model["backend"],
            tokenizer=TOKENIZERS[model["tokenizer"]["kind"]],
            text_encoder=_text_in_words(model["text"]),
            size=size_of(folder),
            source=model.get("source", ""),
            ready=True,
        )


def size_of(folder: ModelFolder) -> NetworkSize:
    """From model.json and the headers of the files, of which no weight is read."""
    numbers = sum(numbers_in(file.path) for file in folder.files.values())
    with _told_as_damage(folder.path.name):
        return _size(folder.description, numbers)


def spec(key: str) -> GeneratorSpec:
    """Of a generator that is ready; refused as by folder_of."""
    return spec_of(folder_of(key, model_folders()))


def folder_of(key: str, folders: tuple[ModelFolder, ...]) -> ModelFolder:
    """The folder of a generator; BadInput names those that exist."""
    for folder in folders:
        if folder.key == key:
            return folder
    if not folders:
        raise BadInput(f"There is no generator {key!r}.", "None is ready: install Ellbox again.")
    ready = f"Ready: {', '.join(folder.key for folder in folders)}."
    others = [model["key"] for model in released()]
    if key in others:
        raise BadInput(
            f"The weights of {key} are not here.", f"{ready} `ellbox weights fetch {key}` says how."
        )
    raise BadInput(
        f"There is no generator {key!r}.",
        f"{ready} Released, but not here: {', '.join(others)}.",
    )


def spec_of(folder: ModelFolder) -> GeneratorSpec:
    """The spec that a model.json describes; WeightsMissing when it describes none."""
    with _told_as_damage(folder.path.name):
        weights = tuple(f"{folder.key}/{role}" for role in folder.files)
        return replace(_spec(folder.description, weights), digests=tuple(folder.digests.items()))


@contextmanager
def _told_as_damage(name: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"The description of the model in {name} is damaged: {error!r}.",
            "Install Ellbox again.",
        ) from error


def _released_row(model: Description, listed: Mapping[str, ManifestRow]) -> ModelRow:
    line = listed[model["key"]]
    whole = {
        **model,
        "title": line.title,
        "licence": line.licence,
        "image_side": line.image_side,
    }
    return ModelRow(
        spec=_spec(whole, ()),
        backend=model["backend"],
        tokenizer=model["named"]["tokenizer"],
        text_encoder=model["named"]["text"],
        size=_size(whole, model["numbers"]),
        source=", ".join(line.repositories) or line.by_hand,
        ready=False,
    )


def _spec(model: Mapping[str, Any], weights: tuple[str, ...]) -> GeneratorSpec:
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
        weights=weights,
        vocabulary=tuple(model.get("vocabulary", ())),
        licence=model.get("licence", ""),
        lens=shape.lens,
    )


def _size(model: Mapping[str, Any], numbers: int) -> NetworkSize:
    shape = SHAPES[model["backend"]](model)
    return NetworkSize(
        numbers=numbers,
        layers=shape.layers,
        width=shape.width,
        sites=shape.layout.length,
        codebook_size=shape.codebook_size,
        cached=shape.cached,
        image_side=model["image_side"],
        channels=CHANNELS[model["tokenizer"]["kind"]](model["tokenizer"].get("config", {})),
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """What a backend makes of the "network" part of a model.json. layers, width, cached: as in
    NetworkSize; lens: as in GeneratorSpec."""

    step_kind: StepKind
    layout: TokenLayout
    codebook_size: int
    layers: int
    width: int
    cached: bool = False
    region_edit: RegionEdit = "token"
    lens: bool = True


def _lformer_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    side, transformer = network["css"], network["transformer"]
    return Shape(
        "block",
        Raster(side, side),
        transformer["img_vbs"],
        transformer["n_layer"],
        transformer["n_embd"],
        cached=True,
    )


def _star_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    return Shape(
        "scale",
        Pyramid(tuple(network["patch_nums"])),
        network["vocab_size"],
        network["depth"],
        network["embed_dim"],
        cached=True,
        # The network that refines the last scales draws them in rounds: no site has one chance.
        lens=not network.get("sampler"),
    )


def _vq_diffusion_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    network = model["network"]
    height, width = network["content_spatial_size"]
    return Shape(
        "denoise",
        Raster(height, width),
        network["num_embed"],
        network["n_layer"],
        network["n_embd"],
    )


def _maskgen_shape(model: Any) -> Shape:  # noqa: ANN401 - parsed JSON
    parts = model["network"]["model"]
    tokens = parts["vq_model"]
    if "maskgen" in parts:
        layers, width = parts["maskgen"]["decoder_depth"], parts["maskgen"]["decoder_embed_dim"]
    else:
        layers, width = parts["generator"]["num_hidden_layers"], parts["generator"]["hidden_size"]
    layout = Sequence1D(tokens["num_latent_tokens"])
    return Shape(
        "unmask",
        layout,
        tokens["codebook_size"],
        layers,
        width,
        region_edit="blend",
        lens=False,  # its sites have no place to show
    )


SHAPES: dict[str, Callable[[Any], Shape]] = {
    "lformer": _lformer_shape,
    "maskgen": _maskgen_shape,
    "star": _star_shape,
    "vq_diffusion": _vq_diffusion_shape,
}
"""By the "backend" of a model.json."""


def _coder_channels(coder: Any) -> int:  # noqa: ANN401 - parsed JSON
    """Of the widest feature map of the full side: what is sent up to it counts as well."""
    channels: int = coder["ch"] * max(coder["ch_mult"][:2])
    return channels


CHANNELS: dict[str, Callable[[Any], int]] = {
    "multiscale_vqvae": _coder_channels,
    "tatitok": lambda _: 3,
    "titok": lambda _: 128,
    "vqgan": lambda config: _coder_channels(config["ddconfig"]),
}
"""By the "kind" of a model.json's tokenizer: TA-TiTok draws patches at once, the first TiTok's
pixels come from a MaskGIT-VQGAN."""

TOKENIZERS = {
    "multiscale_vqvae": "multi-scale VQVAE",
    "tatitok": "TA-TiTok",
    "titok": "TiTok",
    "vqgan": "VQGAN",
}


def _text_in_words(text: Any) -> str:  # noqa: ANN401 - parsed JSON
    if text.get("kind") == "classes":
        return "names of classes"
    tower = text["open_clip"]["text_cfg"]
    return f"CLIP text tower, {tower['layers']} layers of {tower['width']}"
