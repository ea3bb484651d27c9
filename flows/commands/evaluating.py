"""`headwater evaluate`: figures on anyone's labelled files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.scores import print_scores
from flows.exit_codes import CommandError
from flows.settings import prepare_environment, read_settings, speak
from flows.user_files import find_user_file

evaluate = typer.Typer(
    no_args_is_help=True, help="Measure the language stage and the trend engine on your own files."
)


def add_commands(app: typer.Typer) -> None:
    """Add the group to the app."""
    app.add_typer(evaluate, name="evaluate")


@evaluate.command("sentiment")
def evaluate_sentiment(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Parquet, CSV, Excel or JSON lines with a text and a label column.")
    ],
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
    print_scores(score_sentiment(file, text, label, classifier).to_json(), speak(settings), as_json=as_json)


@evaluate.command("entities")
def evaluate_entities(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File with texts and the entities marked in them.")],
    text: Annotated[str, typer.Option("--text", help="Column of the text, or of its tokens.")] = "text",
    entities: Annotated[
        str,
        typer.Option("--entities", "--label", help="Column of the entities (JSON or list) or of the tags."),
    ] = "entities",
    types: Annotated[
        Path | None, typer.Option("--map", help="YAML: type in the file -> brand, product, model, ip, ...")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score brands, products, models and IPs: a span counts when its place and kind are right."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.entities import load_recogniser
    from nlp.evaluation.entities import evaluate_entities as score_entities
    from nlp.evaluation.names import name_types, read_map

    recogniser = load_recogniser(find_user_file(settings.home, "entities.yaml"))
    print_scores(
        score_entities(file, text, entities, recogniser, name_types(read_map(types))),
        speak(settings),
        as_json=as_json,
    )


@evaluate.command("interests")
def evaluate_interests(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Parquet, CSV, Excel or JSON lines with a text and a label column.")
    ],
    text: Annotated[
        str, typer.Option("--text", help="Column of the text; several joined by commas.")
    ] = "text",
    label: Annotated[
        str, typer.Option("--label", help="Column of the category; an empty cell is a text of no interest.")
    ] = "",
    names: Annotated[
        Path | None,
        typer.Option("--map", help="YAML: category in the file -> interests, or null."),
    ] = None,
    taxonomy: Annotated[Path | None, typer.Option("--taxonomy", help="Another taxonomy.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score interests; categories may be codes, names, or those of Kuaishou, Weibo and news sites."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.evaluation.interests import evaluate_interests as score_interests
    from nlp.evaluation.names import read_map
    from nlp.tagger import TaggerSettings
    from nlp.taggers.interests import build_tagger

    own = taxonomy or find_user_file(settings.home, "taxonomy.yaml")
    tagger = build_tagger(TaggerSettings(taxonomy=own))
    print_scores(
        score_interests(file, text, label, tagger, own, read_map(names)), speak(settings), as_json=as_json
    )


@evaluate.command("words")
def evaluate_words(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Words that are new, one a line or in a column.")],
    texts: Annotated[
        list[Path] | None,
        typer.Option("--texts", help="Dated texts to look for new words in; default: the home's own."),
    ] = None,
    word: Annotated[str, typer.Option("--word", "--text", "--label", help="Column of the word.")] = "word",
    month: Annotated[str, typer.Option("--month", help="Month to look in, as 2024-12.")] = "",
    most: Annotated[int, typer.Option("--most", help="Best ranked words to judge.", min=1)] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score new words: how many of the best ranked are listed, and how many listed ones are found."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from flows.measures import measure_words

    print_scores(
        measure_words(settings.home, file, texts or [], word, month, most), speak(settings), as_json=as_json
    )


@evaluate.command("aspects")
def evaluate_aspects(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File with texts, aspects and polarities.")],
    text: Annotated[str, typer.Option("--text", help="Column of the text.")] = "text",
    aspect: Annotated[str, typer.Option("--aspect", help="Column of the aspect.")] = "aspect",
    polarity: Annotated[
        str, typer.Option("--polarity", "--label", help="Column of the polarity; default label or polarity.")
    ] = "",
    names: Annotated[
        Path | None, typer.Option("--map", help="YAML: aspect in the file -> aspect of ours, or null.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score aspects and their polarity; one row an aspect, or one column an aspect as in ASAP."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from nlp.aspect_reader import load_aspect_reader
    from nlp.evaluation.aspects import evaluate_aspects as score_aspects
    from nlp.evaluation.names import read_map

    scores = score_aspects(file, text, aspect, polarity, load_aspect_reader(), read_map(names))
    print_scores(scores, speak(settings), as_json=as_json)


@evaluate.command("bursts")
def evaluate_bursts(
    context: typer.Context,
    planted: Annotated[bool, typer.Option("--planted", help="Planted trends, whose truth is known.")] = False,
    boards: Annotated[
        list[Path] | None, typer.Option("--boards", help="Archives of hot boards (Parquet) to replay.")
    ] = None,
    authors: Annotated[
        bool, typer.Option("--authors", help="Random halves of the authors of what the home holds.")
    ] = False,
    seeds: Annotated[int, typer.Option(help="Planted worlds to average over.", min=1, max=64)] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the burst test: false discoveries and recall, calibration on boards, replication by authors."""
    from flows.measures import measure_authors, measure_boards, measure_planted

    settings = read_settings(context.obj)
    if planted + bool(boards) + authors != 1:
        raise CommandError("say one of --planted, --boards FILE and --authors")
    if authors:
        scores = measure_authors(settings.home)
    else:
        scores = measure_boards(boards) if boards else measure_planted(seeds)
    print_scores(scores, speak(settings), as_json=as_json)


