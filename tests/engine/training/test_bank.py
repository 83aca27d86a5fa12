"""The sprite bank is built from packages as published, and a bank that is there is checked."""

import io
import json
import lzma
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from engine.cli import app
from engine.training.art import SOURCES
from engine.training.bank import Report, build, check
from engine.training.config import TrainingConfig
from engine.training.drawing import drawn, main_colour, packed, sprite
from engine.training.listed import Listed, listed, listed_lexicon
from engine.training.packages import open_packages
from engine.training.scenes import vocabulary
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput

STAR, CAT = "2B50", "1F408"
LISTED = (
    Listed(STAR, "star", ("star",), None, ("shapes/star.svg",)),
    Listed(CAT, "cat", ("cat", "kitty"), "animal", ()),
    Listed("clip:crow", "crow", ("crow",), "bird", ("animals/crow.svg",)),
)


def svg(colour: str, left: int = 4) -> str:
    shape = f'<rect x="{left}" y="8" width="16" height="8" fill="{colour}"/>'
    # Sizes in points, as old drawings have them.
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="24pt" height="24pt">{shape}</svg>'


def tar(files: dict[str, bytes]) -> bytes:
    packed_files = io.BytesIO()
    with tarfile.open(fileobj=packed_files, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed_files.getvalue()


def write_npm(path: Path, name: str, files: dict[str, object]) -> None:
    said: dict[str, object] = {"package.json": {"name": name, "version": "1.0.0"}, **files}
    path.write_bytes(tar({f"package/{k}": json.dumps(v).encode() for k, v in said.items()}))


def write_deb(path: Path, files: dict[str, bytes]) -> None:
    control = b"Package: openclipart-svg\nVersion: 1:0.18\n"
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": lzma.compress(tar({"./control": control})),
        "data.tar.xz": lzma.compress(tar({f"./usr/share/{k}": v for k, v in files.items()})),
    }
    archive = b"!<arch>\n"
    for name, data in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
        archive += header.encode() + data + b"\n" * (len(data) % 2)
    path.write_bytes(archive)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    data = [
        {"hexcode": STAR, "label": "star", "tags": ["medium"], "group": 5, "subgroup": 59},
        {"hexcode": CAT, "label": "cat", "tags": [], "group": 3, "subgroup": 34},
    ]
    codes = ("cldr", "emojibase", "emojibase-legacy", "github", "iamcal", "joypixels")
    write_npm(
        folder / "emojibase-data.tgz",
        "emojibase-data",
        {
            "en/data.json": data,
            **{f"en/shortcodes/{name}.json": {CAT: ["kitty_cat"]} for name in codes},
        },
    )
    body = '<path fill="{}" d="M2 4h12v6H2z"/>'.format
    write_npm(
        folder / "noto.tgz",
        "@iconify-json/noto",
        {
            "icons.json": {
                "width": 16,
                "height": 16,
                "icons": {"star-icon": {"body": body("#fc2")}},
                "aliases": {"cat-icon": {"parent": "star-icon", "hFlip": True}},
            },
            "chars.json": {STAR.lower(): "star-icon", CAT.lower(): "cat-icon"},
        },
    )
    write_npm(
        folder / "emojione.tgz",
        "@iconify-json/emojione",
        {"icons.json": {"width": 16, "height": 16, "icons": {"kitty-cat": {"body": body("#22f")}}}},
    )
    write_deb(
        folder / "openclipart.deb",
        {
            "openclipart/svg/shapes/star.svg": svg("#000").encode(),
            "openclipart/svg/animals/crow.svg": svg("#2c4").encode(),
        },
    )
    return folder


def built(folder: Path, out: Path, styles: tuple[str, ...] = ()) -> Report:
    return build(folder, out, listed=LISTED, size=32, styles=styles, progress=lambda line: None)


def test_every_kind_of_package_gives_its_sprites(packages: Path, tmp_path: Path) -> None:
    report = built(packages, tmp_path / "bank.npz")
    bank = SpriteBank.open(tmp_path / "bank.npz")
    assert {row.style: row.sprites for row in report.rows} == {
        "noto": 2,
        "classic": 1,
        "clipart": 2,
    }
    assert bank.licence("classic") == "CC-BY-4.0"
    assert bank.source("noto").startswith("@iconify-json/noto 1.0.0 ")
    assert bank.colour("star", "noto") == "yellow"
    assert bank.colour("crow", "clipart") == "green"
    assert bank.keywords("star") == ("star", "medium")
    assert bank.keywords("cat") == ("cat", "kitty")
    assert bank.has("cat", "classic") and not bank.has("star", "classic")
    # Black all over is a silhouette, not a picture in the style's colours.
    assert not bank.has("star", "clipart")
    assert check(tmp_path / "bank.npz") == report


