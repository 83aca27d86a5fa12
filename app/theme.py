"""Colours, style sheet and tinted icons: light, dark, and both with high contrast."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.settings import Appearance

# For screens of one and of two pixels a point; Qt scales the rest.
ICON_SIDES_PX = (20, 40)
LOGO_SIDES_PX = (32, 64, 128)
DARK_BELOW = 128
"""Lightness (0..255) of a colour that counts as dark."""


@dataclass(frozen=True, slots=True)
class Colors:
    """Roles, not hues: every colour of the window is one of these."""

    window: str
    canvas: str
    surface: str
    raised: str
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    accent_soft: str
    warning_soft: str
    warning_border: str
    warning_text: str


DARK = Colors(
    window="#1a1b1e",
    canvas="#111214",
    surface="#222428",
    raised="#2b2d32",
    hover="#35383e",
    border="#34373d",
    strong_border="#4a4e56",
    text="#eceef1",
    muted="#a3a8b1",
    disabled="#666b74",
    accent="#486af0",
    accent_hover="#5d7dfa",
    on_accent="#ffffff",
    accent_text="#9db2ff",
    accent_soft="#29325a",
    warning_soft="#3d2f1c",
    warning_border="#8a6a34",
    warning_text="#f0b95b",
)
LIGHT = Colors(
    window="#f3f4f6",
    canvas="#dfe1e6",
    surface="#ffffff",
    raised="#f0f1f4",
    hover="#e6e8ed",
    border="#d9dce2",
    strong_border="#bcc1ca",
    text="#1b1d21",
    muted="#5c626d",
    disabled="#a2a7b0",
    accent="#3f5fe8",
    accent_hover="#3350d2",
    on_accent="#ffffff",
    accent_text="#3350d2",
    accent_soft="#e3e8ff",
    warning_soft="#fff3dc",
    warning_border="#d9a441",
    warning_text="#8f5a00",
)
CONTRAST_DARK = Colors(
    window="#000000",
    canvas="#000000",
    surface="#000000",
    raised="#0d0d0d",
    hover="#333333",
    border="#ffffff",
    strong_border="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    disabled="#a8a8a8",
    accent="#ffd400",
    accent_hover="#ffe566",
    on_accent="#000000",
    accent_text="#ffd400",
    accent_soft="#4d4000",
    warning_soft="#000000",
    warning_border="#ffb000",
    warning_text="#ffb000",
)
CONTRAST_LIGHT = Colors(
    window="#ffffff",
    canvas="#ffffff",
    surface="#ffffff",
    raised="#f2f2f2",
    hover="#d0d0d0",
    border="#000000",
    strong_border="#000000",
    text="#000000",
    muted="#000000",
    disabled="#5e5e5e",
    accent="#0000c8",
    accent_hover="#000090",
    on_accent="#ffffff",
    accent_text="#0000c8",
    accent_soft="#cfd4ff",
    warning_soft="#ffffff",
    warning_border="#8a3c00",
    warning_text="#8a3c00",
)
SCHEMES = (LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK)

STYLE = Template(
    """
