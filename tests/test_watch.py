"""Watch lists: the syntax that TrendRadar's users know, what the words meet, and the import of their file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command_line import CommandLine
from tests.landed_packages import land, make_entry, make_listing
from tests.trend_world import LAST_DAY, NOON, build_world, write_post
from warehouse.errors import WatchListRefused
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.store import Warehouse
from warehouse.trends import build_marts
from warehouse.watch.marts import check_patterns, search_term
from warehouse.watch.preview import preview_watch_list
from warehouse.watch.syntax import Term, WatchGroup, WatchList, parse_watch_list, render_watch_list

LIST = """# 我关注的词
[GLOBAL_FILTER]
招聘

[WORD_GROUPS]

[手作]
拼豆
钩织 => 钩针
+教程
!二手
@2

/perler|豆豆画/
"""


def test_groups_words_requirements_exclusions_limits_and_patterns_are_read() -> None:
    assert parse_watch_list(LIST) == WatchList(
        groups=(
            WatchGroup(
                "手作",
                wanted=(Term("拼豆"), Term("钩织", alias="钩针")),
                required=(Term("教程"),),
                excluded=(Term("二手"),),
                most_shown=2,
            ),
            WatchGroup("perler|豆豆画", wanted=(Term("perler|豆豆画", is_pattern=True),)),
        ),
        excluded=(Term("招聘"),),
    )


def test_full_width_signs_mean_what_the_narrow_ones_do() -> None:
    written = (
        "＃ 我关注的词\n［GLOBAL_FILTER］\n！招聘\n\n［WORD_GROUPS］\n\n"
        "［手作］\n拼豆\n钩织 ＝＞ 钩针\n＋教程\n！二手\n＠２\n\n"
        "/perler|豆豆画/\n"
    )
    assert parse_watch_list(written) == parse_watch_list(LIST)


@pytest.mark.parametrize("word", ["［新］拼豆", "拼豆！", "拼豆＋钩织"])
def test_a_full_width_sign_within_a_word_is_part_of_it(word: str) -> None:
    assert parse_watch_list(word).groups[0].wanted == (Term(word),)


def test_a_bar_between_words_stands_for_either_in_a_line_of_any_kind() -> None:
    written = "拼豆|perler => 拼豆\n+教程｜新手（入门）\n!二手|招聘\n/豆|珠/"
    (group,) = parse_watch_list(written).groups
    assert group == WatchGroup(
        "拼豆 / 拼豆 / 豆|珠",
        wanted=(Term("拼豆", alias="拼豆"), Term("perler", alias="拼豆"), Term("豆|珠", is_pattern=True)),
        required=(Term("教程|新手（入门）", is_pattern=True, alias="教程|新手（入门）"),),
        excluded=(Term("二手"), Term("招聘")),
    )
    assert parse_watch_list(render_watch_list(WatchList((group,)))).groups == (group,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("拼豆\n@零", "line 2: '@零' is no limit"),
        ("# 说明\n\n+\n", "line 3: a word is missing"),
        ("拼豆||钩织", "line 1: a word is missing"),
        ("!二手\n@3", "line 1: the group has no word"),
        ("拼豆\n\n[拼豆]\n豆子", "line 3: there is a group '拼豆' already"),
        ("长" * 201, "at most 200 characters"),
        ("\n\n".join(f"词{n}" for n in range(201)), "at most 200 groups"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(WatchListRefused, match=said.replace("'", ".")):
        parse_watch_list(text)


WORDS = st.text("拼豆钩织abcAB 1", min_size=1, max_size=8).map(str.strip).filter(bool)
TERMS = st.builds(Term, WORDS, st.booleans(), st.none() | WORDS)


@st.composite
def watch_lists(draw: st.DrawFn) -> WatchList:
    names = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    terms = st.lists(TERMS, max_size=3).map(tuple)
    groups = tuple(
        WatchGroup(
            name,
            draw(st.lists(TERMS, min_size=1, max_size=3).map(tuple)),
            draw(terms),
            draw(terms),
            draw(st.none() | st.integers(1, 99)),
        )
        for name in names
    )
    return WatchList(groups, tuple(dict.fromkeys(draw(terms))))


@given(watch_lists())
def test_a_written_list_is_read_as_it_was(watch_list: WatchList) -> None:
    assert parse_watch_list(render_watch_list(watch_list)) == watch_list


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for everywhere in (False, True):
        try:
            parse_watch_list(text, excludes_everywhere=everywhere)
        except WatchListRefused as refusal:
            assert str(refusal).startswith("the watch list")


TITLES = (
    "拼豆新手教程：第一只小熊", "拼豆教程合集，二手转让", "钩织教程：杯垫", "拼豆成品分享",
    "拼豆教程（招聘老师）", "PERLER 豆子开箱", "豆豆画怎么熨", "今天吃火锅",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watch")
    posts = [write_post(n, days_ago=n % 3, title=title, url=f"https://www.bilibili.com/video/BV{n}")
             for n, title in enumerate(TITLES)]  # fmt: skip
    old = write_post(90, days_ago=40, title="拼豆教程：很久以前")
    land(folder / "landing", [*posts, old, make_listing(1, title="拼豆教程书", captured_at=NOON),
                              make_entry(title="拼豆教程上热搜", captured_at=NOON)])  # fmt: skip
    (folder / "watch.txt").write_text(LIST, encoding="utf-8")
    with Warehouse.open(folder, least_free_bytes=0) as warehouse:
        load_packages(warehouse, folder / "landing")
        build_marts(warehouse, "run-1", as_of=LAST_DAY, watch_list=parse_watch_list(LIST))
        publish(warehouse)
    return folder


def test_texts_meet_a_group_by_any_word_all_requirements_and_no_exclusion(home: Path) -> None:
    found = preview_watch_list(home / "published" / "headwater.duckdb", parse_watch_list(LIST), 7, LAST_DAY)
    groups = {row["label"]: row for row in found.tables["watch"].rows}
    craft = groups["手作"]
    assert (craft["n_texts"], craft["n_posts"], craft["n_lines"], craft["n_offers"]) == (4, 2, 1, 1)
    assert groups["perler|豆豆画"]["n_texts"] == 2
    shown = [row["title"] for row in found.tables["watch_posts"].rows if row["topic_id"] == "watch:1"]
    assert len(shown) == 2
    days = [row for row in found.tables["watch_days"].rows if row["topic_id"] == "watch:1"]
    assert sum(int(str(row["n_texts"])) for row in days) == 4
    assert {row["day"] for row in days} <= {LAST_DAY - timedelta(days=n) for n in range(3)}


def test_either_word_of_a_bar_is_met(home: Path) -> None:
    watch_list = parse_watch_list("[手作]\n拼豆|钩织\n+教程|成品\n!二手|招聘\n@9")
    found = preview_watch_list(home / "published" / "headwater.duckdb", watch_list, 7)
    titles = {row["title"] for row in found.tables["watch_posts"].rows}
    assert titles >= {"拼豆新手教程：第一只小熊", "钩织教程：杯垫", "拼豆成品分享"}
    assert not titles & {"拼豆教程合集，二手转让", "拼豆教程（招聘老师）", "豆豆画怎么熨"}


WIDE_TITLES = ("PERLER 豆子开箱", "ＰＥＲＬＥＲ拼豆", "ｉＰｈｏｎｅ　１７开箱", "iPhone 17 Pro")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wide")
    land(folder / "landing", [write_post(n, title=title) for n, title in enumerate(WIDE_TITLES)])
    with Warehouse.open(folder, least_free_bytes=0) as warehouse:
        load_packages(warehouse, folder / "landing")
        build_marts(warehouse, "run-1", as_of=LAST_DAY)
        return publish(warehouse)


@pytest.mark.parametrize(
    ("word", "met"),
    [
        ("ｐｅｒｌｅｒ", WIDE_TITLES[:2]),
        ("ＰＥＲＬＥＲ", WIDE_TITLES[:2]),
        ("/ｐｅｒ.ｅｒ/", WIDE_TITLES[:2]),
        ("iphone 17", WIDE_TITLES[2:]),
        (r"/iphone\s[１-９]+/", WIDE_TITLES[2:]),
    ],
)
def test_full_width_letters_are_met_by_narrow_ones_and_the_other_way_round(
    word: str, met: tuple[str, ...], wide: Path
) -> None:
    found = preview_watch_list(wide, parse_watch_list(f"{word}\n@9"), 7, LAST_DAY)
    assert {row["title"] for row in found.tables["watch_posts"].rows} == {
        " ".join(title.split()) for title in met
    }


def test_every_group_of_a_long_list_is_shown(home: Path) -> None:
    words = [*(f"没人写的词{n}" for n in range(60)), "拼豆"]
    found = preview_watch_list(
        home / "published" / "headwater.duckdb", parse_watch_list("\n\n".join(words)), 7, LAST_DAY
    )
    shown = {row["label"]: row["n_texts"] for row in found.tables["watch"].rows}
    assert shown == {**dict.fromkeys(words, 0), "拼豆": 6}


def test_the_marts_hold_the_same_as_the_preview(home: Path) -> None:
    outcome = CommandLine(home).run(
        "sql",
        "select group_name, title, terms from mart_watch_match order by all",
        "--json",
        environment={"HEADWATER_HOME": str(home)},
    )
    rows = json.loads(outcome.output)
    preview = preview_watch_list(
        home / "published" / "headwater.duckdb", parse_watch_list(LIST), 28, LAST_DAY
    )
    assert len(rows) == sum(int(str(row["n_texts"])) for row in preview.tables["watch"].rows) == 6
    assert {"group_name": "手作", "title": "钩织教程：杯垫", "terms": ["钩针", "教程"]} in rows


def test_a_world_without_a_list_has_empty_marts(tmp_path: Path) -> None:
    with build_world(tmp_path, [[write_post(1)]], []) as ask:
        assert ask("select count(*) from mart_watch_match") == [(0,)]


def test_a_word_that_nobody_writes_hides_nothing_of_one_that_everybody_does() -> None:
    everybody = 300_000
    with duckdb.connect() as connection:
        connection.execute(
            "create table watch_document as "
            "select range as document_no, '双11 囤货' as wording from range(?)",
            [everybody],
        )
        connection.execute("create table watch_hit (document_no bigint, term_no bigint)")
        connection.execute("begin")
        for number, (text, is_pattern) in enumerate((("空竹", False), ("双11", False), ("囤.", True))):
            search_term(connection, {"term_no": number, "text": text, "is_pattern": is_pattern})
        assert connection.execute(
            "select term_no, count(*) from watch_hit join watch_document using (document_no) "
            "group by term_no order by term_no"
        ).fetchall() == [(1, everybody), (2, everybody)]
        connection.execute("commit")


def test_a_pattern_that_looks_ahead_is_refused_by_name(home: Path) -> None:
    with pytest.raises(WatchListRefused, match=r"/拼豆\(\?=教程\)/ cannot be read"):
        preview_watch_list(home / "published" / "headwater.duckdb", parse_watch_list("/拼豆(?=教程)/"), 7)


@pytest.mark.parametrize(
    ("text", "line"),
    [("# 我的\n拼豆\n\n[钩织]\n钩织\n!/(/\n", 6), ("[GLOBAL_FILTER]\n/[/\n\n[WORD_GROUPS]\n拼豆\n", 2)],
)
def test_a_pattern_that_cannot_be_read_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(WatchListRefused, match=f"the watch list, line {line}: the pattern"):
        check_patterns(parse_watch_list(text))
