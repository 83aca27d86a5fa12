"""`ellbox train data`: builds the sprite bank, or takes one as it is."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

Bank = Annotated[Path, typer.Option(help="The sprite bank, to be built or checked.")]
Packages = Annotated[
    Path | None,
    typer.Option("--from", help="Folder of the downloaded packages; without it, BANK is checked."),
]
Size = Annotated[int, typer.Option(min=16, max=512, help="Side of a sprite in px.")]
Styles = Annotated[list[str] | None, typer.Option(help="Only this style; repeatable.")]


def data(
    *,
    bank: Bank = Path("sprites-128.npz"),
    packages: Packages = None,
    size: Size = 128,
    style: Styles = None,
) -> None:
    """Build the sprite bank from published packages, or check the one that is there."""
    from engine.training.bank import build, check
    from engine.training.listed import listed

    console = Console(stderr=True)
    if packages is None:
        report = check(bank)
    else:
        wanted = tuple(style or ())
        report = build(
            packages, bank, listed=listed(), size=size, styles=wanted, progress=console.print
        )
    table = Table(title=f"{bank.name}: {report.sprites} sprites of {report.concepts} concepts")
    table.add_column("style")
    table.add_column("sprites", justify="right")
    table.add_column("licence")
    table.add_column("made of", overflow="fold")
    for row in report.rows:
        table.add_row(row.style, str(row.sprites), row.licence, row.source)
    out = Console()
    out.print(table)
    out.print(f"sha256 {report.sha256}")
