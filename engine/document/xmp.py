"""XMP: a packet of XML in which a picture says where it came from, and carries its recipe.

After Adobe's XMP specification, part 1 (data model, serialisation); the mark is IPTC's "Digital
Source Type" (Photo Metadata Standard 2023).
"""

import base64
import codecs
import zlib
from collections.abc import Mapping
from typing import Literal
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

Origin = Literal["composite", "generated"]
"""A picture with redrawn boxes, or one that is generated as a whole."""

RECIPE = "ellbox:recipe"
SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"
EXTENSION = "xmpNote:HasExtendedXMP"
MAX_RECIPE_BYTES = 64 * 2**20

_SOURCE_TYPES: dict[Origin, str] = {
    "composite": "compositeWithTrainedAlgorithmicMedia",
    "generated": "trainedAlgorithmicMedia",
}
_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {
    "ellbox": "urn:ellbox:xmp:1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
}
_WRAPPER = '<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>'


def properties_of(recipe: str | None, origin: Origin | None) -> dict[str, str]:
    """What a packet shall say: the mark, and the recipe (JSON) packed into one word."""
    said = {} if origin is None else {SOURCE_TYPE: _VOCABULARY + _SOURCE_TYPES[origin]}
    if recipe is not None:
        said[RECIPE] = base64.b64encode(zlib.compress(recipe.encode(), 9)).decode("ascii")
    return said


def body_of(properties: Mapping[str, str]) -> bytes:
    """The packet without its wrapper, as an extension of a JPEG must be."""
    prefixes = dict.fromkeys(name.partition(":")[0] for name in properties)
    spaces = "".join(f' xmlns:{prefix}="{_NAMESPACES[prefix]}"' for prefix in prefixes)
    said = "".join(f" {name}={quoteattr(value)}" for name, value in properties.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about=""{spaces}{said}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def packet_of(properties: Mapping[str, str]) -> bytes:
    """A whole packet: properties by qualified name, on one line each way."""
    return _WRAPPER.encode() + body_of(properties) + b'<?xpacket end="w"?>'


def properties_in(packet: bytes) -> dict[str, str]:
    """The properties of ours in anybody's packet, written as attributes or as elements.

    Raises ValueError or SyntaxError (ElementTree's ParseError) for what is no XMP.
    """
    # As text, so that no other encoding hides what is looked for.
    marked = packet.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = packet.decode("utf-16" if marked else "utf-8-sig").strip("\0 \r\n\t")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("XMP declares no entities")
    root = ElementTree.fromstring(text)
    ours = {
        f"{{{space}}}{name.partition(':')[2]}": name
        for name in (RECIPE, SOURCE_TYPE, EXTENSION)
        for space in (_NAMESPACES[name.partition(":")[0]],)
    }
    found: dict[str, str] = {}
    for description in root.iter(f"{{{_RDF}}}Description"):
        children = {child.tag: child.text or "" for child in description}
        for key, value in (*description.attrib.items(), *children.items()):
            if key in ours:
                found[ours[key]] = value
    return found


def recipe_from(properties: Mapping[str, str]) -> str | None:
    """The JSON of a recipe; ValueError or zlib.error when it is damaged."""
    packed = properties.get(RECIPE)
    if packed is None:
        return None
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(
        base64.b64decode("".join(packed.split()), validate=True), MAX_RECIPE_BYTES
    )
    if not unpacker.eof:
        raise ValueError("the recipe ends early, or is larger than any of Ellbox")
    return raw.decode("utf-8")


def origin_from(properties: Mapping[str, str]) -> Origin | None:
    """What the mark says, when it says one of ours."""
    said = properties.get(SOURCE_TYPE, "").rpartition("/")[2]
    return next((origin for origin, name in _SOURCE_TYPES.items() if name == said), None)
