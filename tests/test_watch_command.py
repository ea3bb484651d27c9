"""`headwater watch`: a list from elsewhere is taken on, one without groups is told so."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import CommandLine
from warehouse.watch.syntax import Term, WatchGroup, WatchList, parse_watch_list


def test_a_list_from_elsewhere_is_taken_on_and_kept_unless_told_to_replace(tmp_path: Path) -> None:
    theirs = tmp_path / "frequency_words.txt"
    theirs.write_text("拼豆\n!二手\n\n钩织\n+教程\n@5\n", encoding="gb18030")
    own = tmp_path / "home"
    run = CommandLine(tmp_path).run
    environment = {"HEADWATER_HOME": str(own)}
    taken = run("watch", "--import", theirs, environment=environment)
    assert taken.exit_code == 0
    assert "2 groups, 3 words, 1 excluded everywhere" in taken.output
    assert parse_watch_list((own / "watch.txt").read_text()) == WatchList(
        (
            WatchGroup("拼豆", (Term("拼豆"),)),
            WatchGroup("钩织", (Term("钩织"),), (Term("教程"),), most_shown=5),
        ),
        (Term("二手"),),
    )
    again = run("watch", "--import", theirs, environment=environment)
    assert again.exit_code == 2
    assert "--replace writes over it" in again.errors


def test_a_list_of_exclusions_alone_is_told_where_its_groups_would_stand(tmp_path: Path) -> None:
    (tmp_path / "watch.txt").write_text("[GLOBAL_FILTER]\n招聘\n\n拼豆\n钩织\n", encoding="utf-8")
    told = CommandLine(tmp_path).run("watch", environment={"HEADWATER_HOME": str(tmp_path)})
    assert told.exit_code == 2
    assert "watch.txt has no group to look for" in told.errors
    assert "below a line [WORD_GROUPS]" in told.errors
    assert "no watch list yet" not in told.errors
