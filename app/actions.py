"""The one table of actions: id, text, shortcuts, icon, what it does, when it is enabled."""

from functools import partial

from app.action_set import Row, always, line
from app.box_actions import box_list_rows
from app.doers import Doers, Models
from app.lens_actions import lens_rows
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.picture_actions import (
    box_rows,
    candidate_rows,
    compare_rows,
    generate_rows,
    timeline_rows,
)
from app.texts import tr

WAYS = (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1))
PAN = 0.1
"""Of what is seen, that a key moves the picture by."""


def table(do: Doers, models: Models) -> tuple[Row, ...]:
    """Every action of the window, in menu order; "-" as id draws a line in the menu."""
    editor, documents = models.editor, models.documents
    return (
        *_file_rows(do, editor, documents),
        *_edit_rows(do, editor, documents),
        *generate_rows(do, editor, models.live),
        *box_rows(do, editor),
        *box_list_rows(do, editor, models.queue),
        *candidate_rows(do, editor),
        *lens_rows(do, editor),
        *timeline_rows(do, editor),
        *compare_rows(models.comparison),
        *_view_rows(do, documents),
        *_help_rows(do),
    )


def _file_rows(do: Doers, editor: Editor, documents: DocumentModel) -> tuple[Row, ...]:
    def is_open() -> bool:
        return documents.document is not None

    def something() -> bool:
        return editor.mode is not Mode.EMPTY

    menu, exports = tr("&File"), do.exports
    return (
        Row("new", tr("&New picture"), ("Ctrl+N",), "new", do.files.new, something, menu),
        Row(
            "new_window", tr("New &window"), ("Ctrl+Shift+N",), "", do.files.new_window, always,
            menu,
            tr("Another picture beside this one"),
        ),
        Row(
            "open", tr("&Open…"), ("Ctrl+O",), "open", do.files.ask_open, always,
            menu,
        ),
        Row("recent", tr("Open &recent"), (), "", always, always, menu),
        line(menu),
        Row("save", tr("&Save project"), ("Ctrl+S",), "save", do.files.save, is_open, menu),
        Row(
            "save_as", tr("Save project &as…"), ("Ctrl+Shift+S",), "",
            do.files.ask_save_as, is_open, menu,
        ),
        Row(
            "export", tr("&Export…"), ("Ctrl+E",), "export", exports.ask,
            exports.can_export, menu, tr("Write the picture, its box, a mask or layers"),
        ),
        Row(
            "export_again", tr("E&xport again"), ("Ctrl+Shift+E",), "", exports.again,
            exports.can_export, menu, tr("Once more as the last time, under the next free name"),
        ),
        Row(
            "export_decode", tr("Export &decode…"), ("Ctrl+Alt+E",), "film",
            exports.ask_decode, exports.can_export_decode, menu,
            tr("Write every step as a moving picture or a contact sheet"),
        ),
        line(menu),
        Row(
            "weights", tr("&Models…"), (), "", do.dialogs.show_weights, always,
            menu,
            tr("See which models are here, fetch and remove them"),
        ),
        line(menu),
        Row("quit", tr("&Quit"), ("Ctrl+Q",), "", do.window.close, always, menu),
    )  # fmt: skip


def _edit_rows(do: Doers, editor: Editor, documents: DocumentModel) -> tuple[Row, ...]:
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

    menu = tr("&Edit")
    return (
        Row("undo", tr("&Undo"), ("Ctrl+Z",), "undo", documents.undo, can_undo, menu),
        Row(
            "redo", tr("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", documents.redo, can_redo, menu
        ),
        line(menu),
        Row("copy", tr("&Copy picture"), ("Ctrl+C",), "copy", do.files.copy, is_open, menu),
        Row("paste", tr("&Paste picture"), ("Ctrl+V",), "paste", do.files.paste, idle, menu),
        line(menu),
        Row(
            "reopen", tr("Reopen &last edit"), ("Ctrl+L",), "timeline", editor.choosing.reopen,
            can_reopen, menu, tr("Bring back the steps of the newest edit"),
        ),
        line(menu),
        Row(
            "settings", tr("Se&ttings…"), ("Ctrl+,",), "",
            do.dialogs.show_settings, always, menu, tr("Every setting, applied at once"),
        ),
        Row(
            "keys", tr("Change &keys…"), (), "", do.dialogs.change_keys, always,
            menu, tr("Choose other keys for any action"),
        ),
    )  # fmt: skip


def _view_rows(do: Doers, documents: DocumentModel) -> tuple[Row, ...]:
    def is_open() -> bool:
        return documents.document is not None

    menu, view, window = tr("&View"), do.view, do.window
    return (
        Row("zoom_in", tr("Zoom &in"), ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", view.zoom_in,
            always,
            menu),
        Row("zoom_out", tr("Zoom &out"), ("-", "Ctrl+-"), "zoom-out", view.zoom_out, always, menu),
        Row("fit", tr("&Fit in window"), ("Ctrl+0",), "fit", view.fit, always, menu),
        Row("actual", tr("&Actual size"), ("Ctrl+1",), "actual", view.actual_size, is_open, menu),
        *(
            Row(
                f"pan_{key.lower()}", tr("See more: {key}").format(key=tr(key)), (f"Alt+{key}",),
                "",
                partial(view.pan, across * PAN, down * PAN), is_open,
            )
            for key, across, down in WAYS
        ),
        line(menu),
        Row("inspector", tr("&Inspector"), ("F6",), "panel", window.toggle_inspector, always, menu),
        Row("timeline", tr("&Timeline"), ("F7",), "timeline", window.toggle_timeline, always, menu),
        Row("full_screen", tr("F&ull screen"), ("F11",), "", window.toggle_full_screen, always,
            menu),
        Row("appearance", tr("A&ppearance"), (), "", always, always, menu),
    )  # fmt: skip


def _help_rows(do: Doers) -> tuple[Row, ...]:
    menu, dialogs = tr("&Help"), do.dialogs
    return (
        Row("shortcuts", tr("&Keys and mouse"), ("F1", "?"), "keyboard", dialogs.show_shortcuts,
            always,
            menu),
        Row(
            "guide", tr("Take the &guide"), (), "", do.window.take_guide, always, menu,
            tr("Three minutes on a sample picture"),
        ),
        Row("about", tr("&About Ellbox"), (), "info", dialogs.show_about, always, menu),
    )  # fmt: skip
