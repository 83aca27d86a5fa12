"""The timeline under the canvas: a filmstrip of steps to drag through, and the way back in."""

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.convert import to_qimage
from app.models.editor import Editor, Mode
from app.models.proposal import Proposal
from app.theme import current_colors

STRIP_HEIGHT_PX = 66
CELL_MOST_PX = 66
THUMBNAIL_PX = 96
PLAY_MS = 110


class Filmstrip(QAbstractSlider):
    """A slider whose positions are pictures. scrubbed: a position chosen by hand."""

    scrubbed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(STRIP_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps")
        self.setToolTip("Drag through the steps (Left, Right, Home, End)")
        self.setMouseTracking(True)
        self.setPageStep(4)
        self._images: list[QImage | None] = []
        self._labels: list[str] = []
        self._begins: int | None = None
        self.valueChanged.connect(self._changed)

    def show_steps(
        self, images: list[QImage | None], labels: list[str], position: int, begins: int | None
    ) -> None:
        """begins: where the shown branch left its parent."""
        self._images, self._labels, self._begins = images, labels, begins
        self.blockSignals(True)
        self.setRange(0, max(len(images) - 1, 0))
        self.setValue(position)
        self.blockSignals(False)
        self.setEnabled(bool(images))
        if images:
            self.setAccessibleDescription(f"{labels[position]} of {labels[-1]}")
        self.update()

    def _changed(self, value: int) -> None:
        self.scrubbed.emit(value)
        self.update()

    def _cell_width(self) -> float:
        return min(self.width() / max(len(self._images), 1), CELL_MOST_PX)

    def cell(self, position: int) -> QRect:
        """Where a step is drawn."""
        wide = self._cell_width()
        left = round(position * wide)
        return QRect(left, 0, round((position + 1) * wide) - left, self.height())

    def _position_at(self, x: float) -> int:
        return min(max(int(x / self._cell_width()), 0), self.maximum())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._images:
            self.setSliderDown(True)
            self.setValue(self._position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._position_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for position, image in enumerate(self._images):
            self._draw_cell(painter, position, image)
        if self._images:
            self._draw_marks(painter)

    def _draw_cell(self, painter: QPainter, position: int, image: QImage | None) -> None:
        colors = current_colors()
        cell = self.cell(position).adjusted(1, 3, -1, -17)
        rounded = QPainterPath()
        rounded.addRoundedRect(cell, 5, 5)
        painter.fillPath(rounded, QColor(colors.raised))
        if image is not None:
            painter.setClipPath(rounded)
            painter.setOpacity(1.0 if position <= self.value() else 0.45)
            painter.drawImage(cell, image, _middle_part(image, cell))
            painter.setOpacity(1.0)
            painter.setClipping(False)
        font = self.font()
        font.setPixelSize(10)
        current = position == self.value()
        font.setBold(current)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if current else colors.muted))
        below = QRect(cell.left(), cell.bottom() + 2, cell.width(), 14)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._labels[position])

    def _draw_marks(self, painter: QPainter) -> None:
        colors = current_colors()
        cell = self.cell(self.value()).adjusted(1, 3, -1, -17)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent if self.isEnabled() else colors.border), 2.5))
        painter.drawRoundedRect(cell.adjusted(-1, -1, 0, 0), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent_text), 1))
            painter.drawRoundedRect(cell.adjusted(2, 2, -3, -3), 4, 4)
        if self._begins is not None:
            x = self.cell(self._begins).right()
            painter.setPen(QPen(QColor(colors.accent_text), 2))
            painter.drawLine(x, 1, x, self.height() - 17)


