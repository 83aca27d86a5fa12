"""Which system libraries Qt would miss on Linux, asked before Qt is loaded and aborts.

Standard library only, so that it runs as a plain script before anything is installed:
`python engine/system_libraries.py` prints the missing Debian packages, one a line. The answer is
what it prints: it exits 0 in any case, so that a failure of the question itself is seen.
"""

import ctypes
import sys
from collections.abc import Callable, Mapping

# What the Qt 6 libraries of PySide6-Essentials need and do not bring (readelf -d).
PACKAGES: Mapping[str, str] = {
    # QtCore, QtGui, QtWidgets, QtSvg, QtDBus and the offscreen platform
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
    # The xcb platform: a window on X11
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing_packages(can_load: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Debian packages to install, sorted; empty on any system but Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    loads = _can_load if can_load is None else can_load
    return tuple(sorted({package for library, package in PACKAGES.items() if not loads(library)}))


def install_line(packages: tuple[str, ...]) -> str:
    """The command that brings them."""
    return f"sudo apt-get install {' '.join(packages)}"


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    for package in missing_packages():
        print(package)
