"""`headwater words`: new words found, accepted, rejected."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from flows.settings import read_settings, speak


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("words")(words)


def words(
    context: typer.Context,
    accept: Annotated[list[str] | None, typer.Option("--accept", help="Take this word on.")] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", help="Never show this word again.")] = None,
    days: Annotated[int, typer.Option(help="Days to look for new words in.", min=1, max=365)] = 30,
    most: Annotated[int, typer.Option(help="Most words to show.", min=1, max=5000)] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find new words of the last days; accept or reject them for the user dictionary."""
    from flows.words import find_new_words, review_words

    settings = read_settings(context.obj)
    home, wording = settings.home, speak(settings)
    if accept or reject:
        count = review_words(home, accept or [], reject or [])
        print(json.dumps({"dictionary_words": count}) if as_json else wording.say("dictionary", n=count))
        return
    lines = [line for line in find_new_words(home, days, most) if not line.decision]
    if as_json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        print(wording.say("new_word", word=line.word, n=line.documents, example=line.example))
    print(wording.say("new_words", n=len(lines)) if lines else wording.say("no_new_words", n=days))