@evaluate.command("lifecycle")
def evaluate_lifecycle(
    context: typer.Context,
    planted: Annotated[bool, typer.Option("--planted", help="Planted lives, whose truth is known.")] = False,
    boards: Annotated[
        list[Path] | None, typer.Option("--boards", help="Archives of hot boards (Parquet) to replay.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Planted worlds to average over.", min=1, max=64)] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure stages: rises shown as fading and the reverse, peaks named right, stages that flip and flop."""
    from flows.measures import measure_board_stages, measure_lifecycle

    settings = read_settings(context.obj)
    if planted == bool(boards):
        raise CommandError("say either --planted or --boards FILE")
    scores = measure_board_stages(boards) if boards else measure_lifecycle(seeds)
    print_scores(scores, speak(settings), as_json=as_json)


@evaluate.command("velocity")
def evaluate_velocity(
    context: typer.Context,
    planted: Annotated[bool, typer.Option("--planted", help="Planted lives, whose truth is known.")] = False,
    seeds: Annotated[int, typer.Option(help="Planted worlds to average over.", min=1, max=64)] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure velocity and acceleration: coverage of the interval, halves of authors, false signs."""
    from flows.measures import measure_velocity

    settings = read_settings(context.obj)
    if not planted:
        raise CommandError("say --planted: only of planted lives the true growth is known")
    print_scores(measure_velocity(seeds), speak(settings), as_json=as_json)


@evaluate.command("breakout")
def evaluate_breakout(
    context: typer.Context,
    boards: Annotated[
        list[Path],
        typer.Option("--boards", help="Archive of hot boards (Parquet); further ones add other boards."),
    ],
    platform: Annotated[str, typer.Option("--platform", help="Platform to score, e.g. douyin.")],
    board: Annotated[str, typer.Option("--board", help="Its board; default: the one with most rows.")] = "",
    since: Annotated[
        str, typer.Option("--from", help="First moment scored; default: all that training did not see.")
    ] = "",
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of models; default: the shipped ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score the forecast that a title below rank 10 reaches the top 10 within 24 hours."""
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from flows.breakout import measure_breakout, read_moment

    scores = measure_breakout(boards, platform, board=board or None, since=read_moment(since), model=model)
    print_scores(scores, speak(settings), as_json=as_json)
