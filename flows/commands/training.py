"""`headwater train`: models made from the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.progress import show_progress, track_step
from flows.settings import prepare_environment, read_settings

train = typer.Typer(no_args_is_help=True, help="Train models; the encoder needs the `train` extra (PyTorch).")


def add_commands(app: typer.Typer) -> None:
    """Add the group to the app."""
    app.add_typer(train, name="train")


@train.command("encoder")
def train_encoder(
    context: typer.Context,
    data: Annotated[Path, typer.Option("--data", help="Folder with the training sets.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the model and its checkpoints.")],
    config: Annotated[
        Path | None, typer.Option("--config", help="Training config; default: the shipped one.")
    ] = None,
) -> None:
    """Train the encoder; an interrupted run resumes from its last checkpoint."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.training.run import train_encoder as run_training

    with show_progress(), track_step("train encoder") as advance:
        written = run_training(config, data, output, on_progress=advance)
    print(f"model: {written}")