def test_sprites_are_trimmed_centred_and_bled(packages: Path, tmp_path: Path) -> None:
    built(packages, tmp_path / "bank.npz", ("noto",))
    pixels = SpriteBank.open(tmp_path / "bank.npz").sprite("star", "noto", 32)
    rows = np.flatnonzero((pixels[..., 3] > 128).any(axis=1))
    assert (pixels[16, :, 3] > 128).all()
    assert (int(rows[0]), int(rows[-1])) == (8, 23)
    assert np.abs(pixels[0, 0, :3].astype(int) - pixels[16, 16, :3]).max() < 24


def test_an_unpacked_folder_does_as_well(packages: Path, tmp_path: Path) -> None:
    for name in ("noto", "emojibase-data"):
        with tarfile.open(packages / f"{name}.tgz") as archive:
            archive.extractall(tmp_path / "plain" / name, filter="data")
        (tmp_path / "plain" / name / "package").rename(tmp_path / "plain" / f"{name}-open")
    packed_ones, plain = open_packages(packages), open_packages(tmp_path / "plain")
    for name in ("@iconify-json/noto", "emojibase-data"):
        assert plain[name].files == packed_ones[name].files
        assert packed_ones[name].sha256 and not plain[name].sha256


def test_what_is_missing_or_torn_is_named(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="@iconify-json/twemoji"):
        built(packages, tmp_path / "bank.npz", ("twemoji",))
    (packages / "noto.tgz").write_bytes(b"torn")
    with pytest.raises(BadInput, match=r"noto\.tgz cannot be read as a package"):
        built(packages, tmp_path / "bank.npz")
    (packages / "noto.tgz").unlink()
    (packages / "emojibase-data.tgz").unlink()
    with pytest.raises(BadInput, match="lacks the package emojibase-data"):
        built(packages, tmp_path / "bank.npz")
    with pytest.raises(BadInput, match="is not a folder"):
        open_packages(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="picture"):
        drawn(b"no picture")


def test_a_damaged_bank_is_refused(packages: Path, tmp_path: Path) -> None:
    out = tmp_path / "bank.npz"
    built(packages, out)
    with np.load(out) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    held["blob"] = held["blob"].copy()
    start, end = held["off"][1:3]
    held["blob"][start:end] = 0
    np.savez(out, blob=held["blob"], off=held["off"], meta=held["meta"])
    with pytest.raises(BadInput, match=r"Sprite 1 of .* cannot be read"):
        check(out)


@pytest.mark.parametrize(
    ("paint", "word"),
    [
        ("#e02020", "red"),
        ("#ff8c1a", "orange"),
        ("#ffd83d", "yellow"),
        ("#2fa84f", "green"),
        ("#2a66d4", "blue"),
        ("#8a3fc0", "purple"),
        ("#f77fb4", "pink"),
        ("#7a4a22", "brown"),
        ("#ffffff", "white"),
        ("#101010", "black"),
        ("#909090", "grey"),
    ],
)
def test_main_colours(paint: str, word: str) -> None:
    image = Image.new("RGBA", (20, 20), paint)
    assert main_colour(image) == word
    image.paste("#ffd83d" if word in ("green", "blue") else "#20c0c0", (0, 0, 20, 10))
    assert main_colour(image) is None


def test_packed_sprites_keep_their_clear_pixels() -> None:
    image = sprite(drawn(svg("#e02020").encode()), 48)
    with Image.open(io.BytesIO(packed(image))) as again:
        pixels = np.asarray(again.convert("RGBA")).astype(int)
    assert np.abs(pixels - np.asarray(image).astype(int)).mean() < 4


def test_the_list_of_concepts_is_whole() -> None:
    found = listed()
    assert len(found) == len({one.id for one in found}) == len({one.name for one in found}) == 1459
    assert sum(one.is_clip_art for one in found) == 155
    assert len({source.style for source in SOURCES}) == 7
    lexicon = listed_lexicon()
    assert lexicon.concept("ewe").nouns == ("sheep",)
    wide = TrainingConfig.layered((Path("wide"),)).scenes
    words = vocabulary(wide)
    assert {"sheep", "t-rex", "beach", "stripes", "three", "horses"} <= set(words)


def test_the_command_builds_and_checks(packages: Path, tmp_path: Path) -> None:
    out = tmp_path / "bank.npz"
    built(packages, out)
    checked = CliRunner().invoke(app, ["train", "data", "--bank", str(out)])
    assert checked.exit_code == 0, checked.output
    assert "noto" in checked.output and "Apache-2.0" in checked.output
    assert check(out).sha256 in checked.output
    missing = CliRunner().invoke(app, ["train", "data", "--bank", str(tmp_path / "none.npz")])
    assert missing.exit_code != 0
