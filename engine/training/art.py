"""Where the sprite bank's art comes from: packages by style, and a concept's drawing in each."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.training.packages import Package
from engine.values.errors import BadInput

NAMES = "emojibase-data"
CLIP_ART = "openclipart-svg"
SHORTCODES = ("cldr", "emojibase", "emojibase-legacy", "github", "iamcal", "joypixels")


@dataclass(frozen=True, slots=True)
class Source:
    """One style: npm or Debian packages (the first that has a concept gives it), the version that
    the shipped bank was made of, and the licence of the art."""

    style: str
    packages: tuple[str, ...]
    versions: tuple[str, ...]
    licence: str


SOURCES = (
    Source("noto", ("@iconify-json/noto",), ("1.2.9",), "Apache-2.0"),
    Source("flat", ("@iconify-json/fluent-emoji-flat",), ("1.2.6",), "MIT"),
    Source(
        "3d", ("@lobehub/fluent-emoji-3d", "@iconify-json/fluent-emoji"), ("1.1.0", "1.2.7"), "MIT"
    ),
    Source("twemoji", ("@iconify-json/twemoji",), ("1.2.5",), "CC-BY-4.0"),
    Source("fx", ("@iconify-json/fxemoji",), ("1.2.2",), "CC-BY-4.0"),
    Source("classic", ("@iconify-json/emojione",), ("1.2.3",), "CC-BY-4.0"),
    Source("clipart", (CLIP_ART,), ("1:0.18+dfsg-19",), "public domain dedication"),
)


class Names:
    """emojibase's names, keywords, groups and short codes, by code point."""

    def __init__(self, package: Package) -> None:
        def read(name: str) -> Any:  # noqa: ANN401 - parsed JSON
            return json.loads(package.files[f"package/en/{name}.json"])

        self._data: dict[str, dict[str, Any]] = {row["hexcode"]: row for row in read("data")}
        self._codes: dict[str, list[str]] = {}
        for name in SHORTCODES:
            for code, said in read(f"shortcodes/{name}").items():
                self._codes.setdefault(code, []).extend([said] if isinstance(said, str) else said)

    def of(self, code: str) -> Mapping[str, Any]:
        """label, tags, group and subgroup; BadInput for a code point that is not there."""
        found = self._data.get(code)
        if found is None:
            raise BadInput(f"{NAMES} has no {code}.", "Give the version that the bank was made of.")
        return found

    def all(self, code: str) -> tuple[str, ...]:
        """The label and then the short codes."""
        return str(self.of(code)["label"]), *self._codes.get(code, ())


class Icons:
    """One package of emoji art: Iconify's JSON of SVG bodies, or files named by code points."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def art(self, code: str, names: Iterable[str]) -> bytes | None:
        """SVG or WebP of the code point, else of the first of the names that there is art for."""
        if self._files:
            return next((self._files[k] for k in _spellings(code) if k in self._files), None)
        icon = next((self._chars[k] for k in _spellings(code) if k in self._chars), None)
        if icon is None:
            found = (self._plain.get(_letters(name)) for name in names)
            icon = next((name for name in found if name is not None), None)
        return None if icon is None else self._svg(icon)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        files = self._package.files.items()
        return {name.rpartition("/")[2][:-5]: art for name, art in files if name.endswith(".webp")}

    @cached_property
    def _set(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._package.files["package/icons.json"])
        return found

    @cached_property
    def _chars(self) -> dict[str, str]:
        packed = self._package.files.get("package/chars.json", b"{}")
        found: dict[str, str] = json.loads(packed)
        return found

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {
            _letters(name): name for name in (*self._set.get("aliases", {}), *self._set["icons"])
        }

    def _svg(self, name: str) -> bytes | None:
        alias = self._set.get("aliases", {}).get(name, {})
        icon = self._set["icons"].get(alias.get("parent", name))
        if icon is None or "rotate" in alias:
            return None
        box = {key: icon.get(key, self._set.get(key, 16)) for key in ("width", "height")}
        left, top = icon.get("left", 0), icon.get("top", 0)
        body = icon["body"]
        if alias.get("hFlip"):
            body = f'<g transform="translate({2 * left + box["width"]} 0) scale(-1 1)">{body}</g>'
        if alias.get("vFlip"):
            body = f'<g transform="translate(0 {2 * top + box["height"]}) scale(1 -1)">{body}</g>'
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{box["width"]}" height="{box["height"]}" '
            f'viewBox="{left} {top} {box["width"]} {box["height"]}">{body}</svg>'
        ).encode()


def clip_art(package: Package, path: str) -> bytes | None:
    """The SVG at a path below the package's folder of drawings."""
    return next((art for name, art in package.files.items() if name.endswith(f"/svg/{path}")), None)


def _spellings(code: str) -> tuple[str, ...]:
    """Ways in which packages write a code point: some leave the variation selector out."""
    lower = code.lower()
    return lower, lower.replace("-fe0f", ""), f"{lower}-fe0f"


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
