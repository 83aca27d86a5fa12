"""`ellbox train ...`: one file a group of commands, put together here."""

import typer

from engine.training.commands import data, maskgen, stages, star, vq_diffusion

train_app = typer.Typer(help="Train the built-in models.", no_args_is_help=True)

train_app.command()(data.data)
train_app.command()(stages.tokenizer)
train_app.command()(stages.clip)
train_app.command()(stages.tokens)
train_app.command()(stages.lformer)
train_app.command("all")(stages.everything)
train_app.command()(stages.ship)
train_app.command()(maskgen.titok)
train_app.command()(maskgen.rows)
train_app.command()(maskgen.maskgen)
train_app.command()(maskgen.ship_maskgen)
train_app.command()(star.multiscale)
train_app.command()(star.pyramids)
train_app.command()(star.star)
train_app.command()(star.ship_star)
train_app.command()(vq_diffusion.vq_diffusion)
train_app.command()(vq_diffusion.ship_vq_diffusion)
