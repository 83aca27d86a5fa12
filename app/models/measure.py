"""PromptMeasure: how many text tokens the prompt has, as the engine counts them."""

from PySide6.QtCore import QObject, Signal

from app.models.inquiry import Inquiry
from app.models.wishes import Wishes
from engine.values.jobs import Measured, MeasureRequest
from engine.values.prompts import PromptLength, has_choices, resolved


class PromptMeasure(QObject):
    """measured: `length` is another. It may be that of the prompt a key ago; None: unknown."""

    measured = Signal()

    def __init__(self, wishes: Wishes, inquiry: Inquiry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes, self._inquiry = wishes, inquiry
        self._asked: tuple[str, str] | None = None
        self._told = ""
        self.length: PromptLength | None = None
        wishes.changed.connect(self._ask)

    @property
    def cut_at(self) -> int | None:
        """The character of the prompt from which on nothing is read; None when all is read.

        None, too, for prompts with wildcards: which of their words are read, the seed decides.
        """
        prompt = self._wishes.prompt
        if self.length is None or not self.length.truncated or prompt != self._told:
            return None
        if has_choices(prompt):
            return None
        return self.length.kept

    def _ask(self) -> None:
        """One question at a time: what is typed meanwhile is asked for when it is answered."""
        generator = self._wishes.generator
        if self._inquiry.is_open or generator is None:
            return
        asked = (generator.key, resolved(self._wishes.prompt, self._wishes.params.seed))
        if asked != self._asked:
            self._asked = asked
            self._inquiry.ask(lambda job: MeasureRequest(job, *asked))

    def take(self, event: Measured) -> None:
        if self._inquiry.close(event.job):
            self._answered(event.length)

    def give_up(self, job: int) -> bool:
        """Whether a failed job was this one: then the length is unknown, which hinders nobody."""
        if not self._inquiry.close(job):
            return False
        self._answered(None)
        return True

    def _answered(self, length: PromptLength | None) -> None:
        self.length = length
        self._told = "" if self._asked is None else self._asked[1]
        self.measured.emit()
        self._ask()
