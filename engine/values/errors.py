"""Errors that are meant for the person using Ellbox: one sentence and, where possible, a remedy."""


class EngineError(Exception):
    """A failure with a sentence for the user; `remedy` is a second sentence saying what to do."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class BadInput(EngineError):
    """A file, box, prompt or option that cannot be used."""


class WeightsMissing(EngineError):
    """A generator was asked for whose weights are absent or damaged."""


class OutOfMemory(EngineError):
    """The device could not hold the work asked for."""
