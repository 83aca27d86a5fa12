"""Texts for people, in their language: marked with `tr`, collected by lupdate, read from .ts files.

`make translations` brings the marked texts into assets/translations; a .ts file is XML that people
translate with Qt Linguist or any editor. Its contexts are not used: one text means one thing.
"""

from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from app.settings import Language


def tr(text: str) -> str:
    """The text in the language of the window; itself where it has no translation."""
    return QCoreApplication.translate("", text)


def QT_TR_NOOP(text: str) -> str:
    """Marks a text that is translated later, where it is shown; lupdate knows this name."""
    return text


def counted(one: str, many: str, count: int) -> str:
    """The text for one thing or for several, both marked by the caller; `{count}` is the number."""
    return tr(one if count == 1 else many).format(count=number(count))


def number(value: float, digits: int = 0) -> str:
    """With the marks of the language: `1,234.5` or `1.234,5`."""
    return QLocale(tr("en")).toString(float(value), "f", digits)


def translation_file(language: str) -> Path:
    return Path(str(files("assets") / "translations")) / f"ellbox_{language}.ts"


def translations(path: Path) -> dict[str, str]:
    """Finished translations by their source text. Raises OSError and ElementTree.ParseError."""
    found = {}
    for message in ElementTree.parse(path).iter("message"):
        source, target = message.findtext("source"), message.find("translation")
        if source and target is not None and target.text and target.get("type") is None:
            found[source] = target.text
    return found


class Texts(QTranslator):
    """Translations of whatever context; what is not of Ellbox, such as names of keys, as Qt has it.

    qt: the translations of Qt's own texts.
    """

    def __init__(
        self, texts: dict[str, str], qt: QTranslator, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._texts, self._qt = texts, qt

    def isEmpty(self) -> bool:
        return not self._texts

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        found = self._texts.get(text)
        return found or self._qt.translate(context, text, disambiguation, n) or text


def speak(app: QCoreApplication, language: Language) -> Texts | None:
    """Have the application speak a language; None where it is that of the texts.

    Whatever was spoken before is to be taken off with `removeTranslator`.
    """
    wanted = QLocale.system().name()[:2] if language == "system" else language
    path = translation_file(wanted)
    if not path.is_file():
        return None
    qt = QTranslator(app)
    # Where Qt came without it, its few texts stay English.
    qt.load(f"qtbase_{wanted}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    texts = Texts(translations(path), qt, app)
    app.installTranslator(texts)
    return texts
