"""What damaged data makes readers raise: ours, numpy's, Pillow's and the standard library's."""

import struct
import zipfile
import zlib

DAMAGE = (
    ArithmeticError,  # Pillow's divisions by stored numbers; numpy's overflows
    AssertionError,  # Pillow's
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,  # Pillow's
    RuntimeError,  # Pillow's AVIF; too deep nesting
    SyntaxError,  # Pillow's too
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def reason(error: Exception) -> str:
    """What it says, on one line without a full stop; its name when it says nothing."""
    said = " ".join(str(error).split()).rstrip(".")
    return said[:200] or type(error).__name__
