"""The one table of actions: id, text, shortcut, icon, what it does, when it is enabled."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.models.boxes import middle_half, moved_within, resized_by
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.wishes import MAX_CANDIDATES
from app.theme import Colors, icon
from engine.values.region import Region


class Files(Protocol):
    """Commands that ask for paths."""

    def new(self) -> None: ...
    def ask_open(self) -> None: ...
    def save(self) -> None: ...
    def ask_save_as(self) -> None: ...
    def ask_export(self) -> None: ...
    def ask_export_animation(self) -> None: ...
    def copy(self) -> None: ...
    def paste(self) -> None: ...
    def frames_at_hand(self) -> bool: ...


class Commands(Protocol):
    """What only the window can do: move the view, show panels."""

    def close(self) -> bool: ...
    def fit(self) -> None: ...
    def actual_size(self) -> None: ...
    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def toggle_inspector(self) -> None: ...
    def toggle_timeline(self) -> None: ...
    def toggle_full_screen(self) -> None: ...
    def play(self) -> None: ...
    def step_out(self) -> None: ...
    def focus_prompt(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_about(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One action. keys: the first is shown. icon: a name in assets/icons or ""."""

    id: str
    text: str
    keys: tuple[str, ...]
    icon: str
    slot: Callable[[], object]
    enabled: Callable[[], bool]
    menu: str = ""
    tip: str = ""


def always() -> bool:
    return True


def table(do: Commands, files: Files, editor: Editor, documents: DocumentModel) -> tuple[Row, ...]:
    """Every action of the window, in menu order; "-" as id draws a line in the menu."""
    return (
        *_file_rows(do, files, editor, documents),
        *_edit_rows(files, editor, documents),
        *_box_rows(do, editor),
        *_candidate_rows(do, editor),
        *_timeline_rows(do, editor),
        *_view_rows(do, documents),
        *_help_rows(do),
    )


def _file_rows(
    do: Commands, files: Files, editor: Editor, documents: DocumentModel
) -> tuple[Row, ...]:
    def is_open() -> bool:
        return documents.document is not None

    def something() -> bool:
        return editor.mode is not Mode.EMPTY

    menu = "&File"
    return (
        Row("new", "&New picture", ("Ctrl+N",), "new", files.new, something, menu),
        Row(
            "open", "&Open\N{HORIZONTAL ELLIPSIS}", ("Ctrl+O",), "open", files.ask_open, always,
            menu,
        ),
        Row("recent", "Open &recent", (), "", always, always, menu),
        line(menu),
        Row("save", "&Save project", ("Ctrl+S",), "save", files.save, is_open, menu),
        Row(
            "save_as", "Save project &as\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+S",), "",
            files.ask_save_as, is_open, menu,
        ),
        Row(
            "export", "&Export picture\N{HORIZONTAL ELLIPSIS}", ("Ctrl+E",), "export",
            files.ask_export, is_open, menu, "Save as PNG, JPEG or WebP",
        ),
        Row(
            "export_animation", "Export &decode animation\N{HORIZONTAL ELLIPSIS}",
            ("Ctrl+Shift+E",), "film", files.ask_export_animation, files.frames_at_hand, menu,
            "Save every step as GIF or WebP",
        ),
        line(menu),
        Row("quit", "&Quit", ("Ctrl+Q",), "", do.close, always, menu),
    )  # fmt: skip


def _edit_rows(files: Files, editor: Editor, documents: DocumentModel) -> tuple[Row, ...]:
    def idle() -> bool:
        return editor.mode is not Mode.RUNNING

    def can_undo() -> bool:
        return documents.can_undo and idle()

    def can_redo() -> bool:
        return documents.can_redo and idle()

    def is_open() -> bool:
        return documents.document is not None

    def can_reopen() -> bool:
        document = documents.document
        return editor.mode is Mode.EDITING and document is not None and bool(document.edits)

    menu = "&Edit"
    return (
        Row("undo", "&Undo edit", ("Ctrl+Z",), "undo", documents.undo, can_undo, menu),
        Row(
            "redo", "&Redo edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", documents.redo, can_redo, menu
        ),
        line(menu),
        Row("copy", "&Copy picture", ("Ctrl+C",), "copy", files.copy, is_open, menu),
        Row("paste", "&Paste picture", ("Ctrl+V",), "paste", files.paste, idle, menu),
        line(menu),
        Row(
            "reopen", "Reopen &last edit", ("Ctrl+L",), "timeline", editor.reopen, can_reopen, menu,
            "Bring back the steps of the newest edit",
        ),
    )  # fmt: skip


