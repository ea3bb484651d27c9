"""`headwater train`: models made from the user's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.progress import show_progress, track_step
from flows.settings import prepare_environment, read_settings, speak

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

    with show_progress(speak(settings)), track_step("train encoder") as advance:
        written = run_training(config, data, output, on_progress=advance)
    print(speak(settings).say("trained_model", model=written))


@train.command("entities")
def train_entities(
    context: typer.Context,
    data: Annotated[Path, typer.Option("--data", help="Titles with marked entities.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the model.")],
    texts: Annotated[
        Path | None,
        typer.Option("--texts", help="Many plain texts (Parquet with `text`) to learn alike words from."),
    ] = None,
    text: Annotated[str, typer.Option("--text", help="Column of the title.")] = "text",
    entities: Annotated[str, typer.Option("--entities", help="Column of the entities.")] = "entities",
) -> None:
    """Train the entity labeller; without --texts it keeps the shipped model's clusters of words."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.entity_labeller import EntityLabeller
    from nlp.labelled_file import read_rows
    from nlp.training.entities import train_labeller
    from nlp.training.word_clusters import cluster_words

    if texts is None:
        clusters = EntityLabeller.load().clusters
    else:
        clusters = cluster_words(str(row["text"] or "") for row in read_rows(texts, ("text",)))
    with show_progress(speak(settings)), track_step("train entities") as advance:
        labeller = train_labeller(
            data, output, clusters, text_column=text, entities_column=entities, on_progress=advance
        )
    print(speak(settings).say("trained_model", model=f"{output} ({labeller.version})"))


@train.command("aspects")
def train_aspects(
    context: typer.Context,
    data: Annotated[list[Path], typer.Option("--data", help="Texts with judged aspects; may be repeated.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the model.")],
    reviews: Annotated[
        list[Path] | None,
        typer.Option("--reviews", help="Texts with a sentiment label, of other trades; may be repeated."),
    ] = None,
) -> None:
    """Train the aspect reader's linear model beside the lexicon."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.training.aspects import train_reader

    with show_progress(speak(settings)), track_step("train aspects"):
        reader = train_reader(data, output, reviews or [])
    print(speak(settings).say("trained_model", model=f"{output} ({reader.version})"))


@train.command("interests")
def train_interests(
    context: typer.Context,
    data: Annotated[Path, typer.Option("--data", help="Folder with the three files of categorised texts.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the model.")],
) -> None:
    """Train the interest head beside the lexicon; prints both on the texts kept for the test, as JSON."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.tagger import TaggerSettings
    from nlp.taggers.interests import build_lexicon_tagger
    from nlp.training.categorised import read_parts
    from nlp.training.interests import compare_head, train_head

    lexicon = build_lexicon_tagger(TaggerSettings())
    with show_progress(speak(settings)), track_step("train interests"):
        head = train_head(data, output, lexicon)
        scores = compare_head(head, read_parts(data, lexicon)["test"])
    print(json.dumps({"model": head.version, "test": scores}, indent=1))


@train.command("breakout")
def train_breakout(
    context: typer.Context,
    boards: Annotated[list[Path], typer.Option("--boards", help="Archives of hot boards (Parquet).")],
    platform: Annotated[
        list[str] | None, typer.Option("--platform", help="Platforms to train; default: every one there.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder of the models; default: breakout/ under the home.")
    ] = None,
    trees: Annotated[int, typer.Option(help="Trees of each of the six ensembles.", min=1, max=2000)] = 120,
    until: Annotated[
        str, typer.Option("--until", help="Nothing at or after this moment is seen, e.g. 2025-03-28.")
    ] = "",
) -> None:
    """Train the breakout forecast; models under the home are used in place of the shipped ones."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from flows.breakout import USER_MODELS, read_moment, train_breakout_models

    folder = output or settings.home / USER_MODELS
    with show_progress(speak(settings)):
        written = train_breakout_models(
            boards, platform or [], folder, until=read_moment(until), trees=trees, track=track_step
        )
    for name in written:
        print(speak(settings).say("trained_model", model=folder / name))
