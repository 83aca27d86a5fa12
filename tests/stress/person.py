"""A person at the window who does whatever a seed says, with real mouse and key events.

Every action draws what it needs from its own chance and never from the clock, so that action n of a
seed is always the same one; how far the decode was by then is the machine's to say.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.desk import Desk
from app.models.editor import Mode
from engine.document.project_file import open_project

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
PATIENCE_SECONDS = 120.0
NEVER = ("quit", "new_window")
"""Actions of the table that would end the run, or begin a process that outlives it."""

WRITTEN = (
    "a red apple", "cat", "a {red|blue|} box", "{a|", "", "  ", "\N{CAT FACE}\N{RED APPLE}",
    "\u05ea\u05e4\u05d5\u05d7 \u05d0\u05d3\u05d5\u05dd", "x" * 600, "\t\x07\x00b", "e\u0301" * 9,
)  # fmt: skip
KEYS = (
    Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Delete, Qt.Key.Key_Space,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_4, Qt.Key.Key_B,
    Qt.Key.Key_C, Qt.Key.Key_M, Qt.Key.Key_P, Qt.Key.Key_W, Qt.Key.Key_Z, Qt.Key.Key_R,
)  # fmt: skip
FORMATS = (".png", ".jpg", ".webp", ".tiff", ".avif")
PICTURES = ("photo.png", "deep.png", "grey.png", "glass.png", "ribbon.png", "large.jpg")
REFUSED = ("cut.png", "notes.txt", "cut.ellbox", "missing.png")


class NotReached(Exception):
    """Something that should have come did not; the text says what."""


class Person:
    """`act` does one thing; `rest` waits until nothing runs and closes the picture."""

    def __init__(self, app: QApplication, desk: Desk, folder: Path) -> None:
        self._app, self._desk, self._folder = app, desk, folder
        self.window, self._editor, self._documents = desk.window, desk.editor, desk.documents
        write_files(folder)

    def act(self, name: str, chance: random.Random) -> None:
        ACTIONS[name][1](self, chance)
        self.breathe(chance.choice((0.0, 0.0, 0.005, 0.03)))
        self.answer(chance)

    def answer(self, chance: random.Random) -> None:
        """What stands in front of the window is answered or closed."""
        popup = self._app.activePopupWidget()
        if popup is not None:
            popup.close()
        dialog = self._app.activeModalWidget()
        if isinstance(dialog, QMessageBox):
            chance.choice(dialog.buttons()).click()
        elif dialog is not None:
            dialog.close()

    def breathe(self, seconds: float) -> None:
        """Not QTest.qWait: it keeps Python's lock, and the engine's thread starves."""
        end = time.monotonic() + seconds
        while True:
            self._app.processEvents()
            if time.monotonic() >= end:
                return
            time.sleep(0.001)

    def until(self, reached: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            self.breathe(0.005)
            if time.monotonic() > end:
                raise NotReached(f"{what}: not after {PATIENCE_SECONDS:.0f} s")

    def rest(self) -> None:
        """Nothing runs and nothing is open, as after a start."""
        chance = random.Random(0)
        self.answer(chance)
        self._editor.decodes.cancel()
        self.until(lambda: self._editor.mode is not Mode.RUNNING, "the end of a decode")
        self.until(lambda: not self._documents.busy, "the end of file work")
        self._documents.close()
        self.until(lambda: not self._desk.recovery.busy, "the end of autosaving")
        self.breathe(0.05)
        self.answer(chance)

    # -- with the mouse ---------------------------------------------------------------------

    @property
    def _handle(self) -> QWindow:
        return self.window.windowHandle()

    def _place(self, chance: random.Random, widget: QWidget) -> QPoint:
        """Somewhere on a widget, in the window."""
        inside = QPoint(
            int(chance.random() * widget.width()), int(chance.random() * widget.height())
        )
        return widget.mapTo(self.window, inside)

    def _drag(self, chance: random.Random, widget: QWidget) -> None:
        first, last = self._place(chance, widget), self._place(chance, widget)
        modifier = chance.choice((NONE, NONE, NONE, SHIFT, CTRL, ALT))
        moves = chance.randint(1, 6)
        QTest.mousePress(self._handle, LEFT, modifier, first)
        for move in range(1, moves + 1):
            QTest.mouseMove(self._handle, first + (last - first) * move / moves)
            self._app.processEvents()
        QTest.mouseRelease(self._handle, LEFT, modifier, last)

    def draw_box(self, chance: random.Random) -> None:
        self._drag(chance, self.window.view)

    def drag(self, chance: random.Random) -> None:
        self._drag(chance, self.window)

    def scrub(self, chance: random.Random) -> None:
        if self.window.workspace.timeline.isVisible():
            self._drag(chance, self.window.workspace.timeline)

    def click(self, chance: random.Random) -> None:
        place = self._place(chance, self.window)
        press = chance.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))
        button = chance.choice((LEFT, LEFT, LEFT, Qt.MouseButton.RightButton))
        press(self._handle, button, NONE, place)

    def click_panel(self, chance: random.Random) -> None:
        """One of the small controls, which a click anywhere would seldom meet."""
        shown = [child for child in self.window.findChildren(QWidget) if child.isVisible()]
        child = shown[int(chance.random() * len(shown))]
        QTest.mouseClick(self._handle, LEFT, NONE, self._place(chance, child))

    def wheel(self, chance: random.Random) -> None:
        place = QPointF(self._place(chance, self.window))
        modifier = chance.choice((NONE, CTRL, SHIFT))
        turned = QPoint(0, chance.choice((-480, -120, 120, 240)))
        buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        target = self.window.childAt(place.toPoint()) or self.window
        inside = target.mapFrom(self.window, place)
        event = QWheelEvent(inside, place, QPoint(), turned, buttons, modifier, phase, False)
        QCoreApplication.sendEvent(target, event)

    # -- with the keyboard ------------------------------------------------------------------

    def type(self, chance: random.Random) -> None:
        self.window.focus_prompt()
        written = chance.choice(WRITTEN)
        if chance.random() < 0.7:
            QTest.keyClick(self._handle, Qt.Key.Key_A, CTRL)
        # Asked for now: the key may have closed what had the focus.
        focus = self._app.focusWidget()
        if focus is None:
            return
        if written.isascii() and written.isprintable() and len(written) < 50:
            for letter in written:
                QTest.keyClick(self._handle, Qt.Key(ord(letter.upper())), NONE)
        else:
            event = QInputMethodEvent()
            event.setCommitString(written)
            QCoreApplication.sendEvent(focus, event)

    def key(self, chance: random.Random) -> None:
        if chance.random() < 0.6:
            self.window.view.setFocus()
        modifier = chance.choice((NONE, NONE, NONE, SHIFT, CTRL, CTRL | SHIFT))
        for _ in range(chance.randint(1, 4)):
            QTest.keyClick(self._handle, chance.choice(KEYS), modifier)

    # -- with the table of actions ----------------------------------------------------------

    def _trigger(self, name: str) -> None:
        action = self.window.actions_table[name]
        if action.isEnabled():
            action.trigger()

    def trigger(self, chance: random.Random) -> None:
        rows = [row.id for row in self.window.actions_table.rows if row.id not in ("-", *NEVER)]
        self._trigger(chance.choice(rows))

    def generate(self, chance: random.Random) -> None:
        self._trigger(chance.choice(("generate", "generate", "branch", "more")))

    def redraw(self, chance: random.Random) -> None:
        """All that a decode needs, whatever was there before."""
        if self._editor.mode is not Mode.RUNNING:
            self._trigger(chance.choice(("middle", "whole")))
            self._editor.wishes.set_prompt(chance.choice(("a red apple", "a blue cat")))
            self._trigger("generate")

    def cancel(self, chance: random.Random) -> None:
        self._trigger("cancel")

    def apply(self, chance: random.Random) -> None:
        self._trigger(chance.choice(("apply", "apply", "back", "discard")))

    def undo(self, chance: random.Random) -> None:
        for _ in range(chance.randint(1, 5)):
            self._trigger(chance.choice(("undo", "undo", "redo")))

    def wait(self, chance: random.Random) -> None:
        self.until(lambda: self._editor.mode is not Mode.RUNNING, "the end of a decode")

    def ponder(self, chance: random.Random) -> None:
        self.breathe(chance.uniform(0, 0.3))

    def resize(self, chance: random.Random) -> None:
        self.window.resize(chance.randint(820, 1800), chance.randint(560, 1100))

    # -- with files -------------------------------------------------------------------------

    def open(self, chance: random.Random) -> None:
        names = PICTURES * 3 + REFUSED + tuple(f"saved{number}.ellbox" for number in range(4))
        self.window.files.open(self._folder / chance.choice(names))

    def save(self, chance: random.Random) -> None:
        """What was saved is what was open, looked at as the next start would."""
        document, path = self._documents.document, self._folder / f"saved{chance.randrange(4)}"
        self._documents.save(path)
        self.until(lambda: not self._documents.busy, "the end of saving")
        if document is None or self._documents.path != path.with_suffix(".ellbox"):
            return
        stored = open_project(path.with_suffix(".ellbox")).document
        if stored is None or not np.array_equal(stored.picture.pixels, document.picture.pixels):
            raise NotReached("the saved picture is not the one that was open")

    def export(self, chance: random.Random) -> None:
        self._documents.export(self._folder / f"out{chance.choice(FORMATS)}")

    def export_animation(self, chance: random.Random) -> None:
        self.window.exports.export_animation(
            self._folder / f"film{chance.choice(('.gif', '.webp'))}"
        )

    def copy_and_paste(self, chance: random.Random) -> None:
        self._trigger(chance.choice(("copy", "paste")))


Act = Callable[[Person, random.Random], None]
ACTIONS: dict[str, tuple[int, Act]] = {
    "draw_box": (10, Person.draw_box),
    "type": (9, Person.type),
    "generate": (12, Person.generate),
    "redraw": (9, Person.redraw),
    "wait": (9, Person.wait),
    "apply": (6, Person.apply),
    "undo": (4, Person.undo),
    "cancel": (4, Person.cancel),
    "trigger": (12, Person.trigger),
    "key": (8, Person.key),
    "click": (6, Person.click),
    "click_panel": (12, Person.click_panel),
    "drag": (4, Person.drag),
    "scrub": (6, Person.scrub),
    "wheel": (5, Person.wheel),
    "ponder": (5, Person.ponder),
    "resize": (1, Person.resize),
    "open": (6, Person.open),
    "save": (2, Person.save),
    "export": (2, Person.export),
    "export_animation": (1, Person.export_animation),
    "copy_and_paste": (1, Person.copy_and_paste),
}
"""Name -> how often, and what is done."""


def drawn_action(chance: random.Random) -> str:
    return chance.choices(list(ACTIONS), [weight for weight, _ in ACTIONS.values()])[0]


def write_files(folder: Path) -> None:
    """PICTURES, which open, and REFUSED, which do not; one of those is missing."""
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (24, 32, 3), np.uint8).repeat(10, 0).repeat(10, 1)
    deep = rng.integers(0, 65536, (90, 120), dtype=np.uint16)
    Image.fromarray(photo).save(folder / "photo.png")
    Image.fromarray(deep).save(folder / "deep.png")
    Image.fromarray(photo[..., 0]).save(folder / "grey.png")
    Image.fromarray(np.dstack([photo, photo[..., :1]])).save(folder / "glass.png")
    Image.fromarray(photo[:3]).resize((900, 3)).save(folder / "ribbon.png")
    Image.fromarray(photo).resize((2000, 1500)).save(folder / "large.jpg")
    sound = (folder / "photo.png").read_bytes()
    (folder / "cut.png").write_bytes(sound[: len(sound) // 2])
    (folder / "notes.txt").write_text("no picture")
    (folder / "cut.ellbox").write_bytes(b"PK\x03\x04")
