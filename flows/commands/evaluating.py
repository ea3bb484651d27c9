"""`headwater evaluate`: figures on anyone's labelled files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.exit_codes import CommandError
from flows.settings import prepare_environment, read_settings

evaluate = typer.Typer(
    no_args_is_help=True, help="Measure the language stage and the trend engine on your own files."
)


def add_commands(app: typer.Typer) -> None:
    """Add the group to the app."""
    app.add_typer(evaluate, name="evaluate")


@evaluate.command("sentiment")
def evaluate_sentiment(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Parquet, CSV or JSON lines with a text and a label column.")],
    text: Annotated[str, typer.Option("--text", help="Column of the text.")] = "text",
    label: Annotated[str, typer.Option("--label", help="Column of the label.")] = "label",
    model: Annotated[str, typer.Option("--model", help="Folder or name of another classifier.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score sentiment on labels positive, negative and perhaps neutral."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.classifier import load_classifier
    from nlp.evaluate import evaluate_sentiment as score_sentiment

    classifier = load_classifier(model or settings.model.sentiment, threads=settings.encoder_threads)
    print_scores(score_sentiment(file, text, label, classifier).to_json(), as_json=as_json)


@evaluate.command("bursts")
def evaluate_bursts(
    planted: Annotated[bool, typer.Option("--planted", help="Planted trends, whose truth is known.")] = False,
    boards: Annotated[
        list[Path] | None, typer.Option("--boards", help="Archives of hot boards (Parquet) to replay.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Planted worlds to average over.", min=1, max=64)] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the burst test: false discoveries and recall, or calibration on real boards."""
    from flows.measures import measure_boards, measure_planted

    if planted == bool(boards):
        raise CommandError("say either --planted or --boards FILE")
    scores = measure_boards(boards) if boards else measure_planted(seeds)
    print_scores(scores, as_json=as_json)


def print_scores(scores: dict[str, object], *, as_json: bool) -> None:
    """Scores as one JSON object, or a line each."""
    if as_json:
        print(json.dumps(scores, ensure_ascii=False, default=str))
        return
    for name, value in scores.items():
        print(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")