def _box_rows(do: Commands, editor: Editor) -> tuple[Row, ...]:
    def editing() -> bool:
        return editor.mode is Mode.EDITING

    def drawable() -> bool:
        return editor.mode in (Mode.EDITING, Mode.CHOOSING) and editor.picture_size is not None

    def has_box() -> bool:
        return editing() and editor.region is not None

    def can_generate() -> bool:
        return not editor.obstacle

    def running() -> bool:
        return editor.mode is Mode.RUNNING

    def whole() -> None:
        if editor.picture_size is not None:
            editor.set_region(Region(0, 0, *editor.picture_size))

    def middle() -> None:
        if editor.picture_size is not None:
            editor.set_region(middle_half(*editor.picture_size))

    menu = "&Box"
    return (
        Row(
            "generate", "&Generate", ("Ctrl+Return", "Ctrl+Enter"), "generate", editor.generate,
            can_generate, menu, "Redraw the box from the prompt",
        ),
        Row("cancel", "&Stop", ("Esc",), "stop", editor.cancel, running, menu),
        line(menu),
        Row("prompt", "Type the &prompt", ("T", "F2"), "", do.focus_prompt, always, menu),
        Row("whole", "&Whole picture", ("Ctrl+A",), "whole", whole, drawable, menu),
        Row("middle", "New box in the &middle", ("B",), "box", middle, drawable, menu),
        Row(
            "no_box", "&Remove the box", ("Ctrl+Shift+A", "Esc"), "no-box", do.step_out,
            has_box, menu,
        ),
        *_nudge_rows(editor, has_box),
    )  # fmt: skip


def _nudge_rows(editor: Editor, enabled: Callable[[], bool]) -> tuple[Row, ...]:
    def change(kind: Callable[..., Region], dx: int, dy: int) -> None:
        if editor.region is not None and editor.picture_size is not None:
            editor.set_region(kind(editor.region, dx, dy, *editor.picture_size))

    ways = (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1))
    kinds = (
        ("move", "Move the box", "", 1, moved_within),
        ("move10", "Move the box 10 px", "Shift+", 10, moved_within),
        ("size", "Resize the box", "Ctrl+", 1, resized_by),
        ("size10", "Resize the box 10 px", "Ctrl+Shift+", 10, resized_by),
    )
    return tuple(
        Row(
            f"{name}_{key.lower()}",
            f"{text}: {key.lower()}",
            (f"{modifier}{key}",),
            "",
            partial(change, kind, dx * by, dy * by),
            enabled,
        )
        for name, text, modifier, by, kind in kinds
        for key, dx, dy in ways
    )


def _candidate_rows(do: Commands, editor: Editor) -> tuple[Row, ...]:
    def choosing() -> bool:
        return editor.mode is Mode.CHOOSING

    def has(number: int) -> bool:
        return (
            choosing() and editor.proposal is not None and (number <= len(editor.proposal.options))
        )

    menu = "&Candidates"
    return (
        Row(
            "apply", "&Apply", ("Return", "Enter"), "apply", editor.apply,
            lambda: editor.can_apply, menu, "Keep the shown picture; one undo step",
        ),
        Row(
            "back", "Go &back", ("Esc",), "back", do.step_out, choosing, menu,
            "Drop the candidates and keep the picture as it was",
        ),
        line(menu),
        *(
            Row(
                f"show_{number}",
                "&0  Original" if number == 0 else f"&{number}  Candidate {number}",
                (str(number),), "", partial(editor.show, number), partial(has, number), menu,
            )
            for number in range(MAX_CANDIDATES + 1)
        ),
    )  # fmt: skip


