"""`ellbox train ...`: one file a group of commands, put together here."""

import typer

from engine.training.commands import stages

train_app = typer.Typer(help="Train the built-in models.", no_args_is_help=True)

train_app.command()(stages.tokenizer)
train_app.command()(stages.clip)
train_app.command()(stages.tokens)
train_app.command()(stages.lformer)
train_app.command("all")(stages.everything)
train_app.command()(stages.ship)
