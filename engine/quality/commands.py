"""The commands of `ellbox train` that measure what the generators draw."""

import typer

from engine.quality import ablation, evaluation, showcase

measure_app = typer.Typer()

measure_app.command()(evaluation.judge)
measure_app.command()(evaluation.evaluate)
measure_app.command()(ablation.ablate)
measure_app.command()(showcase.showcase)
