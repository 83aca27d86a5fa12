"""The inspector at the right: the box in numbers, the model, sampling, and the branches."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.boxes import from_numbers
from app.models.editor import Editor, Mode
from app.panels.inspector.fields import TEXT_MARGIN_PX, KeepKeys, LetScroll
from app.panels.inspector.sampling import Sampling
from app.texts import QT_TR_NOOP, tr
from app.theme import Colors
from engine.values.region import Region

WIDTH_PX = 288


class BoxNumbers(QWidget):
    """Left, top, width and height of the box, to read and to type."""

    def __init__(self, editor: Editor, actions: list[QAction]) -> None:
        super().__init__()
        self._editor = editor
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        names = (
            ("X", tr("Left edge")),
            ("Y", tr("Top edge")),
            ("W", tr("Width")),
            ("H", tr("Height")),
        )
        self.fields = [self._field(letter, name) for letter, name in names]
        for place, field in enumerate(self.fields):
            grid.addWidget(field, place // 2, place % 2)
        row = QHBoxLayout()
        row.setSpacing(2)
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            row.addWidget(button)
        row.addStretch(1)
        grid.addLayout(row, 2, 0, 1, 2)
        editor.region_changed.connect(self._refresh)
        editor.changed.connect(self._refresh)
        self._refresh()

    def _field(self, letter: str, name: str) -> QSpinBox:
        field = QSpinBox(self)
        field.setPrefix(f"{letter}  ")
        field.setAccessibleName(tr("{name} of the box").format(name=name))
        field.setToolTip(tr("{name} of the box in pixels").format(name=name))
        field.setKeyboardTracking(False)
        field.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
        field.valueChanged.connect(self._typed)
        return field

    def _typed(self) -> None:
        size = self._editor.picture_size
        if size is not None and self._editor.region is not None:
            left, top, width, height = (field.value() for field in self.fields)
            picture = Region(0, 0, *size)
            self._editor.set_region(from_numbers(left, top, width, height, picture))

    def _refresh(self) -> None:
        region, size = self._editor.region, self._editor.picture_size
        usable = region is not None and size is not None and self._editor.mode is Mode.EDITING
        values = (0, 0, 0, 0)
        if region is not None:
            values = (region.left, region.top, region.width, region.height)
        limits = (0, 0, 0, 0) if size is None else (size[0], size[1], size[0], size[1])
        for field, value, limit in zip(self.fields, values, limits, strict=True):
            field.blockSignals(True)
            field.setRange(0, max(limit, value))
            field.setValue(value)
            field.blockSignals(False)
            field.setEnabled(usable)
            # What cannot be typed now gives its room to the lists below.
            field.setVisible(usable or not self._editor.boxes.several)


class Inspector(QFrame):
    """All sections, one below the other; several boxes are listed below the numbers of one. The
    last is what there is to see: branches of what is on offer, or else the applied edits."""

    def __init__(
        self,
        editor: Editor,
        box_actions: list[QAction],
        *,
        boxes: QWidget,
        branches: QWidget,
        edits: QWidget,
    ) -> None:
        super().__init__()
        self._editor = editor
        self.setObjectName("inspector")
        self.setAccessibleName(tr("Inspector"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.box = BoxNumbers(editor, box_actions)
        self.sampling = Sampling(editor.wishes, editor.reach)
        self._boxes, self._branches, self._edits = boxes, branches, edits
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        self._titles = {}
        for title, section, stretch in (
            (QT_TR_NOOP("Box"), self.box, 0),
            (QT_TR_NOOP("Sampling"), self.sampling, 0),
            (QT_TR_NOOP("Branches"), branches, 1),
            (QT_TR_NOOP("Edits"), edits, 1),
        ):
            label = QLabel(tr(title))
            label.setProperty("role", "section")
            label.setContentsMargins(0, 0 if section is self.box else 8, 0, 0)
            self._titles[title] = label
            column.addWidget(label)
            column.addWidget(section, stretch)
        column.insertWidget(column.indexOf(self.box) + 1, boxes)
        area = self._area = QScrollArea(self)
        area.setWidget(self._inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._keep_keys = KeepKeys(self)
        self._keep_keys.watch(self)
        self._let_scroll = LetScroll(self)
        self._let_scroll.watch(self)
        editor.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        offered = self._editor.mode in (Mode.RUNNING, Mode.CHOOSING)
        for title, section in (("Branches", self._branches), ("Edits", self._edits)):
            shown = (section is self._branches) is offered
            section.setVisible(shown)
            self._titles[title].setVisible(shown)
        self._boxes.setVisible(self._editor.boxes.several)

    def sizeHint(self) -> QSize:
        """As wide as all fields need beside the scroll bar."""
        needed = self._inner.minimumSizeHint().width()
        bar = self._area.verticalScrollBar().sizeHint().width()
        return QSize(max(needed + bar, WIDTH_PX), super().sizeHint().height())

    def tint(self, colors: Colors) -> None:
        self.sampling.tint(colors)
