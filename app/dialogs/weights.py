"""Models: which are here, which can be fetched, their size, place and licence, and progress."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QPalette, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.models.jobs import Trouble
from app.models.weights import WeightsModel
from app.texts import tr

KEY = Qt.ItemDataRole.UserRole
LIST_WIDTH_PX = 270
BAR_PARTS = 1000
NEW_LINE = "\n"


class WeightsDialog(QDialog):
    """Closing it leaves a fetch running; opened again it shows how far that is."""

    def __init__(self, model: WeightsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._told_of: tuple[str, tuple[object, ...]] = ("", ())
        self.setWindowTitle(tr("Models"))
        self.resize(820, 540)
        self._build_list()
        self._build_details()
        self._build_work()
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.title)
        right.addWidget(self.facts, 1)
        right.addWidget(self.trouble)
        right.addWidget(self.accept_box)
        right.addLayout(self._buttons)
        right.addWidget(self._work)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addWidget(self.models)
        both.addLayout(right, 1)
        foot = QHBoxLayout()
        note = QLabel(tr("Nothing is asked of any server before you press a button here."), self)
        note.setProperty("role", "muted")
        foot.addWidget(note, 1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(14)
        column.addLayout(both, 1)
        column.addLayout(foot)
        self.setTabOrder(self.stop, self.close_button)
        model.changed.connect(self._show)
        model.failed.connect(self._tell)
        self._show()
        model.refresh()

    # -- building ---------------------------------------------------------------------------

    def _build_list(self) -> None:
        self.models = QListWidget(self)
        self.models.setFixedWidth(LIST_WIDTH_PX)
        self.models.setAccessibleName(tr("Models"))
        told = tr("Choose one to see its size, place and licence")
        self.models.setAccessibleDescription(told)
        self.models.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.models.currentItemChanged.connect(lambda *_: self._selected())

    def _build_details(self) -> None:
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self.facts = QTextBrowser(self)
        self.facts.setObjectName("facts")
        self.facts.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.facts.document().setDocumentMargin(0)
        self.facts.setAccessibleName(tr("What is known of the model"))
        told = tr("Size, place, licence and source of the chosen model")
        self.facts.setAccessibleDescription(told)
        self.trouble = QLabel(self)
        self.trouble.setObjectName("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble.hide()
        self.accept_box = QCheckBox(tr("I accept this size, place and licence"), self)
        self.accept_box.setToolTip(tr("Nothing is fetched without this"))
        self.accept_box.toggled.connect(lambda _: self._show())

    def _build_work(self) -> None:
        self.ask = self._button(tr("Fetch…"), tr("Ask for exact sizes first"))
        self.ask.clicked.connect(lambda: self._model.ask(self.key))
        self.fetch = self._button("", tr("Fetch the files and make a model of them"))
        self.fetch.setProperty("primary", True)
        self.fetch.clicked.connect(self._model.accept)
        self.decline = self._button(tr("Not now"), tr("Fetch nothing"))
        self.decline.clicked.connect(self._model.decline)
        self.remove = self._button(tr("Remove…"), tr("Delete the model's files"))
        self.remove.clicked.connect(self._ask_remove)
        self._buttons = QHBoxLayout()
        for button in (self.ask, self.fetch, self.decline):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.remove)
        self.close_button = self._button(tr("Close"), tr("A fetch goes on"))
        self.close_button.clicked.connect(self.close)
        self._work = QFrame(self)
        self.bar = QProgressBar(self._work)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.told = QLabel(self._work)
        self.told.setProperty("role", "muted")
        self.stop = self._button(tr("Stop"), tr("What came in is kept for the next time"))
        self.stop.clicked.connect(self._model.cancel)
        line = QHBoxLayout()
        line.addWidget(self.told, 1)
        line.addWidget(self.stop)
        column = QVBoxLayout(self._work)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addLayout(line)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        return button

    # -- showing ----------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """Of the chosen model; "" while the list is empty."""
        chosen: QListWidgetItem | None = self.models.currentItem()
        return "" if chosen is None else str(chosen.data(KEY))

    def _show(self) -> None:
        self._show_list()
        model, key = self._model, self.key
        item = model.item(key)
        self.title.setText("" if item is None else item.title)
        self._show_facts()
        offered = bool(key) and model.offered_key == key
        self.accept_box.setVisible(offered)
        if not offered:
            self.accept_box.setChecked(False)
        self.ask.setVisible(model.can_fetch(key) and not offered and not model.busy)
        self.fetch.setVisible(offered)
        self.fetch.setText(tr("Fetch {size}").format(size=model.offered_size))
        self.fetch.setEnabled(self.accept_box.isChecked())
        self.decline.setVisible(offered)
        self.remove.setVisible(model.can_remove(key) and not offered and not model.busy)
        self._show_work()

    def _show_list(self) -> None:
        """The same rows as before are changed in place, so that choice and scroll stay."""
        model = self._model
        while self.models.count() > len(model.items):
            self.models.takeItem(self.models.count() - 1)
        while self.models.count() < len(model.items):
            self.models.addItem(QListWidgetItem())
        for place, item in enumerate(model.items):
            row = self.models.item(place)
            told = model.progress_text if item.key == model.key and model.stage else ""
            row.setText(f"{item.title}\n{told or model.line(item.key)}")
            row.setData(KEY, item.key)
        if model.items and self.models.currentRow() < 0:
            self.models.setCurrentRow(0)

    def _show_facts(self) -> None:
        facts = self._model.facts(self.key)
        if (self.key, facts) == self._told_of:
            return
        self._told_of = (self.key, facts)
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        rows = (
            f'<tr><td style="color: {muted}; padding-right: 18px">{escape(fact.name)}</td>'
            f'<td style="padding-bottom: 7px">{"<br>".join(map(escape, fact.told.split(NEW_LINE)))}'
            "</td></tr>"
            for fact in facts
        )
        self.facts.setHtml(f"<table cellspacing='0'>{''.join(rows)}</table>")

    def _show_work(self) -> None:
        model = self._model
        self._work.setVisible(bool(model.stage))
        self.stop.setVisible(model.stage in ("fetching", "converting"))
        item = model.item(model.key)
        about = "" if item is None or model.key == self.key else f"{item.title}: "
        self.told.setText(about + model.progress_text)
        fraction = model.fraction
        # A bar without an end moves to and fro while it is not known how long it takes.
        self.bar.setRange(0, 0 if fraction is None else BAR_PARTS)
        if fraction is not None:
            self.bar.setValue(round(fraction * BAR_PARTS))
            self.trouble.hide()

    def _selected(self) -> None:
        self.trouble.hide()
        if self._model.offered_key not in ("", self.key):
            self._model.decline()
        else:
            self._show()

    def _tell(self, trouble: Trouble) -> None:
        self.trouble.setText(trouble.told)
        self.trouble.show()

    # -- removing ---------------------------------------------------------------------------

    def _ask_remove(self) -> None:
        item = self._model.item(self.key)
        if item is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Remove a model"))
        box.setText(tr("Delete the files of {title}?").format(title=item.title))
        told = tr("{size} in {folder}")
        box.setInformativeText(told.format(size=item.size_text, folder=item.folder))
        delete = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        key = item.key
        delete.clicked.connect(lambda: self._model.remove(key))
        box.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._model.busy:
            self._model.decline()
        super().closeEvent(event)
