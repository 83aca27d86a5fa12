"""Export: what, in which format, with what in it, and under which name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.export_choice import Bits, ExportChoice, Film, Format, What
from app.models.export import ExportModel, Source
from app.squares import in_square
from app.texts import QT_TR_NOOP, tr
from app.theme import current_colors
from engine.document.naming import free_path

PREVIEW_PX = 220
FORM_WIDTH_PX = 420
HEIGHT_PX = 430
LABEL_PX = 96
TEXT_MARGIN_PX = 6
THINGS: Mapping[What, str] = {
    "picture": QT_TR_NOOP("Picture"), "box": QT_TR_NOOP("Box"),
    "mask": QT_TR_NOOP("Mask of the boxes"), "layers": QT_TR_NOOP("Layers (OpenRaster)"),
    "decode": QT_TR_NOOP("Decode as a moving picture"),
    "sheet": QT_TR_NOOP("Decode as a contact sheet"),
}  # fmt: skip
PICTURES: Mapping[Format, str] = {
    "png": "PNG", "jpg": "JPEG", "webp": "WebP", "tif": "TIFF", "avif": "AVIF",
}  # fmt: skip
FILMS: Mapping[Film, str] = {
    "gif": QT_TR_NOOP("Animated GIF"), "webp": QT_TR_NOOP("Animated WebP"),
    "apng": QT_TR_NOOP("Animated PNG"), "mp4": QT_TR_NOOP("MP4 film"),
}  # fmt: skip
DEPTHS: Mapping[Bits, str] = {0: QT_TR_NOOP("As in the picture"), 8: "8", 16: "16"}
KeyT = TypeVar("KeyT", What, Bits, Format, Film)
WORDS = ("{name}", "{what}", "{prompt}", "{seed}", "{date}")


class ExportDialog(QDialog):
    """Starts from the last choice. asked: the ExportChoice to export with."""

    asked = Signal(object)

    def __init__(
        self,
        model: ExportModel,
        source: Source,
        choice: ExportChoice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._source = model, source
        self._showing = False
        self.choice = choice
        self.setWindowTitle(tr("Export"))
        self._build_preview()
        self._build_format()
        self._build_marks()
        self._build_place()
        self._lay_out()
        self._connect()
        self._show()

    # -- building ---------------------------------------------------------------------------

    def _build_preview(self) -> None:
        self.preview = QLabel(self)
        self.preview.setFixedSize(PREVIEW_PX, PREVIEW_PX)
        self.preview.setAccessibleName(tr("Preview"))
        self.size_line = QLabel(self)
        self.size_line.setProperty("role", "muted")
        self.size_line.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def _build_format(self) -> None:
        self.what = self._combo(tr("What"), tr("What is to be written"))
        _fill(self.what, THINGS)
        self._bar_impossible()
        self.format = self._combo(tr("Format"), tr("The format of the file"))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.quality = QSpinBox(self)
        self.slider.setAccessibleName(tr("Quality, as a slider"))
        self.quality.setAccessibleName(tr("Quality"))
        for field in (self.slider, self.quality):
            field.setRange(1, 100)
            field.setToolTip(tr("This format leaves detail out: the less, the nearer to 100"))
        self.quality.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
        self.bits = self._combo(tr("Bits a channel"), tr("16 keep finer shades"))
        _fill(self.bits, DEPTHS)

    def _bar_impossible(self) -> None:
        items = self.what.model()
        assert isinstance(items, QStandardItemModel)
        for row, what in enumerate(THINGS):
            obstacle, item = self._source.obstacle(what), items.item(row)
            assert isinstance(item, QStandardItem)
            item.setEnabled(not obstacle)
            item.setToolTip(obstacle)

    def _build_marks(self) -> None:
        self.icc = self._mark(
            tr("Colour profile"), tr("So that other programs show the same colours")
        )
        self.exif = self._mark(
            tr("Camera data (EXIF)"), tr("Camera and date, and where it was taken")
        )
        self.recipe = self._mark(
            tr("Recipe"), tr("Prompt, seed and steps, so that Ellbox can go on")
        )
        self.mark = self._mark(
            tr("Mark as drawn by a model"), tr("IPTC's sign for generated pictures")
        )
        self.overwrite = self._mark(
            tr("Replace a file of that name"), tr("Otherwise a number is added to the name")
        )

    def _build_place(self) -> None:
        self.folder = QLabel(self)
        self.folder.setAccessibleName(tr("Folder"))
        self.folder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.choose = QPushButton(tr("Choose…"), self)
        self.choose.setAccessibleName(tr("Choose the folder"))
        self.choose.setToolTip(tr("Choose the folder"))
        self.name = QLineEdit(self)
        self.name.setAccessibleName(tr("Name"))
        told = tr("Words that are replaced: {words}")
        self.name.setToolTip(told.format(words=", ".join(WORDS)))
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setAccessibleName(tr("What will be written"))
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.setToolTip(tr("Write nothing"))
        self.export_button = QPushButton(tr("Export"), self)
        self.export_button.setToolTip(tr("Write the file"))
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        for button in (self.choose, self.cancel_button):
            button.setAutoDefault(False)

    def _combo(self, name: str, tip: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.activated.connect(self._changed)
        return combo

    def _mark(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setToolTip(tip)
        box.toggled.connect(self._changed)
        return box

    def _lay_out(self) -> None:
        quality = _row(self.slider, self.quality)
        self._quality_row = quality
        kept = QVBoxLayout()
        kept.setSpacing(8)
        for box in (self.icc, self.exif, self.recipe, self.mark):
            kept.addWidget(box)
        self._kept_row = kept
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(10)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget | QLayout, QWidget], ...] = (
            (tr("&What"), self.what, self.what), (tr("&Format"), self.format, self.format),
            (tr("&Quality"), quality, self.quality), (tr("&Bits a channel"), self.bits, self.bits),
            (tr("&Keep"), kept, self.icc),
            (tr("F&older"), _row(self.folder, self.choose), self.choose),
            (tr("&Name"), self.name, self.name), ("", self.overwrite, self.overwrite),
        )  # fmt: skip
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(text.replace("&", "")) for text, _, _ in rows)
        for text, field, keyed in rows:
            label = _label(text, keyed, max(widest, LABEL_PX))
            if isinstance(field, QWidget):
                self.form.addRow(label, field)
            else:
                self.form.addRow(label, field)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.preview)
        left.addWidget(self.size_line)
        left.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(left)
        both.addLayout(self.form, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(both, 1)
        column.addLayout(_row(self.outcome, self.cancel_button, self.export_button))
        self.setTabOrder(self.name, self.overwrite)
        self.setMinimumSize(PREVIEW_PX + FORM_WIDTH_PX + 64, HEIGHT_PX)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self.quality.setValue)
        self.quality.valueChanged.connect(self.slider.setValue)
        self.quality.valueChanged.connect(self._changed)
        self.name.textEdited.connect(self._changed)
        self.choose.clicked.connect(self._ask_folder)
        self.cancel_button.clicked.connect(self.reject)
        self.export_button.clicked.connect(self.accept)

    # -- the choice -------------------------------------------------------------------------

    def _changed(self) -> None:
        if not self._showing:
            self._take(self._read())

    def _read(self) -> ExportChoice:
        """The choice as the controls have it."""
        before = self.choice
        choice = replace(
            before,
            what=self.what.currentData(),
            quality=self.quality.value(),
            depth=self.bits.currentData(),
            icc=self.icc.isChecked(),
            exif=self.exif.isChecked(),
            recipe=self.recipe.isChecked(),
            mark=self.mark.isChecked(),
            name=self.name.text(),
            replace=self.overwrite.isChecked(),
        )
        if before.is_picture:
            return replace(choice, format=self.format.currentData())
        return replace(choice, film=self.format.currentData()) if before.is_film else choice

    def _take(self, choice: ExportChoice) -> None:
        self.choice = choice
        self._show()

    def _ask_folder(self) -> None:
        folder = self._model.folder(self.choice)
        chosen = QFileDialog.getExistingDirectory(self, tr("Export to"), folder)
        if chosen:
            self._take(replace(self.choice, folder=chosen))

    def accept(self) -> None:
        if not self._model.obstacle(self.choice, self._source):
            self.asked.emit(self.choice)
            super().accept()

    # -- showing ----------------------------------------------------------------------------

    def _show(self) -> None:
        self._showing = True
        choice = self.choice
        self.what.setCurrentIndex(self.what.findData(choice.what))
        self._show_format()
        self.quality.setValue(choice.quality)
        self.bits.setCurrentIndex(self.bits.findData(choice.depth))
        for box, on in (
            (self.icc, choice.icc), (self.exif, choice.exif), (self.recipe, choice.recipe),
            (self.mark, choice.mark), (self.overwrite, choice.replace),
        ):  # fmt: skip
            box.setChecked(on)
        if self.name.text() != choice.name:
            self.name.setText(choice.name)
        self._showing = False
        self._show_rows()
        self._show_preview()
        self._show_outcome()

    def _show_format(self) -> None:
        choice = self.choice
        if choice.is_picture:
            _fill(self.format, PICTURES)
            self.format.setCurrentIndex(self.format.findData(choice.format))
        elif choice.is_film:
            _fill(self.format, FILMS)
            self.format.setCurrentIndex(self.format.findData(choice.film))
        else:
            _fill(self.format, {choice.what: choice.suffix[1:].upper()})

    def _show_rows(self) -> None:
        """Only what has an effect on this kind of file is to be seen."""
        choice = self.choice
        self.form.setRowVisible(self._quality_row, choice.is_lossy)
        self.form.setRowVisible(self.bits, choice.is_deep)
        self.form.setRowVisible(self._kept_row, choice.is_picture)
        self.format.setEnabled(self.format.count() > 1)
        of_camera = choice.what in ("picture", "box")
        self.icc.setVisible(of_camera)
        self.exif.setVisible(of_camera)
        self.recipe.setVisible(choice.what == "picture")
        self.mark.setVisible(choice.is_picture)

    def _show_preview(self) -> None:
        self.preview.setPixmap(self._square())
        self.size_line.setText(self._source.size_text(self.choice.what))

    def _square(self) -> QPixmap:
        """What would be written in the middle of a plain square."""
        small = self._source.preview(self.choice.what)
        ground = QColor(current_colors().canvas)
        return in_square(small, PREVIEW_PX, ground, self.devicePixelRatioF())

    def _show_outcome(self) -> None:
        folder = self._model.folder(self.choice)
        shown = self.fontMetrics().elidedText(
            short(folder), Qt.TextElideMode.ElideMiddle, FORM_WIDTH_PX - 200
        )
        self.folder.setText(shown)
        self.folder.setToolTip(folder)
        obstacle = self._model.obstacle(self.choice, self._source)
        self.outcome.setProperty("role", "warning" if obstacle else "muted")
        self.outcome.style().polish(self.outcome)
        self.outcome.setText(obstacle or self._told())
        self.export_button.setEnabled(not obstacle)

    def _told(self) -> str:
        """The file that will be there."""
        path = self._model.target(self.choice, self._source)
        if not path.exists():
            return path.name
        if self.choice.replace:
            return tr("Replaces {name}").format(name=path.name)
        return free_path(path).name


def _fill(combo: QComboBox, texts: Mapping[KeyT, str]) -> None:
    """Unless it holds just these already."""
    if [combo.itemData(row) for row in range(combo.count())] != list(texts):
        combo.clear()
        for key, text in texts.items():
            combo.addItem(tr(text), key)


def _label(text: str, field: QWidget, width_px: int) -> QLabel:
    """Of one width, so that no field moves when others come and go; its key leads to `field`."""
    label = QLabel(text)
    label.setFixedWidth(width_px)
    label.setBuddy(field)
    if text:
        field.ensurePolished()
        label.setMinimumHeight(field.sizeHint().height())
    return label


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    """The first takes what room the others leave."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    for widget in others:
        row.addWidget(widget)
    return row


def short(folder: str) -> str:
    """A folder of the person's own, without the way there."""
    path = Path(folder)
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else folder
