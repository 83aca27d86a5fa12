"""An exported picture as the document that it was made of: with its newest edit, steps and all."""

from dataclasses import replace
from pathlib import Path

from engine.document.document import Document, Edit
from engine.document.picture_file import read_bytes, read_picture
from engine.document.recipe import Recipe, find_recipe
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region


def open_as_document(path: Path) -> Document:
    """Any picture; BadInput when it is none."""
    return read_as_document(read_bytes(path), path.name)


def read_as_document(data: bytes, name: str) -> Document:
    """As `open_as_document`. A recipe that is of no use is a sentence in the base's notice."""
    picture = read_picture(data, name)
    try:
        recipe = find_recipe(data, name)
        return Document(picture) if recipe is None else restored(picture, recipe, name)
    except BadInput as bad:
        return Document(replace(picture, notice=f"{picture.notice} {bad.sentence}".strip()))


def restored(picture: Picture, recipe: Recipe, name: str) -> Document:
    """The picture as a base with the recipe's edit on it; BadInput when they do not fit.

    After a lossy format patch and base are what it left of them.
    """
    whole = Region(0, 0, picture.width, picture.height)
    if recipe.region is None:
        return Document(_blank(picture)).applied(_edit(picture, recipe, whole))
    if not whole.contains(recipe.region):
        raise BadInput(f"The recipe in {name} belongs to a larger picture.")
    if recipe.before is None:
        raise BadInput(f"The recipe in {name} lacks the old pixels of its box.")
    base = picture.with_patch(recipe.region, recipe.before)
    return Document(base).applied(_edit(picture, recipe, recipe.region))


def _edit(picture: Picture, recipe: Recipe, region: Region) -> Edit:
    return Edit(region, picture.crop8(region), recipe.timeline, weights=recipe.weights)


def _blank(picture: Picture) -> Picture:
    """Black, with the transparency of the picture, which no edit changes."""
    pixels = picture.pixels.copy()
    pixels[..., :3] = 0
    return replace(picture, pixels=pixels)
