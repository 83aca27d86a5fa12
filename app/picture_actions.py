"""Rows of the table that act on box, candidates, steps and comparison."""

from collections.abc import Callable
from functools import partial

from app.action_set import Row, always, line
from app.doers import Doers
from app.models.boxes import middle_half, moved_within, resized_by
from app.models.comparison import Comparison, Look
from app.models.editor import Editor, Mode
from app.models.live import LiveRedraw
from app.models.wishes import MAX_CANDIDATES
from app.texts import QT_TR_NOOP, tr
from engine.values.region import Region

STEP = 0.02
"""Of the picture's width, that a key moves the divider by."""


def generate_rows(do: Doers, editor: Editor, live: LiveRedraw) -> tuple[Row, ...]:
    def can_generate() -> bool:
        return not editor.asking.obstacle

    def running() -> bool:
        return editor.mode is Mode.RUNNING

    def typing() -> bool:
        return not running() and do.window.prompt_at_hand()

    menu = tr("&Box")
    return (
        Row(
            "generate", tr("&Generate"), ("Ctrl+Return", "Ctrl+Enter"), "generate",
            editor.asking.generate, can_generate, menu, tr("Redraw the box from the prompt"),
        ),
        Row(
            "face_off", tr("&Compare generators…"), ("Ctrl+G",), "",
            do.dialogs.compare_generators, can_generate, menu,
            tr("Redraw the box with every generator that is ready, side by side"),
        ),
        Row("cancel", tr("&Stop"), ("Esc",), "stop", editor.decodes.cancel, running, menu),
        line(menu),
        Row("prompt", tr("Type the &prompt"), ("T", "F2"), "", do.window.focus_prompt, always,
            menu),
        Row(
            "history", tr("&Earlier prompts"), ("Ctrl+H",), "history", do.window.show_history,
            typing, menu, tr("Search the prompts used before"),
        ),
        Row(
            "live", tr("Redraw while &typing"), ("Ctrl+Shift+L",), "live", live.turn, always, menu,
            tr("Redraw the box while its prompt is typed"), checked=lambda: live.on,
        ),
        line(menu),
    )  # fmt: skip


def box_rows(do: Doers, editor: Editor) -> tuple[Row, ...]:
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

    menu = tr("&Box")
    return (
        Row("whole", tr("&Whole picture"), ("Ctrl+A",), "whole", whole, drawable, menu),
        Row("middle", tr("New box in the &middle"), ("B",), "box", middle, drawable, menu),
        Row(
            "no_box", tr("&Remove the box"), ("Ctrl+Shift+A", "Esc"), "no-box", do.window.step_out,
            has_box, menu,
        ),
        *_nudge_rows(editor, has_box),
    )  # fmt: skip


def _nudge_rows(editor: Editor, enabled: Callable[[], bool]) -> tuple[Row, ...]:
    def change(kind: Callable[..., Region], dx: int, dy: int) -> None:
        if editor.region is not None and editor.picture_size is not None:
            moved = kind(editor.region, dx, dy, *editor.picture_size)
            editor.set_region(moved, kind=kind.__name__)

    ways = (
        (QT_TR_NOOP("Left"), -1, 0),
        (QT_TR_NOOP("Right"), 1, 0),
        (QT_TR_NOOP("Up"), 0, -1),
        (QT_TR_NOOP("Down"), 0, 1),
    )
    kinds = (
        ("move", tr("Move the box"), "", 1, moved_within),
        ("move10", tr("Move the box 10 px"), "Shift+", 10, moved_within),
        ("size", tr("Resize the box"), "Ctrl+", 1, resized_by),
        ("size10", tr("Resize the box 10 px"), "Ctrl+Shift+", 10, resized_by),
    )
    return tuple(
        Row(
            f"{name}_{key.lower()}",
            tr("{what}: {key}").format(what=text, key=tr(key)),
            (f"{modifier}{key}",),
            "",
            partial(change, kind, dx * by, dy * by),
            enabled,
        )
        for name, text, modifier, by, kind in kinds
        for key, dx, dy in ways
    )