* { outline: none; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $strong_border; padding: 5px 7px; }
QMenuBar { background: $window; color: $text; padding: 2px 6px; border: none; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; color: $text; border: 1px solid $strong_border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 10px; border-radius: 5px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QToolBar { background: $window; border: none; border-bottom: 1px solid $border; spacing: 2px;
  padding: 4px 8px; }
QToolBar::separator { width: 1px; background: $border; margin: 6px 6px; }
QStatusBar { background: $window; color: $muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 3px 6px; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent;
  border-radius: 6px; padding: 5px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $border; }
QToolButton:checked { background: $accent_soft; color: $accent_text; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled; background: transparent; }
QToolButton::menu-indicator { image: none; }
QPushButton { background: $raised; color: $text; border: 1px solid $border; border-radius: 7px;
  padding: 6px 12px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $disabled; background: $raised; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border-color: $text; }
QPushButton[primary="true"]:disabled { background: $raised; color: $disabled;
  border-color: $border; }
QPushButton[quiet="true"] { background: transparent; border-color: transparent; }
QPushButton[quiet="true"]:hover { background: $hover; }
QPushButton[quiet="true"]:focus { border-color: $accent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit { background: $surface;
  color: $text; border: 1px solid $border; border-radius: 7px; padding: 5px 8px;
  selection-background-color: $accent; selection-color: $on_accent; }
QSpinBox, QDoubleSpinBox { padding: 3px 8px 4px 8px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {
  border-color: $strong_border; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
  border-color: $accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
  color: $disabled; background: $window; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button,
QDoubleSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$chevron"); width: 12px; height: 12px; }
QComboBox QAbstractItemView, QListView#completions { background: $surface; color: $text;
  border: 1px solid $strong_border; padding: 4px; selection-background-color: $accent_soft;
  selection-color: $text; }
QListView#completions { border-radius: 9px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $strong_border; border-radius: 3px; margin: 2px; min-height: 28px;
  min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTreeView, QListView { background: $surface; color: $text; border: 1px solid $border;
  border-radius: 7px; padding: 3px; }
QTreeView::item, QListView::item { padding: 4px; border-radius: 5px; color: $text; }
QTreeView { show-decoration-selected: 0; }
QTreeView::branch { background: transparent; border-image: none; image: none; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected { background: $accent_soft; color: $text; }
QTreeView:focus, QListView:focus { border-color: $accent; }
QGraphicsView { background: $canvas; border: 1px solid $canvas; }
QGraphicsView:focus { border-color: $strong_border; }
QSlider:horizontal { min-height: 18px; }
QSlider::groove:horizontal { background: $strong_border; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $surface; border: 2px solid $accent; border-radius: 8px;
  width: 12px; margin: -6px 0; }
QSlider::handle:horizontal:hover { background: $hover; }
QSlider::handle:horizontal:focus { background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal:disabled { background: $window; border-color: $disabled; }
QCheckBox { color: $text; spacing: 8px; }
QCheckBox:disabled { color: $disabled; }
QCheckBox::indicator, QListView::indicator, QTreeView::indicator { width: 14px; height: 14px;
  border: 1px solid $muted; border-radius: 4px; background: $surface; }
QCheckBox::indicator:checked, QListView::indicator:checked, QTreeView::indicator:checked {
  background: $accent; border-color: $accent; image: url("$check"); }
QCheckBox::indicator:disabled { border-color: $disabled; }
QTableView { background: $surface; color: $text; border: 1px solid $border; border-radius: 7px;
  gridline-color: $border; selection-background-color: $accent_soft; selection-color: $text; }
QTableView:focus { border-color: $accent; }
QHeaderView::section { background: $window; color: $muted; border: none; padding: 5px 8px; }
QFrame#inspector { background: $window; border: none; border-left: 1px solid $border; }
QFrame#timeline { background: $window; border: none; border-top: 1px solid $border; }
QFrame#card { background: $surface; border: 1px solid $strong_border; border-radius: 12px; }
QFrame#pill { background: $surface; border: 1px solid $border; border-radius: 15px; }
QFrame#error { background: $warning_soft; border: none; border-bottom: 1px solid $warning_border; }
QLineEdit#prompt { background: transparent; border: none; padding: 6px 4px; }
QLineEdit#bigPrompt { padding: 9px 12px; border-radius: 10px; background: $window; }
QLabel { color: $text; background: transparent; }
QLabel[role="section"] { color: $muted; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="warning"] { color: $warning_text; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; font-size: 14pt; }
QTextBrowser#facts { background: transparent; border: none; padding: 0; }
QLabel#trouble { background: $warning_soft; border: 1px solid $warning_border; border-radius: 7px;
  padding: 8px 10px; }
QProgressBar { background: $raised; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QLabel#plainWords { background: $raised; border-radius: 7px; padding: 9px 11px; }
QLabel[role="title"] { font-weight: 600; font-size: 20pt; }
"""
)


# Where a border of one pixel would be missed: the focus is framed in two.
CONTRAST_STYLE = Template(
    """
QToolButton:focus, QPushButton:focus, QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus, QPlainTextEdit:focus, QTreeView:focus, QListView:focus, QTableView:focus {
  border: 2px solid $accent; }
QToolButton:checked { border: 1px solid $accent; }
QCheckBox:focus { color: $accent; }
"""
)


def current_colors() -> Colors:
    """The colours that the application is dressed in now."""
    window = QGuiApplication.palette().window().color()
    dressed = next((each for each in SCHEMES if each.window == window.name()), None)
    return dressed or (DARK if window.lightness() < DARK_BELOW else LIGHT)


def wanted_colors(appearance: Appearance) -> Colors:
    """What the user chose, or what the system shows."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    if appearance == "contrast" or (appearance == "system" and system_wants_contrast()):
        return CONTRAST_DARK if dark else CONTRAST_LIGHT
    if appearance != "system":
        return DARK if appearance == "dark" else LIGHT
    return DARK if dark else LIGHT


def system_wants_contrast() -> bool:
    """Whether the desktop asks for high contrast; Qt tells since 6.10."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def apply_theme(app: QApplication, appearance: Appearance) -> None:
    """Dress the whole application, window frames of the system included where it can."""
    hints = QGuiApplication.styleHints()
    forced = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    if appearance in forced:
        if hints.colorScheme() != forced[appearance]:
            hints.setColorScheme(forced[appearance])
    else:
        hints.unsetColorScheme()
    colors = wanted_colors(appearance)
    app.setPalette(palette(colors))
    roles = {name: getattr(colors, name) for name in colors.__slots__}
    # A style sheet takes drawings from files alone, as they are: grey shows on every surface.
    on_dark = QColor(colors.on_accent).lightness() >= DARK_BELOW
    roles["chevron"] = _path("mark-chevron")
    roles["check"] = _path("mark-check-light" if on_dark else "mark-check-dark")
    style = STYLE.substitute(roles)
    if colors in (CONTRAST_LIGHT, CONTRAST_DARK):
        style += CONTRAST_STYLE.substitute(roles)
    app.setStyleSheet(style)


def palette(colors: Colors) -> QPalette:
    built = QPalette()
    role = QPalette.ColorRole
    for target, name in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.raised),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.on_accent),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Link, colors.accent_text),
        (role.Mid, colors.border),
        (role.Dark, colors.strong_border),
        (role.Accent, colors.accent),
    ):
        built.setColor(target, QColor(name))
    for target in (role.WindowText, role.Text, role.ButtonText):
        built.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.disabled))
    return built


def icon(name: str, colors: Colors) -> QIcon:
    """An icon of assets/icons in the text colour, with a paler one for disabled controls."""
    built = QIcon()
    for mode, color in ((QIcon.Mode.Normal, colors.text), (QIcon.Mode.Disabled, colors.disabled)):
        for pixmap in _rendered(name, color, ICON_SIDES_PX):
            built.addPixmap(pixmap, mode)
    return built


def logo() -> QIcon:
    """The application's own icon."""
    built = QIcon()
    for pixmap in _rendered("ellbox", "#000000", LOGO_SIDES_PX):
        built.addPixmap(pixmap)
    return built


def _path(name: str) -> str:
    return Path(str(files("assets") / "icons" / f"{name}.svg")).as_posix()


@cache
def _drawing(name: str) -> str:
    return (files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _rendered(name: str, color: str, sides_px: tuple[int, ...]) -> list[QPixmap]:
    drawing = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))
    pixmaps = []
    for side in sides_px:
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmaps.append(pixmap)
    return pixmaps