class TimelinePanel(QFrame):
    """Filmstrip with the step in words, play, and "regenerate from here"."""

    def __init__(
        self,
        editor: Editor,
        play: QAction,
        branch: QAction,
        reopen: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self._editor = editor
        self._branch_action = branch
        self._thumbnails: dict[tuple[int, int], QImage] = {}
        self._tree_count = 0
        self.strip = Filmstrip(self)
        self.strip.scrubbed.connect(self._scrub)
        self.step_label = QLabel(self)
        self.run_label = QLabel(self)
        self.run_label.setProperty("role", "muted")
        self.run_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.play_button = QToolButton(self)
        self.play_button.setDefaultAction(play)
        self.play_button.setAccessibleName("Play the steps")
        self.branch_button = QPushButton("Regenerate from here", self)
        self.branch_button.setAccessibleName("Regenerate from here")
        self.branch_button.clicked.connect(branch.trigger)
        self.empty = QLabel("Every step of a generation appears here, to go back to.", self)
        self.empty.setProperty("role", "muted")
        self.reopen_button = QPushButton("Reopen the last edit", self)
        self.reopen_button.setAccessibleName("Reopen the last edit")
        self.reopen_button.setToolTip(reopen.toolTip())
        self.reopen_button.clicked.connect(reopen.trigger)
        reopen.changed.connect(self._refresh_empty)
        self._reopen_action = reopen
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._play_on)
        self._lay_out()
        editor.offer_changed.connect(self._refresh)
        editor.preview_arrived.connect(self._refresh)
        editor.changed.connect(self._refresh_button)
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.play_button)
        head.addWidget(self.step_label)
        head.addWidget(self.run_label, 1)
        head.addWidget(self.branch_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 6, 12, 6)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self.strip)
        below = QHBoxLayout()
        below.setSpacing(14)
        below.addStretch(1)
        below.addWidget(self.empty)
        below.addWidget(self.reopen_button)
        below.addStretch(1)
        whole.addLayout(below, 1)
        self.setFixedHeight(STRIP_HEIGHT_PX + 56)

    def _scrub(self, position: int) -> None:
        self._timer.stop()
        self._editor.choosing.scrub(position)

    def play(self) -> None:
        """Run through the steps from the start, or stop doing so."""
        if self._timer.isActive():
            self._timer.stop()
            return
        proposal = self._editor.proposal
        if proposal is not None and proposal.at_tip:
            self._editor.choosing.scrub(0)
        self._timer.start()

    def _play_on(self) -> None:
        proposal = self._editor.proposal
        if proposal is None or proposal.at_tip or self._editor.mode is not Mode.CHOOSING:
            self._timer.stop()
            return
        self._editor.choosing.scrub_by(1)

    def _refresh(self) -> None:
        proposal = self._editor.proposal
        shown = proposal is not None and proposal.option is not None
        for widget in (self.strip, self.step_label, self.run_label):
            widget.setVisible(shown)
        self.play_button.setVisible(shown)
        self.branch_button.setVisible(shown)
        self._refresh_empty()
        if proposal is None:
            self._thumbnails.clear()
        elif shown:
            self._show(proposal)
        self._refresh_button()

    def _refresh_empty(self) -> None:
        proposal = self._editor.proposal
        shown = proposal is not None and proposal.option is not None
        self.empty.setVisible(not shown)
        self.reopen_button.setVisible(not shown and self._reopen_action.isEnabled())

    def _show(self, proposal: Proposal) -> None:
        option, path, position = proposal.option, proposal.path, proposal.position
        assert option is not None
        images = [self._thumbnail(option.tree, each.id) for each in path]
        labels = [str(step) for step in range(len(path))]
        last_run = path[-1].run
        begins = next((i for i, each in enumerate(path) if each.run == last_run), 0)
        self.strip.show_steps(images, labels, position, begins - 1 if begins > 0 else None)
        run = proposal.trees[option.tree].runs[path[position].run]
        name = self._editor.step_name(proposal.generator).capitalize()
        self.step_label.setText(f"{name} {labels[position]} of {labels[-1]}")
        self.run_label.setText(
            f"\N{LEFT DOUBLE QUOTATION MARK}{run.prompt}"
            f"\N{RIGHT DOUBLE QUOTATION MARK}   seed {run.params.seed}"
        )

    def _thumbnail(self, tree: int, snapshot: int) -> QImage | None:
        known = self._thumbnails.get((tree, snapshot))
        if known is not None:
            return known
        picture = self._editor.preview(tree, snapshot)
        if picture is None:
            return None
        step = max(min(picture.shape[:2]) // (2 * THUMBNAIL_PX), 1)
        small = to_qimage(picture[::step, ::step]).scaled(
            THUMBNAIL_PX,
            THUMBNAIL_PX,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._thumbnails[tree, snapshot] = small
        return small

    def _refresh_button(self) -> None:
        obstacle = self._editor.branch_obstacle
        self.branch_button.setEnabled(not obstacle)
        self.branch_button.setToolTip(obstacle or self._branch_action.toolTip())
        proposal = self._editor.proposal
        if proposal is None or proposal.timeline is None or proposal.option is None:
            return
        step, name = proposal.position, self._editor.step_name(proposal.generator)
        go_on = proposal.at_tip and not proposal.option.whole
        self.branch_button.setText("Go on from here" if go_on else f"Regenerate from {name} {step}")


def _middle_part(image: QImage, cell: QRect) -> QRect:
    """The largest part of the image, from its middle, with the proportions of the cell."""
    wide, high = max(cell.width(), 1), max(cell.height(), 1)
    scale = min(image.width() / wide, image.height() / high)
    width, height = max(int(wide * scale), 1), max(int(high * scale), 1)
    return QRect((image.width() - width) // 2, (image.height() - height) // 2, width, height)
