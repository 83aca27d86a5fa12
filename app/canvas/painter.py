"""CanvasPainter: keeps the canvas and the strip showing what the models hold."""

from typing import Protocol

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from app.canvas.view import CanvasView
from app.models.convert import in_screen_colors, picture_to_qimage, to_qimage
from app.models.editor import Editor, Mode
from app.models.pyramid import Pyramids
from app.models.sources import DocumentSource, PixelsSource, around
from app.texts import tr
from app.theme import current_colors
from engine.document.document import Document
from engine.values.jobs import Pixels
from engine.values.region import Region

THUMBNAIL_PX = 128
STRIP_ROOM_PX, PROMPT_ROOM_PX = 108, 60


class Strip(Protocol):
    """Where candidates are shown as tiles."""

    def show_tiles(
        self, images: list[QImage | None], shown: int, tips: list[str], starred: set[int]
    ) -> None: ...


class CanvasPainter(QObject):
    """Draws the least that changed: a patch for an edit, the box for a step."""

    def __init__(self, editor: Editor, pyramids: Pyramids, view: CanvasView, strip: Strip) -> None:
        super().__init__(view)
        self._editor, self._pyramids, self._view, self._strip = editor, pyramids, view, strip
        self._made_aside: tuple[int, ...] = ()
        self._ground: Document | None = None
        self._size: tuple[int, int] | None = None
        self._tiles: dict[int, tuple[Pixels, QImage]] = {}
        editor.offer_changed.connect(self._offer_changed)
        editor.picture_changed.connect(self.show_inside)
        editor.region_changed.connect(self.show_box)

    def redraw(self) -> None:
        """Everything anew, for another colour scheme."""
        self._view.sites.color = QColor("#9db2ff")
        if self._ground is None:
            self._size = None
        self.show_ground()

    def _offer_changed(self) -> None:
        self.show_ground()
        self.show_box()
        self.show_inside()
        self.show_strip()

    def show_ground(self) -> None:
        """The picture under the box, or a blank field for a picture to come."""
        ground, size = self._editor.ground, self._editor.picture_size
        if ground is not None:
            self._show_document(ground)
        elif size is None:
            self._give_up_levels()
            self._view.show_picture(None)
        elif self._ground is not None or size != self._size:
            self._give_up_levels()
            self._view.bottom_room_px = STRIP_ROOM_PX + PROMPT_ROOM_PX
            self._view.show_blank(*size, QColor(current_colors().raised))
        self._ground, self._size = ground, size

    def _show_document(self, document: Document) -> None:
        shown = self._ground
        if document is shown:
            return
        if self._size is None or (shown is not None and shown.base is not document.base):
            self._view.bottom_room_px = STRIP_ROOM_PX
        changed = None if shown is None else changed_region(shown, document)
        source, picture = DocumentSource(document), self._view.picture
        if changed is None or picture.tiles is None:
            self._view.show_picture(source)
            self._shrink(source)
        elif changed != ():
            picture.renew(source, changed[0])
            self._shrink(source)

    def _shrink(self, source: DocumentSource) -> None:
        """Have the levels for zooming out made, or what is stale of them, and then the whole."""
        tiles = self._view.picture.tiles
        assert tiles is not None
        self._give_up_levels()
        take = self._view.picture.put_pyramid
        levels = self._pyramids.ask(source, take, tiles.pyramid, tiles.stale)
        whole = self._pyramids.compose(source.document)
        self._made_aside = (levels, whole)

    def _give_up_levels(self) -> None:
        for job in self._made_aside:
            self._pyramids.give_up(job)
        self._made_aside = ()

    def show_box(self) -> None:
        mode = self._editor.mode
        region = self._editor.region
        if mode in (Mode.RUNNING, Mode.CHOOSING) and self._editor.ground is None:
            region = None
        self._view.show_box(region, editable=mode is Mode.EDITING)

    def show_inside(self) -> None:
        """The preview or candidate in the box, and the sites that its step has filled."""
        pixels = self._editor.shown_pixels
        source = None if pixels is None else PixelsSource(pixels, self._icc)
        self._view.show_preview(source, self._editor.proposal_region)
        self._view.show_sites(self._sites())
        if self._editor.mode is Mode.RUNNING:
            self.show_strip()

    @property
    def _icc(self) -> bytes | None:
        """Of the ground: patches are numbers in its colours."""
        ground = self._editor.ground
        return None if ground is None else ground.base.icc

    def _sites(self) -> QPainterPath:
        path = QPainterPath()
        for left, top, width, height in self._editor.step_sites():
            path.addRect(QRectF(left, top, width, height))
        path = path.simplified()
        region = self._editor.proposal_region
        if region is not None:
            box = QPainterPath()
            box.addRect(QRectF(region.left, region.top, region.width, region.height))
            path = path.intersected(box)
        return path

    def show_strip(self) -> None:
        editor = self._editor
        proposal, running = editor.proposal, editor.running
        pictures: list[Pixels | None] = [self._original()]
        tips = [tr("The picture as it was")]
        starred = set()
        if proposal is not None:
            for number, option in enumerate(proposal.options, start=1):
                pictures.append(option.patch)
                seed = proposal.run_of(option).params.seed
                tip = tr("Candidate {number}: seed {seed}")
                tips.append(tip.format(number=number, seed=seed))
                if option.starred:
                    starred.add(number)
        if running is not None:
            for candidate in range(running.request.candidates):
                pictures.append(editor.decodes.live_picture(candidate))
                tips.append(tr("Being made"))
        images = [self._tile(place, picture) for place, picture in enumerate(pictures)]
        if running is not None:
            shown = len(images) - running.request.candidates
        else:
            shown = 0 if proposal is None else proposal.shown
        self._strip.show_tiles(images, shown, tips, starred)

    def _original(self) -> Pixels | None:
        ground, region = self._editor.ground, self._editor.proposal_region
        if ground is None:
            return None
        if region is None:
            region = Region(0, 0, ground.base.width, ground.base.height)
        return ground.part(region, thumbnail_step(region.width, region.height)).rgb8

    def _tile(self, place: int, picture: Pixels | None) -> QImage | None:
        if picture is None:
            return None
        known = self._tiles.get(place)
        if known is not None and known[0] is picture:
            return known[1]
        step = thumbnail_step(*picture.shape[:2])
        image = in_screen_colors(to_qimage(picture[::step, ::step]), self._icc)
        self._tiles[place] = (picture, image)
        return image

    def shown_image(self) -> QImage | None:
        """The picture with what is shown in the box."""
        ground, pixels = self._editor.ground, self._editor.shown_pixels
        inside = None if pixels is None else in_screen_colors(to_qimage(pixels), self._icc)
        if ground is None:
            return inside
        image = picture_to_qimage(ground.picture)
        if inside is not None:
            painter = QPainter(image)
            painter.drawImage(self._view.preview.boundingRect(), inside)
            painter.end()
        return image


def thumbnail_step(width: int, height: int) -> int:
    """Every how many-th pixel a thumbnail is made of."""
    return max(min(width, height) // (2 * THUMBNAIL_PX), 1)


def changed_region(old: Document, new: Document) -> tuple[Region, ...] | None:
    """Where two documents on one base differ: nothing or one box; None for different bases."""
    if old.base is not new.base:
        return None
    shared = 0
    for mine, other in zip(old.edits, new.edits, strict=False):
        if mine is not other:
            break
        shared += 1
    regions = [edit.region for edit in (*old.edits[shared:], *new.edits[shared:])]
    return (around(regions),) if regions else ()
