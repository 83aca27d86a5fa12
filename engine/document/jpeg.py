"""JPEG's segments: XMP of any size, in as many of them as it takes.

After Adobe's XMP specification, part 3, section 1.1.3: a packet that is too large for one segment
says what it can and names an extension by its MD5 digest; the extension lies in further segments.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping

from engine.document.xmp import EXTENSION, body_of, packet_of, properties_in

START = b"\xff\xd8"
STANDARD = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
MAX_PACKET_BYTES = 65_502
MAX_PORTION_BYTES = 65_400
MAX_EXTENSION_BYTES = 64 * 2**20

_APP0, _APP1, _SCAN = 0xE0, 0xE1, 0xDA
_GUID_CHARACTERS = 32


def segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(marker, body, where it ends) of each segment before the pixels; ends where the bytes do."""
    at = len(START)
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            return
        yield data[at + 1], data[at + 4 : end], end
        at = end


def with_xmp(data: bytes, properties: Mapping[str, str]) -> bytes:
    """The JPEG with a packet behind its JFIF and EXIF segments. Same input, same bytes."""
    packet = packet_of(properties)
    added = [STANDARD + packet]
    if len(packet) > MAX_PACKET_BYTES:
        longest = max(properties, key=lambda name: len(properties[name]))
        body = body_of({longest: properties[longest]})
        guid = hashlib.md5(body, usedforsecurity=False).hexdigest().upper()
        short = {name: value for name, value in properties.items() if name != longest}
        added = [STANDARD + packet_of(short | {EXTENSION: guid})]
        for offset in range(0, len(body), MAX_PORTION_BYTES):
            place = guid.encode() + struct.pack(">II", len(body), offset)
            added.append(EXTENDED + place + body[offset : offset + MAX_PORTION_BYTES])
    after = len(START)
    for marker, _, end in segments(data):
        if marker not in (_APP0, _APP1):
            break
        after = end
    new = b"".join(struct.pack(">BBH", 0xFF, _APP1, 2 + len(body)) + body for body in added)
    return data[:after] + new + data[after:]


def xmp_in(data: bytes) -> dict[str, str]:
    """The properties of the packet and of its extension; raises what `properties_in` raises."""
    bodies = [body for marker, body, _ in segments(data) if marker == _APP1]
    packets = [body[len(STANDARD) :] for body in bodies if body.startswith(STANDARD)]
    if not packets:
        return {}
    found = properties_in(packets[0])
    guid = found.pop(EXTENSION, None)
    if guid is None:
        return found
    portions = [body[len(EXTENDED) :] for body in bodies if body.startswith(EXTENDED)]
    return found | properties_in(_joined(portions, guid.encode()))


def _joined(portions: list[bytes], guid: bytes) -> bytes:
    """The extension of that name, whose portions may lie in any order; ValueError if incomplete."""
    head = _GUID_CHARACTERS + 8
    placed: dict[int, bytes] = {}
    for portion in portions:
        if portion.startswith(guid) and len(portion) >= head:
            _, offset = struct.unpack(">II", portion[_GUID_CHARACTERS:head])
            placed[offset] = portion[head:]
    whole = b"".join(placed[offset] for offset in sorted(placed))
    if len(whole) > MAX_EXTENSION_BYTES:
        raise ValueError("the XMP is larger than any of Ellbox")
    if hashlib.md5(whole, usedforsecurity=False).hexdigest().upper().encode() != guid:
        raise ValueError("a part of the XMP is missing")
    return whole
