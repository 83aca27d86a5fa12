"""Published weights of any backend -> a model folder, by the backend's own converter.

Imported by the command that converts only: it needs torch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.generators.maskgen import convert as maskgen
from engine.generators.star import convert as star
from engine.generators.vq_diffusion import convert as vq_diffusion
from engine.released import released
from engine.values.errors import BadInput, WeightsMissing
from engine.weights.manifest import ManifestRow, read_manifest
from engine.weights.stock import building

ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What converters raise over files that hold something else than they look for."""
UNKNOWN_LICENCE = "as its authors say"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make. sides: of STAR's pyramid, where the model is a listed one."""

    source: Path
    out: Path
    key: str
    title: str
    licence: str
    sides: tuple[int, ...] | None


def converted(source: Path, out: Path, backend: str) -> Path:
    """Make the model folder `out`, whole or not at all, and return it.

    backend: a key of the list of weights, which names and describes the model, or the name of a
    backend; then the model is called like its folder. BadInput for a source of another layout and
    for an `out` that is there already.
    """
    row, converter = _found(backend)
    if not source.exists():
        raise BadInput(f"There is no {source}.")
    if out.exists():
        raise BadInput(f"There is a {out} already.", "Choose another folder, or remove it.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with building(out) as beside:
            if row is None:
                wish = Wish(source, beside, out.name, out.name, UNKNOWN_LICENCE, None)
            else:
                wish = Wish(source, beside, row.key, row.title, row.licence, _sides(row.key))
            try:
                converter(wish)
            except ODD as error:
                raise BadInput(
                    f"{source.name} is not laid out as published weights of {backend}: {error!r}.",
                    "Use the files as they were published.",
                ) from error
    except OSError as error:
        raise WeightsMissing(
            f"{out} cannot be written: {error.strerror or error}.", "Make room, or allow writing."
        ) from error
    return out


def _found(backend: str) -> tuple[ManifestRow | None, Callable[[Wish], object]]:
    """The listed model, where one is named, and its converter; BadInput names what there is."""
    row = read_manifest().get(backend)
    name = backend if row is None else row.backend
    if name not in CONVERTERS or (row is not None and row.embedded):
        keys = [key for key, each in read_manifest().items() if not each.embedded]
        raise BadInput(
            f"There is nothing to convert for {backend!r}.",
            f"Backends: {', '.join(CONVERTERS)}. Models: {', '.join(keys)}.",
        )
    return row, CONVERTERS[name]


def _sides(key: str) -> tuple[int, ...] | None:
    model = next((model for model in released() if model["key"] == key), None)
    sides = None if model is None else model["network"].get("patch_nums")
    return None if sides is None else tuple(sides)


def _maskgen(wish: Wish) -> Path:
    """From a folder that holds those of tokenizer and generator, and for MaskGen the tower's file.

    They may be called as their repositories are: tokenizer..., generator...
    """
    parts = {}
    for part in ("tokenizer", "generator"):
        found = [path for path in sorted(wish.source.glob(f"{part}*")) if path.is_dir()]
        if len(found) != 1:
            raise BadInput(
                f"{wish.source.name} holds {len(found) or 'no'} folders {part}..., not one.",
                "Put the two folders of the Hub beside each other.",
            )
        parts[part] = found[0]
    towers = [
        path
        for suffix in (".safetensors", ".bin", ".pt")
        for path in sorted(wish.source.glob(f"*{suffix}"))
    ]
    return maskgen.converted(
        parts["tokenizer"],
        parts["generator"],
        wish.out,
        key=wish.key,
        title=wish.title,
        text=towers[0] if towers else None,
    )


def _star(wish: Wish) -> Path:
    named = {"key": wish.key, "title": wish.title, "licence": wish.licence}
    return star.converted(wish.source, wish.out, sides=wish.sides, **named)


def _vq_diffusion(wish: Wish) -> Path:
    named = {"key": wish.key, "title": wish.title, "licence": wish.licence}
    return vq_diffusion.converted(wish.source, wish.out, **named)


CONVERTERS: dict[str, Callable[[Wish], object]] = {
    "maskgen": _maskgen,
    "star": _star,
    "vq_diffusion": _vq_diffusion,
}
"""By backend."""
