"""`headwater watch`: what the user's own words meet."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.settings import read_settings, speak


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("watch")(watch)


def watch(
    context: typer.Context,
    take: Annotated[
        Path | None,
        typer.Option("--import", help="Take this frequency_words.txt or other list on as your own."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the list that is there.")] = False,
    days: Annotated[int, typer.Option(help="Days to count.", min=1, max=28)] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count the posts, board titles and offers that your watch list (watch.txt in the home) meets."""
    from flows.published import require_published
    from flows.watch import require_watch_list, take_watch_list
    from warehouse.reports.tables import to_json
    from warehouse.watch.preview import preview_watch_list

    settings = read_settings(context.obj)
    home, words = settings.home, speak(settings)
    if take is not None:
        taken = take_watch_list(home, take, replace=replace)
        typer.echo(words.say("watch_list", **asdict(taken)), err=as_json)
    watch_list = require_watch_list(home)
    if take is not None and not (home / "published" / "headwater.duckdb").exists():
        return
    found = preview_watch_list(require_published(home), watch_list, days)
    if as_json:
        tables = {
            query: [{name: to_json(row[name]) for name in table.columns} for row in table.rows]
            for query, table in found.tables.items()
        }
        print(json.dumps({"as_of": str(found.as_of), "days": days, **tables}, ensure_ascii=False))
        return
    print(words.say("watch_days", n=days, day=found.as_of))
    samples = found.tables["watch_posts"].rows
    for row in found.tables["watch"].rows:
        told = "watched" if row["n_before"] is not None else "watched_alone"
        print(words.say(told, label=row["label"], n=row["n_texts"], before=row["n_before"]))
        for sample in samples:
            if sample["topic_id"] == row["topic_id"]:
                print(
                    f"  {sample['day']} {sample['platform']} {sample['title']} {sample['url'] or ''}".rstrip()
                )