def candidate_rows(do: Doers, editor: Editor) -> tuple[Row, ...]:
    choose = editor.choosing

    def offered() -> bool:
        return editor.mode is Mode.CHOOSING

    def has(number: int) -> bool:
        return (
            offered() and editor.proposal is not None and (number <= len(editor.proposal.options))
        )

    def on_one() -> bool:
        return choose.can_apply

    menu = tr("&Candidates")
    return (
        Row(
            "apply", tr("&Apply"), ("Return", "Enter"), "apply", choose.apply,
            on_one, menu, tr("Keep the shown picture; one undo step"),
        ),
        Row(
            "back", tr("Go &back"), ("Esc",), "back", do.window.step_out, offered, menu,
            tr("Put the candidates away and keep the picture as it was; undo brings them back"),
        ),
        line(menu),
        Row(
            "more", tr("&More like this"), ("M",), "more", editor.asking.more_like_this, on_one,
            menu,
            tr("Keep the first half of the shown candidate's steps and draw the rest anew"),
        ),
        Row(
            "star", tr("&Star"), ("S",), "star", choose.star, on_one, menu,
            tr("Mark the shown candidate"), checked=lambda: choose.starred,
        ),
        Row(
            "discard", tr("&Discard"), ("Del", "Backspace"), "discard", choose.discard, on_one,
            menu,
            tr("Take the shown candidate off the strip; undo brings it back"),
        ),
        Row(
            "save_candidate", tr("Save as a &picture…"), ("Ctrl+Alt+S",),
            "export", do.exports.ask_candidate, on_one, menu,
            tr("Save the picture with the shown candidate, without applying it"),
        ),
        line(menu),
        Row("previous", tr("P&revious"), ("Up",), "", partial(choose.show_by, -1), offered, menu),
        Row("next", tr("&Next"), ("Down",), "", partial(choose.show_by, 1), offered, menu),
        *(
            Row(
                f"show_{number}",
                tr("&0  Original")
                if number == 0
                else tr("&{number}  Candidate {number}").format(number=number),
                (str(number),), "", partial(choose.show, number), partial(has, number), menu,
            )
            for number in range(MAX_CANDIDATES + 1)
        ),
    )  # fmt: skip


def timeline_rows(do: Doers, editor: Editor) -> tuple[Row, ...]:
    choose, carrying = editor.choosing, editor.carrying

    def on_path() -> bool:
        proposal = editor.proposal
        return editor.mode is Mode.CHOOSING and proposal is not None and proposal.shown > 0

    def last() -> None:
        if editor.proposal is not None:
            choose.scrub(len(editor.proposal.path) - 1)

    def can_carry() -> bool:
        return carrying.carried is not None or not carrying.obstacle

    def can_branch() -> bool:
        return not editor.asking.branch_obstacle

    menu = tr("&Timeline")
    return (
        Row(
            "branch",
            tr("&Regenerate from here"),
            ("Ctrl+R",),
            "branch",
            editor.asking.regenerate_from_here,
            can_branch,
            menu,
            tr("Keep the steps up to here and draw the rest anew"),
        ),
        Row(
            "carry",
            tr("Regenerate in &another box"),
            ("Ctrl+Shift+R",),
            "",
            carrying.turn,
            can_carry,
            menu,
            tr("Take the shown step along, to go on from it in a box elsewhere"),
            checked=lambda: carrying.carried is not None,
        ),
        line(menu),
        Row("play", tr("&Play the steps"), ("P",), "play", do.window.play, on_path, menu),
        Row(
            "step_back",
            tr("Step &back"),
            ("Left",),
            "",
            partial(choose.scrub_by, -1),
            on_path,
            menu,
        ),
        Row(
            "step_on",
            tr("Step &on"),
            ("Right",),
            "",
            partial(choose.scrub_by, 1),
            on_path,
            menu,
        ),
        Row(
            "first",
            tr("&First step"),
            ("Home",),
            "first",
            partial(choose.scrub, 0),
            on_path,
            menu,
        ),
        Row("last", tr("&Last step"), ("End",), "last", last, on_path, menu),
    )


def compare_rows(comparison: Comparison) -> tuple[Row, ...]:
    def can() -> bool:
        return not comparison.obstacle

    def wiping() -> bool:
        return comparison.chosen is Look.WIPE

    def move(by: float) -> None:
        comparison.move_divider(comparison.divider + by)

    def looks(look: Look) -> Callable[[], bool]:
        return lambda: comparison.chosen is look

    menu = tr("Co&mpare")
    ways = (
        ("wipe", tr("&Wipe"), "W", Look.WIPE, tr("As it was at the left of a divider to drag")),
        ("blink", tr("&Blink"), "K", Look.BLINK, tr("As it was and as it is, one after the other")),
        (
            "difference",
            tr("&Difference"),
            "D",
            Look.DIFFERENCE,
            tr("How far apart the colours are"),
        ),
        (
            "changes",
            tr("Show changed &pixels"),
            "X",
            Look.CHANGES,
            tr("Which pixels differ, counted"),
        ),
    )
    return (
        Row(
            "before", tr("Hold to see it as it &was"), ("C",), "compare", comparison.hold, can,
            menu,
            tr("See the picture as it was while this is held down"), repeats=False,
        ),
        *(
            Row(
                name, text, (key,), name, partial(comparison.turn, look), can, menu, tip,
                checked=looks(look),
            )
            for name, text, key, look, tip in ways
        ),
        Row(
            "pin", tr("Compare &others with this"), ("V",), "pin", comparison.pin,
            lambda: comparison.can_pin, menu,
            tr("Compare other steps and branches with the one that is shown now"),
            checked=lambda: comparison.pinned is not None,
        ),
        Row("wipe_left", tr("Divider to the &left"), (",",), "", partial(move, -STEP), wiping,
            menu),
        Row("wipe_right", tr("Divider to the &right"), (".",), "", partial(move, STEP), wiping,
            menu),
    )  # fmt: skip
