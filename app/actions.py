"""The one table of actions: id, text, shortcuts, icon, what it does, when it is enabled."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from app.action_set import Row, always, line
from app.models.boxes import middle_half, moved_within, resized_by
from app.models.comparison import Comparison, Look
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.live import LiveRedraw
from app.models.wishes import MAX_CANDIDATES
from engine.values.region import Region

STEP = 0.02
"""Of the picture's width, that a key moves the divider by."""


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
    def ask_save_candidate(self) -> None: ...


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
    def prompt_at_hand(self) -> bool: ...
    def show_history(self) -> None: ...
    def compare_generators(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_about(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Models:
    """What the actions act on."""

    editor: Editor
    documents: DocumentModel
    live: LiveRedraw
    comparison: Comparison


def table(do: Commands, files: Files, models: Models) -> tuple[Row, ...]:
    """Every action of the window, in menu order; "-" as id draws a line in the menu."""
    editor, documents = models.editor, models.documents
    return (
        *_file_rows(do, files, editor, documents),
        *_edit_rows(files, editor, documents),
        *_generate_rows(do, editor, models.live),
        *_box_rows(do, editor),
        *_candidate_rows(do, files, editor),
        *_timeline_rows(do, editor),
        *_compare_rows(models.comparison),
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
        Row("undo", "&Undo", ("Ctrl+Z",), "undo", documents.undo, can_undo, menu),
        Row(
            "redo", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", documents.redo, can_redo, menu
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


def _generate_rows(do: Commands, editor: Editor, live: LiveRedraw) -> tuple[Row, ...]:
    def can_generate() -> bool:
        return not editor.obstacle

    def running() -> bool:
        return editor.mode is Mode.RUNNING

    def typing() -> bool:
        return not running() and do.prompt_at_hand()

    menu = "&Box"
    return (
        Row(
            "generate", "&Generate", ("Ctrl+Return", "Ctrl+Enter"), "generate", editor.generate,
            can_generate, menu, "Redraw the box from the prompt",
        ),
        Row(
            "face_off", "&Compare generators\N{HORIZONTAL ELLIPSIS}", ("Ctrl+G",), "",
            do.compare_generators, can_generate, menu,
            "Redraw the box with every generator that is ready, side by side",
        ),
        Row("cancel", "&Stop", ("Esc",), "stop", editor.cancel, running, menu),
        line(menu),
        Row("prompt", "Type the &prompt", ("T", "F2"), "", do.focus_prompt, always, menu),
        Row(
            "history", "&Earlier prompts", ("Ctrl+H",), "history", do.show_history, typing, menu,
            "Search the prompts used before",
        ),
        Row(
            "live", "Redraw while &typing", ("Ctrl+Shift+L",), "live", live.turn, always, menu,
            "Redraw the box while its prompt is typed", checked=lambda: live.on,
        ),
        line(menu),
    )  # fmt: skip


def _box_rows(do: Commands, editor: Editor) -> tuple[Row, ...]:
    def drawable() -> bool:
        return editor.mode in (Mode.EDITING, Mode.CHOOSING) and editor.picture_size is not None

    def has_box() -> bool:
        return editor.mode is Mode.EDITING and editor.region is not None

    def whole() -> None:
        if editor.picture_size is not None:
            editor.set_region(Region(0, 0, *editor.picture_size))

    def middle() -> None:
        if editor.picture_size is not None:
            editor.set_region(middle_half(*editor.picture_size))

    menu = "&Box"
    return (
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
            moved = kind(editor.region, dx, dy, *editor.picture_size)
            editor.set_region(moved, step=kind.__name__)

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


def _candidate_rows(do: Commands, files: Files, editor: Editor) -> tuple[Row, ...]:
    def choosing() -> bool:
        return editor.mode is Mode.CHOOSING

    def has(number: int) -> bool:
        return (
            choosing() and editor.proposal is not None and (number <= len(editor.proposal.options))
        )

    def on_one() -> bool:
        return editor.can_apply

    menu = "&Candidates"
    return (
        Row(
            "apply", "&Apply", ("Return", "Enter"), "apply", editor.apply,
            on_one, menu, "Keep the shown picture; one undo step",
        ),
        Row(
            "back", "Go &back", ("Esc",), "back", do.step_out, choosing, menu,
            "Put the candidates away and keep the picture as it was; undo brings them back",
        ),
        line(menu),
        Row(
            "more", "&More like this", ("M",), "more", editor.more_like_this, on_one, menu,
            "Keep the first half of the shown candidate's steps and draw the rest anew",
        ),
        Row(
            "star", "&Star", ("S",), "star", editor.star, on_one, menu,
            "Mark the shown candidate", checked=lambda: editor.starred,
        ),
        Row(
            "discard", "&Discard", ("Del", "Backspace"), "discard", editor.discard, on_one, menu,
            "Take the shown candidate off the strip; undo brings it back",
        ),
        Row(
            "save_candidate", "Save as a &picture\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Alt+S",),
            "export", files.ask_save_candidate, on_one, menu,
            "Save the picture with the shown candidate, without applying it",
        ),
        line(menu),
        Row("previous", "P&revious", ("Up",), "", partial(editor.show_by, -1), choosing, menu),
        Row("next", "&Next", ("Down",), "", partial(editor.show_by, 1), choosing, menu),
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


def _compare_rows(comparison: Comparison) -> tuple[Row, ...]:
    def can() -> bool:
        return not comparison.obstacle

    def wiping() -> bool:
        return comparison.chosen is Look.WIPE

    def move(by: float) -> None:
        comparison.move_divider(comparison.divider + by)

    def looks(look: Look) -> Callable[[], bool]:
        return lambda: comparison.chosen is look

    menu = "Co&mpare"
    ways = (
        ("wipe", "&Wipe", "W", Look.WIPE, "As it was at the left of a divider to drag"),
        ("blink", "&Blink", "K", Look.BLINK, "As it was and as it is, one after the other"),
        ("difference", "&Difference", "D", Look.DIFFERENCE, "How far apart the colours are"),
        ("changes", "Show changed &pixels", "X", Look.CHANGES, "Which pixels differ, counted"),
    )
    return (
        Row(
            "before", "Hold to see it as it &was", ("C",), "compare", comparison.hold, can, menu,
            "See the picture as it was while this is held down", repeats=False,
        ),
        *(
            Row(
                name, text, (key,), name, partial(comparison.turn, look), can, menu, tip,
                checked=looks(look),
            )
            for name, text, key, look, tip in ways
        ),
        Row("wipe_left", "Divider to the &left", (",",), "", partial(move, -STEP), wiping, menu),
        Row("wipe_right", "Divider to the &right", (".",), "", partial(move, STEP), wiping, menu),
    )  # fmt: skip


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
