"""What travels beside the pixels: recipes and marks in every format, written and read back."""

import io
import struct
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.document import jpeg
from engine.document.carried import origin_in
from engine.document.encoding import EVERYTHING, ExportOptions, Kind, Told, encoded
from engine.document.picture_file import read_picture
from engine.document.recipe import Recipe, find_recipe, recipe_in
from engine.document.xmp import RECIPE, Origin, packet_of, properties_in, properties_of, recipe_from
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.timeline import Timeline
from tests.engine.document.conftest import BOX, make_timeline

KINDS: tuple[Kind, ...] = get_args(Kind)
PHOTO = Picture(np.random.default_rng(1).integers(0, 256, (24, 32, 3), np.uint8))
NEWSCODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def recipe_of_box() -> Recipe:
    before = np.random.default_rng(2).integers(0, 256, (BOX.height, BOX.width, 3), np.uint8)
    return Recipe(make_timeline(BOX), {"a.safetensors": "ab" * 32}, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("origin", get_args(Origin))
def test_recipe_and_mark_come_back(kind: Kind, origin: Origin) -> None:
    recipe = recipe_of_box()
    data, notice = encoded(PHOTO, kind, Told(recipe, origin), EVERYTHING)
    read = recipe_in(data, "a")
    assert notice == ""
    assert read.timeline == recipe.timeline
    assert read.weights == recipe.weights
    assert read.as_text() == recipe.as_text()
    assert origin_in(data) == origin
    assert data == encoded(PHOTO, kind, Told(recipe, origin), EVERYTHING)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_switched_off_stays_out(kind: Kind) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    picture = Picture(PHOTO.pixels, icc=b"\0" * 16 + b"RGB " + b"\0" * 120, exif=block)
    bare = ExportOptions(icc=False, exif=False, recipe=False, mark=False)
    told = Told(recipe_of_box(), "composite")
    data, _ = encoded(picture, kind, told, bare)
    assert find_recipe(data, "a") is None
    assert origin_in(data) is None
    assert b"Maker" not in data
    image = Image.open(io.BytesIO(data))
    assert not image.info.get("icc_profile")
    marked, _ = encoded(picture, kind, told, ExportOptions(recipe=False))
    assert find_recipe(marked, "a") is None
    assert origin_in(marked) == "composite"
    assert b"Maker" in marked
    assert Image.open(io.BytesIO(marked)).info["icc_profile"] == picture.icc


def test_the_mark_is_the_word_of_the_vocabulary() -> None:
    composite = packet_of(properties_of(None, "composite")).decode()
    assert f'DigitalSourceType="{NEWSCODES}compositeWithTrainedAlgorithmicMedia"' in composite
    generated = packet_of(properties_of(None, "generated")).decode()
    assert f'DigitalSourceType="{NEWSCODES}trainedAlgorithmicMedia"' in generated


def test_a_large_recipe_is_spread_over_a_jpegs_segments() -> None:
    text = "".join(map(str, np.random.default_rng(0).integers(0, 10**9, 40_000)))
    plain, _ = encoded(PHOTO, "JPEG", Told(), EVERYTHING)
    data = jpeg.with_xmp(plain, properties_of(text, "composite"))
    bodies = [body for marker, body, _ in jpeg.segments(data) if marker == 0xE1]
    assert sum(body.startswith(jpeg.EXTENDED) for body in bodies) > 2
    assert recipe_from(jpeg.xmp_in(data)) == text
    assert origin_in(data) == "composite"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), decoded(plain))
    lost = data.replace(jpeg.EXTENDED, jpeg.EXTENDED[:-1] + b"!", 1)
    with pytest.raises(ValueError, match="missing"):
        jpeg.xmp_in(lost)


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_portions_may_lie_in_any_order() -> None:
    text = "".join(map(str, np.random.default_rng(0).integers(0, 10**9, 30_000)))
    plain, _ = encoded(PHOTO, "JPEG", Told(), EVERYTHING)
    data = jpeg.with_xmp(plain, properties_of(text, None))
    parts = [body for marker, body, _ in jpeg.segments(data) if body.startswith(jpeg.EXTENDED)]
    wired = [struct.pack(">BBH", 0xFF, 0xE1, 2 + len(part)) + part for part in parts]
    turned = data.replace(b"".join(wired), b"".join(reversed(wired)))
    assert turned != data
    assert recipe_from(jpeg.xmp_in(turned)) == text


