"""Rows of the table that act on the token lens."""

from app.action_set import Row, line
from app.doers import Doers
from app.models.editor import Editor, Mode
from app.texts import tr


def lens_rows(do: Doers, editor: Editor) -> tuple[Row, ...]:
    lens = editor.lens

    def can_look() -> bool:
        return editor.mode is Mode.CHOOSING and not lens.obstacle

    def looking() -> bool:
        return can_look() and lens.view is not None and lens.place is not None

    def marked() -> bool:
        return looking() and lens.can_redraw

    menu = tr("&Candidates")
    return (
        line(menu),
        Row(
            "lens", tr("&Token lens"), ("L",), "lens", lens.turn, can_look, menu,
            tr("See how sure the generator was of each token"), checked=lambda: lens.on,
        ),
        Row(
            "redo_marked", tr("&Redo these"), ("R",), "redo-sites", lens.redraw, marked, menu,
            tr("Draw the marked tokens anew; all others stay as they are"),
        ),
        Row(
            "redo_weakest", tr("Redo the &weakest 20 %"), ("Shift+R",), "weakest",
            lens.redraw_weakest, looking, menu,
            tr("Draw the tokens anew that the generator was least sure of"),
        ),
        Row(
            "mark_weakest", tr("Mar&k the weakest 20 %"), ("Shift+L",), "", lens.mark_weakest,
            looking, menu,
        ),
        Row(
            "alternatives", tr("&Other tokens…"), ("A",), "alternatives",
            do.window.show_alternatives, looking, menu,
            tr("Pick among the likeliest tokens of the site pointed at; Alt+click does the same"),
        ),
    )  # fmt: skip
