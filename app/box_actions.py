"""Rows of the table that act on the list of boxes."""

from functools import partial

from app.action_set import Row, line
from app.doers import Doers
from app.models.box_queue import BoxQueue
from app.models.boxes import middle_half
from app.models.editor import Editor, Mode
from app.texts import tr


def box_list_rows(do: Doers, editor: Editor, queue: BoxQueue) -> tuple[Row, ...]:
    boxes = editor.boxes

    def on_picture() -> bool:
        return editor.mode in (Mode.EDITING, Mode.CHOOSING) and editor.ground is not None

    def one() -> bool:
        return on_picture() and boxes.active is not None

    def several() -> bool:
        return on_picture() and boxes.several

    def listed() -> bool:
        return boxes.several and boxes.active is not None

    def fillable() -> bool:
        return not queue.obstacle and (queue.on or boxes.several)

    def appliable() -> bool:
        return several() and bool(boxes.ripe)

    def add() -> None:
        if editor.picture_size is not None:
            boxes.add(middle_half(*editor.picture_size))
            do.window.focus_prompt()

    menu = tr("&Box")
    return (
        line(menu),
        Row(
            "add_box", tr("&One box more"), ("N",), "add-box", add, one, menu,
            tr("Draw one box more in the middle; the one till now waits with its candidates"),
        ),
        Row("next_box", tr("Ne&xt box"), ("]",), "", partial(boxes.step, 1), several, menu),
        Row("previous_box", tr("Previo&us box"), ("[",), "", partial(boxes.step, -1), several,
            menu),
        Row(
            "box_earlier", tr("Fill it &earlier"), ("Ctrl+[",), "", partial(boxes.shift, -1),
            listed,
            menu,
        ),
        Row("box_later", tr("Fill it la&ter"), ("Ctrl+]",), "", partial(boxes.shift, 1), listed,
            menu),
        Row(
            "pause_box", tr("&Leave it out"), ("Ctrl+Shift+P",), "", boxes.turn_paused, listed,
            menu,
            tr("Leave this box out when all are filled"), checked=lambda: boxes.paused,
        ),
        Row(
            "delete_box", tr("&Delete the box"), ("Ctrl+Backspace",), "", boxes.drop, one, menu,
            tr("Remove the box with its prompt and candidates; undo brings it back"),
        ),
        Row(
            "fill_all", tr("&Fill all boxes"), ("Ctrl+Shift+Return",), "fill-all", queue.turn,
            fillable, menu, tr("Fill one box after the other; again: stop after this one"),
            checked=lambda: queue.on,
        ),
        Row(
            "apply_all", tr("Appl&y all boxes"), ("Shift+Return",), "apply-all", boxes.apply_all,
            appliable, menu,
            tr("Keep what is shown in each box, in the order of the list; one undo step a box"),
        ),
    )  # fmt: skip
