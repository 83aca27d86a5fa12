"""The timeline under the canvas: a filmstrip of steps to drag through, and the way back in."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.action_set import share_tooltip
from app.models.convert import to_qimage
from app.models.editor import Editor, Mode
from app.models.proposal import Proposal
from app.models.steps import capital, step_in_words
from app.models.thumbnails import Thumbnails
from app.one_line import OneLine
from app.panels.timeline.filmstrip import STRIP_HEIGHT_PX, Filmstrip
from app.panels.timeline.glance import Glance
from app.texts import tr
from engine.values.timeline import Snapshot

PLAY_MS = 110


class TimelinePanel(QFrame):
    """Filmstrip with the step in words, play, and "regenerate from here"."""

    def __init__(
        self,
        editor: Editor,
        thumbnails: Thumbnails,
        *,
        play: QAction,
        branch: QAction,
        carry: QAction,
        reopen: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(tr("Timeline"))
        self._editor = editor
        self._branch_action = branch
        self._thumbnails = thumbnails
        self.strip = Filmstrip(self)
        self.strip.scrubbed.connect(self._scrub)
        self.strip.pointed.connect(self._glance_at)
        self.glance: Glance | None = None
        self.step_label = OneLine(self)
        self.run_label = OneLine(self)
        self.run_label.setProperty("role", "muted")
        self.run_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.play_button = QToolButton(self)
        self.play_button.setDefaultAction(play)
        self.play_button.setAccessibleName(tr("Play the steps"))
        self.branch_button = QPushButton(tr("Regenerate from here"), self)
        self.branch_button.setAccessibleName(tr("Regenerate from here"))
        self.branch_button.clicked.connect(branch.trigger)
        branch.changed.connect(self._refresh_button)
        self.carry_button = QPushButton(tr("In another box"), self)
        self.carry_button.setCheckable(True)
        self.carry_button.setAccessibleName(tr("Regenerate in another box"))
        self.carry_button.clicked.connect(carry.trigger)
        carry.changed.connect(self._refresh_carrying)
        self._carry_action = carry
        self.empty = OneLine(self)
        self.empty.setProperty("role", "muted")
        self.reopen_button = QPushButton(tr("Reopen the last edit"), self)
        self.reopen_button.setAccessibleName(tr("Reopen the last edit"))
        share_tooltip(reopen, self.reopen_button)
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
        editor.carrying.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.play_button)
        head.addWidget(self.step_label)
        head.addWidget(self.run_label, 1)
        # Alone in the row, it does not fill it.
        head.addWidget(self.carry_button, 0, Qt.AlignmentFlag.AlignRight)
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
        self._refresh_carrying()
        if shown and proposal is not None:
            self._show(proposal)
        self._refresh_button()

    def _refresh_empty(self) -> None:
        proposal = self._editor.proposal
        shown = proposal is not None and proposal.option is not None
        carried = self._editor.carrying.carried
        self.empty.setText(tr("Every step of a generation appears here, to go back to."))
        if carried is not None:
            step = step_in_words(self._editor.step_name(carried.spec.key), *carried.place)
            told = tr("{step} goes along: move the box or draw another one, then generate.")
            self.empty.setText(told.format(step=step))
        self.empty.setVisible(not shown)
        reopens = carried is None and self._reopen_action.isEnabled()
        self.reopen_button.setVisible(not shown and reopens)

    def _refresh_carrying(self) -> None:
        carrying, button = self._editor.carrying, self.carry_button
        button.setChecked(carrying.carried is not None)
        button.setEnabled(self._carry_action.isEnabled())
        proposal = self._editor.proposal
        shown = proposal is not None and proposal.option is not None
        button.setVisible(shown or carrying.carried is not None)
        taken = carrying.carried is not None or not carrying.obstacle
        button.setToolTip(self._carry_action.toolTip() if taken else carrying.obstacle)

    def _show(self, proposal: Proposal) -> None:
        option, path, position = proposal.option, proposal.path, proposal.position
        assert option is not None
        images = [self._thumbnail(option.tree, each) for each in path]
        labels = [str(step) for step in range(len(path))]
        last_run = path[-1].run
        begins = next((i for i, each in enumerate(path) if each.run == last_run), 0)
        self.strip.show_steps(images, labels, position, begins - 1 if begins > 0 else None)
        run = proposal.trees[option.tree].runs[path[position].run]
        name = self._editor.step_name(proposal.generator)
        self.step_label.setText(step_in_words(name, position, len(path) - 1))
        self.run_label.setText(
            tr("seed {seed}   “{prompt}”").format(prompt=run.prompt, seed=run.params.seed)
        )

    def _thumbnail(self, tree: int, snapshot: Snapshot) -> QImage | None:
        known = self._thumbnails.get(snapshot)
        if known is not None:
            return known
        picture = self._editor.preview(tree, snapshot.id)
        return None if picture is None else self._thumbnails.put(snapshot, picture)

    def _glance_at(self, position: int) -> None:
        """The step under the mouse, larger; nothing while its picture is still to come."""
        proposal = self._editor.proposal
        option = None if proposal is None else proposal.option
        picture = None
        if proposal is not None and option is not None and 0 <= position < len(proposal.path):
            picture = self._editor.preview(option.tree, proposal.path[position].id)
        if picture is None or proposal is None:
            if self.glance is not None:
                self.glance.hide()
            return
        if self.glance is None:
            self.glance = Glance(self.window())
        name = capital(self._editor.step_name(proposal.generator))
        cell = self.strip.cell(position)
        above = self.strip.mapTo(self.window(), QPoint(cell.center().x(), 0))
        self.glance.show_step(to_qimage(picture), f"{name} {position}", above)

    def _refresh_button(self) -> None:
        obstacle = self._editor.asking.branch_obstacle
        self.branch_button.setEnabled(not obstacle)
        self.branch_button.setToolTip(obstacle or self._branch_action.toolTip())
        proposal = self._editor.proposal
        if proposal is None or proposal.timeline is None or proposal.option is None:
            return
        step, name = proposal.position, self._editor.step_name(proposal.generator)
        go_on = proposal.at_tip and not proposal.option.whole
        self.branch_button.setText(
            tr("Go on from here")
            if go_on
            else tr("Regenerate from {name} {step}").format(name=name, step=step)
        )
