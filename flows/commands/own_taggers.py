"""`headwater train classifier` and `headwater evaluate encoder`: taggers made from the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.evaluating import evaluate
from flows.commands.scores import print_scores
from flows.commands.training import train
from flows.exit_codes import CommandError
from flows.progress import show_progress, track_step
from flows.settings import prepare_environment, read_settings, speak

FILE_HELP = "Parquet, CSV, Excel or JSON lines with a text and a label column."


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the groups `train` and `evaluate`, which the app has."""
    train.command("classifier")(train_classifier)
    train.command("list")(list_classifiers)
    train.command("remove")(remove_classifier)
    evaluate.command("encoder")(evaluate_encoder)


def train_classifier(
    context: typer.Context,
    data: Annotated[Path, typer.Option("--data", help=FILE_HELP)],
    text: Annotated[str, typer.Option("--text", help="Column of the text.")],
    label: Annotated[str, typer.Option("--label", help="Column of the label.")],
    name: Annotated[str, typer.Option("--name", help="Name of the new tagger.")],
) -> None:
    """Fit a tagger of your own on the shipped encoder, without PyTorch; `headwater enrich` uses it from then.

    Training again under the same name replaces it.
    """
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.encoder import Encoder
    from nlp.labelled_file import read_labelled_file
    from nlp.own_fit import fit_classifier
    from nlp.own_tagger import check_tagger_name

    try:
        check_tagger_name(name)
    except ValueError as problem:
        raise CommandError(str(problem)) from problem
    texts, labels, skipped = read_labelled_file(data, text, label)
    encoder = Encoder.load(threads=settings.encoder_threads)
    with show_progress(speak(settings)), track_step("train classifier") as advance:
        classifier = fit_classifier(name, texts, labels, encoder, on_progress=advance)
        classifier.save(settings.models_root / name)
    words = speak(settings)
    counts = {"labels": len(classifier.class_names), "texts": len(texts), "skipped": skipped}
    print(words.say("trained", name=name, **counts))
    print(words.say("trained_folder", path=settings.models_root / name))
    print(words.say("trained_next"))


def list_classifiers(context: typer.Context) -> None:
    """List the taggers trained here: name, version, labels. Each is held against its checksums."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.encoder import Encoder
    from nlp.own_classifier import OwnClassifier
    from nlp.own_tagger import find_own_folders

    folders = find_own_folders(settings.models_root)
    if not folders:
        words = speak(settings)
        typer.echo(words.say("headwater", sentence=words.say("no_taggers")), err=True)
        return
    encoder = Encoder.load()
    for folder in folders:
        classifier = OwnClassifier.load(folder, encoder)
        print(f"{classifier.name}\t{classifier.version}\t{', '.join(classifier.class_names)}")


def remove_classifier(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Name of the tagger.")]
) -> None:
    """Remove a tagger trained here; the labels it gave stay."""
    settings = read_settings(context.obj)
    from nlp.own_tagger import remove_own_tagger

    try:
        remove_own_tagger(settings.models_root, name)
    except LookupError as problem:
        raise CommandError(str(problem)) from problem
    print(speak(settings).say("removed", name=name))


def evaluate_encoder(
    context: typer.Context,
    train_file: Annotated[Path, typer.Option("--train", help=f"To fit on: {FILE_HELP}")],
    test_file: Annotated[Path, typer.Option("--test", help=f"To score on: {FILE_HELP}")],
    text: Annotated[str, typer.Option("--text", help="Column of the text.")] = "text",
    label: Annotated[str, typer.Option("--label", help="Column of the label.")] = "label",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Fit a classifier on one file as `train classifier` does, and score it on another."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.encoder import Encoder
    from nlp.own_evaluate import evaluate_encoder as score_encoder

    encoder = Encoder.load(threads=settings.encoder_threads)
    with show_progress(speak(settings)), track_step("fit classifier") as advance:
        scores = score_encoder(train_file, test_file, text, label, encoder, on_progress=advance)
    print_scores(scores.to_json(), speak(settings), as_json=as_json)
