"""Shortcuts: which keys do what, as shipped and as a person has chosen, and their names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtGui import QKeySequence

from app.settings import Keys
from app.texts import QT_TR_NOOP, tr

ARROWS = ("Left", "Right", "Up", "Down")
NOT_QTS = (QT_TR_NOOP("Return"), QT_TR_NOOP("Enter"), QT_TR_NOOP("Press shortcut"))
"""Names of keys that Qt does not translate, and a text whose translation is too long here."""


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """usual, chosen: keys of actions, in portable words; a chosen one takes the usual one's place.

    Actions that share a key as shipped are never on at the same time, so they may go on sharing it;
    else a key does one thing.
    """

    usual: Mapping[str, Keys]
    chosen: Mapping[str, Keys]

    def keys(self, action: str) -> Keys:
        return self.chosen.get(action, self.usual[action])

    def told(self, *actions: str, place: int = 0) -> str:
        """One key of each action, as `Up / Down` or `Shift+arrows`; "" where none has any.

        place: which of its keys, the first by default.
        """
        keys = tuple(held[place] for action in actions if (held := self.keys(action)))
        modifier = keys[0].removesuffix(ARROWS[0]) if keys else ""
        if keys == tuple(f"{modifier}{arrow}" for arrow in ARROWS):
            left = key_text(keys[0])
            return left.removesuffix(key_text(ARROWS[0])) + tr("arrows")
        return " / ".join(map(key_text, keys))

    def is_usual(self, action: str) -> bool:
        return self.keys(action) == self.usual[action]

    def taken_by(self, key: str, action: str) -> tuple[str, ...]:
        """Other actions that would have to give up this key."""
        return tuple(
            other
            for other in self.usual
            if other != action and key in self.keys(other) and not self._share(key, action, other)
        )

    def _share(self, key: str, one: str, other: str) -> bool:
        return key in self.usual[one] and key in self.usual[other]

    def with_keys(self, action: str, keys: Keys) -> "Shortcuts":
        """These keys and no others; whoever else has one of them loses it."""
        given = self._with(action, keys)
        for key in keys:
            for other in given.taken_by(key, action):
                left = tuple(each for each in given.keys(other) if each != key)
                given = given._with(other, left)
        return given

    def reset(self, action: str) -> "Shortcuts":
        """As shipped; whoever has taken one of its keys gives it back."""
        return self.with_keys(action, self.usual[action])

    def all_reset(self) -> "Shortcuts":
        return replace(self, chosen={})

    def _with(self, action: str, keys: Keys) -> "Shortcuts":
        others = {name: held for name, held in self.chosen.items() if name != action}
        changed = {} if keys == self.usual[action] else {action: keys}
        return replace(self, chosen={**others, **changed})

    @property
    def stored(self) -> tuple[tuple[str, Keys], ...]:
        """For the settings."""
        return tuple(sorted(self.chosen.items()))


def key_text(key: QKeySequence | str) -> str:
    """As the system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