def test_a_recipe_that_another_program_wrote_as_an_element_is_read() -> None:
    packed = properties_of("{}", None)[RECIPE]
    packet = f"""<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
      <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about=""
      xmlns:other="urn:ellbox:xmp:1.0/"><other:recipe>
      {packed}
      </other:recipe></r:Description></r:RDF></x:xmpmeta><?xpacket end="w"?>"""
    assert recipe_from(properties_in(packet.encode())) == "{}"


BOMB = b"""<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""


@pytest.mark.parametrize(
    "packet",
    [b"", b"<", b"<a/>", BOMB, b"\xff\xfe<\0", packet_of({RECIPE: "no base64!"}),
     packet_of({RECIPE: "AAAA"}), packet_of({RECIPE: ""}), packet_of(properties_of("[]", None))],
)  # fmt: skip
def test_damaged_xmp_is_a_sentence_or_nothing(packet: bytes) -> None:
    file = io.BytesIO()
    Image.fromarray(PHOTO.rgb8).save(file, "WEBP", xmp=packet)
    assert answer(file.getvalue()) in (None, "The recipe in a is damaged.")


def answer(data: bytes) -> str | Timeline | None:
    """What looking for a recipe says; anything but a sentence is raised."""
    try:
        found = find_recipe(data, "a")
    except BadInput as bad:
        return bad.sentence
    return None if found is None else found.timeline


@settings(max_examples=25)
@given(st.sampled_from(KINDS), st.data())
def test_any_damage_is_answered(kind: Kind, data: st.DataObject) -> None:
    whole, _ = encoded(PHOTO, kind, Told(recipe_of_box(), "composite"), EVERYTHING)
    at = data.draw(st.integers(0, len(whole) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=8))
    said = answer(whole[:at] + noise + whole[at + len(noise) :])
    assert not isinstance(said, str) or said.endswith(".")


def test_quality_out_of_range_is_refused() -> None:
    for quality in (0, 101):
        with pytest.raises(BadInput, match="quality"):
            ExportOptions(quality=quality)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_more_quality_takes_more_bytes(kind: Kind) -> None:
    sizes = [len(encoded(PHOTO, kind, Told(), ExportOptions(quality=q))[0]) for q in (10, 50, 95)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_depth_can_be_chosen(kind: Kind) -> None:
    deep = Picture(PHOTO.pixels.astype(np.uint16) * 257)
    lifted, _ = encoded(PHOTO, kind, Told(), ExportOptions(depth=16))
    assert np.array_equal(read_picture(lifted, "a").pixels, deep.pixels)
    lowered, _ = encoded(deep, kind, Told(), ExportOptions(depth=8))
    assert np.array_equal(read_picture(lowered, "a").pixels, PHOTO.pixels)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("exif", [b"garbage", b"II*\0", b"MM\0*" + b"\xff" * 40])
def test_damaged_exif_is_copied_or_left_out_with_a_sentence(kind: Kind, exif: bytes) -> None:
    data, notice = encoded(Picture(PHOTO.pixels, exif=exif), kind, Told(), EVERYTHING)
    assert read_picture(data, "a").width == PHOTO.width
    assert ("EXIF data is damaged" in notice) == (kind in ("TIFF", "AVIF") and exif[:2] != b"MM")


@pytest.mark.parametrize("kind", KINDS)
def test_prompts_that_are_no_text_come_back(kind: Kind) -> None:
    """Halves of surrogate pairs: from a broken clipboard, or a terminal of another encoding."""
    tree = make_timeline(BOX)
    runs = tuple(replace(run, prompt="a \udcff \ud800 h\u00e4t \\ud800") for run in tree.runs)
    data, _ = encoded(PHOTO, kind, Told.by(Recipe(replace(tree, runs=runs))), EVERYTHING)
    assert recipe_in(data, "a").prompt == runs[0].prompt


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    words = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    with pytest.raises((ValueError, SyntaxError)) as refused:
        properties_in(words.encode(encoding))
    if encoding != "utf-16-be":  # without its mark it is no XML
        assert "no entities" in str(refused.value)
