"""Geometry of token maps: how many sites there are and where they lie."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raster:
    """height x width sites, row by row from the top left."""

    height: int
    width: int

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise ValueError(f"a raster needs at least one site, got {self.height} x {self.width}")

    @property
    def length(self) -> int:
        return self.height * self.width


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Square rasters of the given sides, coarse to fine; raster order inside a scale."""

    sides: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.sides or min(self.sides) < 1 or list(self.sides) != sorted(self.sides):
            raise ValueError(f"pyramid sides must be positive and ascending, got {self.sides}")

    @property
    def length(self) -> int:
        return sum(side * side for side in self.sides)


@dataclass(frozen=True, slots=True)
class Sequence1D:
    """`length` sites that have no place in the picture."""

    length: int

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(f"a sequence needs at least one site, got {self.length}")


TokenLayout = Raster | Pyramid | Sequence1D


def sites_across(layout: TokenLayout) -> int:
    """Sites along the picture's side where they are finest; 1 where sites have no place."""
    match layout:
        case Raster():
            return layout.width
        case Pyramid():
            return layout.sides[-1]
        case Sequence1D():
            return 1
