"""What a case is, how it ended, and that nothing later than its moment is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.breakout import hash_titles
from tests.breakout_world import simulate_board
from warehouse.breakout.addresses import describe_links, describe_numbers
from warehouse.breakout.alike import find_alike
from warehouse.breakout.attention import describe_counts
from warehouse.breakout.boards import COUNTS, Board, conform, read_boards, tabulate_boards
from warehouse.breakout.cases import list_cases
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.hazards import describe_hazards
from warehouse.breakout.heat_steps import describe_heat_steps
from warehouse.breakout.paths import describe_paths
from warehouse.breakout.slots import describe_slots
from warehouse.breakout.train import cut_board
from warehouse.breakout.wording import WordingState
from warehouse.errors import WarehouseError

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def make_board(*paths: tuple[str, list[int | None]], **fields: object) -> Board:
    """A board of titles with their rank each hour from NOON; None = not shown."""
    rows = [
        {
            "captured_at": NOON + timedelta(hours=hour), "platform": "weibo", "board": "hot", "rank": rank,
            "title": title, **fields,
        }
        for title, ranks in paths
        for hour, rank in enumerate(ranks)
        if rank is not None
    ]  # fmt: skip
    return tabulate_boards(conform(pa.Table.from_pylist(rows)))[0]


def list_outcomes(board: Board) -> list[tuple[str, int, bool]]:
    """Title, rank and outcome of each case."""
    cases = list_cases(board)
    return [
        (board.titles[board.title[row]], int(board.rank[row]), bool(hit))
        for row, hit in zip(cases.row, cases.is_hit, strict=True)
    ]


def test_a_title_is_a_case_until_it_reaches_the_top_ten_and_never_again() -> None:
    board = make_board(("长江大桥通车", [20, 14, 9, 25]), ("早已在榜首", [1, 1, 1, 30]))
    assert list_outcomes(board) == [("长江大桥通车", 20, True), ("长江大桥通车", 14, True)]
    assert list_cases(board).lead_hours.tolist() == [2.0, 1.0]


def test_a_title_that_comes_a_day_too_late_is_a_miss() -> None:
    board = make_board(("慢热的纪录片", [30, *[40] * 24, 8]))
    outcomes = list_outcomes(board)
    assert outcomes[0] == ("慢热的纪录片", 30, False)
    assert outcomes[1][2]


def test_the_last_day_has_no_known_outcome() -> None:
    cases = list_cases(make_board(("天气预报", [20] * 30)))
    assert cases.is_known.tolist() == [True] * 6 + [False] * 24


@pytest.mark.parametrize("fields", [{"is_ad": True}, {"heat": 0.0}])
def test_adverts_and_pinned_lines_are_no_cases(fields: dict[str, object]) -> None:
    assert not list_outcomes(make_board(("买它就对了", [20, 5]), **fields))


def test_a_row_shown_twice_counts_once_at_its_best_rank() -> None:
    board = make_board(("双份标题", [18]), ("双份标题", [12]))
    assert board.rank.tolist() == [12]


def test_nothing_that_happens_later_changes_what_was_known() -> None:
    shown = simulate_board(3, 24 * 9)
    random = np.random.default_rng(4)
    for name in COUNTS:
        shown = shown.append_column(name, pa.array(random.lognormal(10, 2, len(shown))))
    whole = tabulate_boards(conform(shown))[0]
    other = tabulate_boards(conform(simulate_board(3, 24 * 9, platform="weibo")))[0]
    end = int(whole.times[24 * 6])
    cut, other_cut = cut_board(whole, end), cut_board(other, end)
    later = describe_cases(whole, hash_titles, WordingState.empty(), [other])
    earlier = describe_cases(cut, hash_titles, WordingState.empty(), [other_cut])
    assert len(earlier.cases.row) > 500
    count = len(earlier.cases.row)
    assert later.cases.row[:count].tolist() == earlier.cases.row.tolist()
    for name in (
        "hours_since_issued", "link_changes", "read_count_to_top", "hazard_24h", "heat_to_near",
        "slot_new_7d", "slot_hit_14d", "heat_step_above_1",
    ):  # fmt: skip
        assert np.isfinite(earlier.select([name])).mean() > 0.9, f"{name} was not there to be tested"
    # the first of the six days has no day before it
    assert np.isfinite(earlier.select(["heat_to_top_ahead_2h"])).mean() > 0.75
    for place, name in enumerate(earlier.names):
        assert np.array_equal(later.values[:count, place], earlier.values[:, place], equal_nan=True), (
            f"{name} saw the future"
        )


def test_columns_say_what_a_title_did() -> None:
    board = make_board(("追光的人", [40, 31, 31, 22]), ("垫底的人", [50, 50, 50, 50]))
    table = describe_cases(board, hash_titles, WordingState.empty())
    rows = [board.titles[title] for title in board.title[table.cases.row]]
    last = max(place for place, title in enumerate(rows) if title == "追光的人")
    known = dict(zip(table.names, table.values[last].tolist(), strict=True))
    assert known["rank"] == 22
    assert known["rank_change_1"] == -9
    assert known["best_rank"] == 22
    assert known["entry_rank"] == 40
    assert known["age_hours"] == 3
    assert known["rank_slope_6h"] == pytest.approx(-5.4)
    assert known["hour"] == 15
    assert known["weekday"] == 0
    assert known["waiting_above"] == 0


def test_a_running_number_tells_how_long_a_topic_waited_to_be_shown() -> None:
    address = "https://www.douyin.com/hot/"
    rows = [
        {
            "captured_at": NOON + timedelta(hours=hour), "platform": "douyin", "board": "hot", "rank": rank,
            "title": title, "url": f"{address}{number}",
        }
        for title, number, rank, first in (
            ("第一条", 100, 1, 0), ("第二条", 130, 2, 0), ("第三条", 160, 3, 2), ("迟到的旧事", 120, 20, 5),
            ("第四条", 170, 4, 5), ("刚刚发生", 171, 21, 5),
        )
        for hour in range(first, 8)
    ]  # fmt: skip
    board = tabulate_boards(conform(pa.Table.from_pylist(rows)))[0]
    columns = describe_numbers(board)
    last = board.snapshot == 7
    waited = dict(
        zip(board.title[last].tolist(), columns["hours_issued_before_shown"][last].tolist(), strict=True)
    )
    since = dict(zip(board.title[last].tolist(), columns["hours_since_issued"][last].tolist(), strict=True))
    assert board.number[board.titles.index("第二条")] == 130
    # 130 was shown as the second highest at hour 2 and 120 must be older than that
    assert waited[board.titles.index("迟到的旧事")] == 3
    assert waited[board.titles.index("刚刚发生")] == 0
    assert since[board.titles.index("迟到的旧事")] == 5


def test_a_link_that_changes_is_counted_from_when_it_changed() -> None:
    rows = [
        {
            "captured_at": NOON + timedelta(hours=hour), "platform": "kuaishou", "board": "hot", "rank": 20,
            "title": "换了视频的话题", "url": f"https://www.kuaishou.com/short-video/{video}",
        }
        for hour, video in enumerate("aabbbc")
    ]  # fmt: skip
    columns = describe_links(tabulate_boards(conform(pa.Table.from_pylist(rows)))[0])
    assert columns["link_changes"].tolist() == [0, 0, 1, 1, 1, 2]
    assert columns["hours_since_link_change"][3:].tolist() == [1, 2, 0]


def test_readings_are_set_against_the_top_ten_and_the_hour_before() -> None:
    rows = [
        {
            "captured_at": NOON + timedelta(hours=hour), "platform": "weibo", "board": "hot", "rank": rank,
            "title": title, "heat": 1000.0 / rank, "read_count": reads,
        }
        for hour in (0, 2)
        for title, rank, reads in (("榜首", 1, 1e8), ("新话题", 11, 1e5 if hour == 0 else 1.02e6))
    ]  # fmt: skip
    board = tabulate_boards(conform(pa.Table.from_pylist(rows)))[0]
    columns = describe_counts(board)
    last = (board.title == board.titles.index("新话题")) & (board.snapshot == 1)
    assert columns["read_count_to_top"][last] == pytest.approx(np.log10(1.02e6) - 8, abs=1e-3)
    assert columns["read_count_per_hour"][last] == pytest.approx(np.log10(460_001), abs=1e-3)
    assert np.isnan(columns["discuss_count"]).all()


def test_the_share_that_rose_is_that_of_steps_already_taken() -> None:
    risers: list[tuple[str, list[int | None]]] = [(f"上升之{number}", [15, 5, 5, 5]) for number in range(4)]
    stayers: list[tuple[str, list[int | None]]] = [(f"不动之{number}", [15] * 4) for number in range(4)]
    board = make_board(*risers, *stayers)
    shares = describe_hazards(board)["hazard_all_6h"]
    by_hour = [float(shares[board.snapshot == hour][0]) for hour in range(4)]
    assert by_hour == pytest.approx([1 / 20, 5 / 28, 5 / 32, 5 / 36])


def test_a_rank_is_worth_what_its_titles_did_before() -> None:
    pinned: tuple[str, list[int | None]] = ("固定位的公告", [13] * 60)
    risers: list[tuple[str, list[int | None]]] = [
        (f"二十位上来的第{hour}条", [*[None] * hour, 20, 9]) for hour in range(58)
    ]
    stayers: list[tuple[str, list[int | None]]] = [
        (f"三十位停下的第{hour}条", [*[None] * hour, 30, 31]) for hour in range(58)
    ]
    board = make_board(pinned, *risers, *stayers)
    columns = describe_slots(board, list_cases(board), describe_paths(board))
    last = board.snapshot == 57
    at = {int(rank): place for rank, place in zip(board.rank[last], np.flatnonzero(last), strict=True)}
    assert columns["slot_unmoved_7d"][at[13]] == pytest.approx(57.1 / 59)
    assert columns["slot_new_7d"][at[20]] == pytest.approx(58.2 / 59)
    assert columns["slot_unmoved_7d"][at[20]] < 0.01
    assert columns["pinned_above"][at[20]] == 1
    assert columns["moving_rank"][at[20]] == 19
    for name in ("slot_rise_7d", "slot_hit_14d"):
        assert columns[name][at[20]] > 0.8
        assert columns[name][at[30]] < 0.1
    # at hour 10 no title had been watched for a day, so no day had been won
    early = (board.snapshot == 10) & (board.rank == 20)
    assert columns["slot_hit_14d"][early] == pytest.approx(0.05)
    assert columns["slot_rise_7d"][early] > 0.7


def test_titles_held_below_a_rank_queue_up_behind_it() -> None:
    heats = {9: 1000.0, 10: 800.0, 11: 799.0, 12: 798.0, 13: 500.0}
    rows = [
        {
            "captured_at": NOON + timedelta(hours=hour), "platform": "weibo", "board": "hot", "rank": rank,
            "title": f"第{rank}位", "heat": heat * (2.0 if rank == 13 and hour else 1.0),
        }
        for hour in range(26)
        for rank, heat in heats.items()
    ]  # fmt: skip
    board = tabulate_boards(conform(pa.Table.from_pylist(rows)))[0]
    columns = describe_heat_steps(board)
    at = {int(rank): place for place, rank in enumerate(board.rank[:5])}
    assert columns["heat_step_above_1"][at[11]] == pytest.approx(np.log(800 / 799), abs=1e-6)
    assert columns["heat_step_below_1"][at[12]] == pytest.approx(np.log(798 / 500), abs=1e-6)
    assert columns["heat_queue_0.01"][:5].tolist() == [0, 2, 2, 2, 0]
    assert columns["hours_to_top_heat"][at[13]] == 50
    # within the second hour the heat doubled, so the title is past rank 10 already
    assert columns["hours_to_top_heat"][5 + 4] == pytest.approx(-np.log(1000 / 800) / np.log(2), abs=1e-5)
    assert columns["top_heat_ahead_2h"][-1] == 0
    assert np.isnan(columns["top_heat_ahead_2h"][0])


def test_the_same_story_in_other_words_is_found() -> None:
    board = make_board(("国足战胜日本队", [20]), ("今天吃什么", [21]))
    other = make_board(("国足2比1战胜日本队", [3]), ("明天会更好", [4]))
    pairs = find_alike(board, other)
    assert [(board.titles[a], other.titles[b]) for a, b in zip(pairs.mine, pairs.theirs, strict=True)] == [
        ("国足战胜日本队", "国足2比1战胜日本队")
    ]


def test_archives_with_other_columns_are_read_and_strangers_refused(tmp_path: Path) -> None:
    table = simulate_board(1, 30)
    pq.write_table(table.drop_columns(["heat", "is_ad"]), tmp_path / "bare.parquet")
    assert np.isnan(read_boards([tmp_path / "bare.parquet"], "douyin")[0].heat).all()
    pq.write_table(pa.table({"price": [1.0]}), tmp_path / "prices.parquet")
    with pytest.raises(WarehouseError, match="lacks the columns captured_at"):
        read_boards([tmp_path / "prices.parquet"])