def _timeline_rows(do: Commands, editor: Editor) -> tuple[Row, ...]:
    def on_path() -> bool:
        proposal = editor.proposal
        return editor.mode is Mode.CHOOSING and proposal is not None and proposal.shown > 0

    def last() -> None:
        if editor.proposal is not None:
            editor.scrub(len(editor.proposal.path) - 1)

    def can_branch() -> bool:
        return not editor.branch_obstacle

    menu = "&Timeline"
    return (
        Row(
            "branch",
            "&Regenerate from here",
            ("Ctrl+R",),
            "branch",
            editor.regenerate_from_here,
            can_branch,
            menu,
            "Keep the steps up to here and draw the rest anew",
        ),
        line(menu),
        Row("play", "&Play the steps", ("P",), "play", do.play, on_path, menu),
        Row("step_back", "Step &back", ("Left",), "", partial(editor.scrub_by, -1), on_path, menu),
        Row("step_on", "Step &on", ("Right",), "", partial(editor.scrub_by, 1), on_path, menu),
        Row("first", "&First step", ("Home",), "first", partial(editor.scrub, 0), on_path, menu),
        Row("last", "&Last step", ("End",), "last", last, on_path, menu),
    )


def _view_rows(do: Commands, documents: DocumentModel) -> tuple[Row, ...]:
    def is_open() -> bool:
        return documents.document is not None

    menu = "&View"
    return (
        Row("zoom_in", "Zoom &in", ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", do.zoom_in, always,
            menu),
        Row("zoom_out", "Zoom &out", ("-", "Ctrl+-"), "zoom-out", do.zoom_out, always, menu),
        Row("fit", "&Fit in window", ("Ctrl+0",), "fit", do.fit, always, menu),
        Row("actual", "&Actual size", ("Ctrl+1",), "actual", do.actual_size, is_open, menu),
        line(menu),
        Row("inspector", "&Inspector", ("F6",), "panel", do.toggle_inspector, always, menu),
        Row("timeline", "&Timeline", ("F7",), "timeline", do.toggle_timeline, always, menu),
        Row("full_screen", "F&ull screen", ("F11",), "", do.toggle_full_screen, always, menu),
        Row("appearance", "A&ppearance", (), "", always, always, menu),
    )  # fmt: skip


def _help_rows(do: Commands) -> tuple[Row, ...]:
    menu = "&Help"
    return (
        Row("shortcuts", "&Keys and mouse", ("F1", "?"), "keyboard", do.show_shortcuts, always,
            menu),
        Row("about", "&About Ellbox", (), "info", do.show_about, always, menu),
    )  # fmt: skip


def line(menu: str) -> Row:
    return Row("-", "", (), "", always, always, menu)


class Actions(QObject):
    """The table as QActions; `refresh` after anything changed, `tint` after the scheme did."""

    def __init__(self, rows: tuple[Row, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.rows = rows
        self._actions = {row.id: self._built(row) for row in rows if row.id != "-"}

    def _built(self, row: Row) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setToolTip(tooltip(row))
        action.setStatusTip("")
        action.triggered.connect(lambda: row.slot())
        if row.id == "about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        if row.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        return action

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> list[QAction]:
        return list(self._actions.values())

    def refresh(self) -> None:
        for row in self.rows:
            if row.id != "-":
                self._actions[row.id].setEnabled(row.enabled())

    def tint(self, colors: Colors) -> None:
        for row in self.rows:
            if row.icon:
                self._actions[row.id].setIcon(icon(row.icon, colors))


def tooltip(row: Row) -> str:
    """`What it does (Ctrl+X)`; the text without its menu mark."""
    said = row.tip or plain_text(row.text)
    key = (
        QKeySequence(row.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        if (row.keys)
        else ""
    )
    return f"{said} ({key})" if key else said


def plain_text(text: str) -> str:
    return text.replace("&", "").removesuffix("\N{HORIZONTAL ELLIPSIS}")
