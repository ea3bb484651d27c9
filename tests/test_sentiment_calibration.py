"""calibration.csv of the home: net sentiment corrected for the model's error, or the line to mend."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from flows.exit_codes import ExitCode
from flows.wording import CommandWording
from nlp.evaluate import measure_sides
from nlp.lexicon import LexiconError
from nlp.sentiment_calibration import CALIBRATION_SCHEMA, read_calibration_table
from nlp.sentiment_labels import SENTIMENT_CLASSES
from tests.command_line import CommandLine
from tests.landed_packages import land, load_into
from tests.trend_world import write_post
from warehouse.publish import published_path
from warehouse.records import Post
from warehouse.trends import CALIBRATION_SCHEMA as MART_SCHEMA

HEADINGS = "l1,sens,spec,n_labelled\n"
INTERESTS = {"05", "08"}


def read(folder: Path, text: str) -> list[dict[str, object]]:
    file = folder / "calibration.csv"
    file.write_text(text, encoding="utf-8-sig")
    rows: list[dict[str, object]] = read_calibration_table(file, INTERESTS).to_pylist()
    return rows


def test_a_line_an_interest_is_read_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEADINGS}5, 0.93,0.94,412\r\n08,1,0.5,400\r\n\r\n") == [
        {"l1": "05", "sens": 0.93, "spec": 0.94, "n_labelled": 412},
        {"l1": "08", "sens": 1.0, "spec": 0.5, "n_labelled": 400},
    ]
    assert read_calibration_table(None, INTERESTS).num_rows == 0
    assert CALIBRATION_SCHEMA == MART_SCHEMA


@pytest.mark.parametrize(
    ("text", "problem", "chinese"),
    [
        ("", "line 1: write the headings l1,sens,spec,n_labelled", "第 1 行：请写表头"),
        ("l1,sens\n05,0.9\n", "line 1: write the headings", "第 1 行：请写表头"),
        (
            f"{HEADINGS}21,0.9,0.9,400\n",
            "line 2: '21' is no first-level interest",
            "第 2 行：'21' 不是一级兴趣",
        ),
        (f"{HEADINGS}05,93%,0.9,400\n", "line 2: sens and spec are shares", "第 2 行：sens 和 spec 是"),
        (f"{HEADINGS}05,0.9,,400\n", "line 2: sens and spec are shares", "第 2 行：sens 和 spec 是"),
        (f"{HEADINGS}05,nan,0.9,400\n", "line 2: sens and spec are shares", "第 2 行：sens 和 spec 是"),
        (
            f"{HEADINGS}05,0.4,0.6,400\n",
            "line 2: sens and spec add up to 1",
            "第 2 行：sens 与 spec 之和为 1",
        ),
        (f"{HEADINGS}05,0.9,0.9,1,400\n", "line 2: it has more cells", "第 2 行：单元格比表头多"),
        (f"{HEADINGS}05,0.9,0.9,399\n", "line 2: n_labelled is 399", "第 2 行：n_labelled 为 399"),
        (f"{HEADINGS}05,0.9,0.9,400\n5,0.8,0.9,500\n", "line 3: 05 stands above", "第 3 行：05 上面已经有了"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, text: str, problem: str, chinese: str
) -> None:
    with pytest.raises(LexiconError) as refused:
        read(tmp_path, text)
    assert problem in str(refused.value)
    assert chinese in CommandWording("zh").translate(str(refused.value))


def test_error_rates_are_of_texts_on_which_the_model_takes_a_side() -> None:
    """10 positive texts: 6 called so, 2 negative, 2 neutral; 6 negative: 5 and 1; neutral texts are none."""
    number = {name: SENTIMENT_CLASSES.index(name) for name in ("positive", "negative", "neutral")}
    pairs = [("positive", "positive")] * 6 + [("positive", "negative")] * 2 + [("positive", "neutral")] * 2
    pairs += [("negative", "negative")] * 5 + [("negative", "positive")] + [("neutral", "positive")] * 9
    labels, predicted = (np.array([number[pair[place]] for pair in pairs]) for place in (0, 1))
    sens, spec, n_labelled = measure_sides(labels, predicted)
    assert (sens, n_labelled) == (6 / 8, 12)
    assert spec == pytest.approx(5 / 6)
    assert np.isnan(measure_sides(labels[:10], predicted[:10])[1])


def write_review(number: int) -> Post:
    """A word on coffee in its own words: every fifth is disappointed."""
    words = "".join(chr(start + number * step) for start, step in ((0x4E00, 7), (0x5E00, 3), (0x6E00, 5)))
    said = "太难喝了，非常失望，再也不买" if number % 5 == 0 else "太好喝了，非常喜欢，强烈推荐"
    return write_post(number, 1, title=f"{words}家的咖啡{said}{words}")


def test_trends_correct_net_sentiment_by_the_file_of_the_home(tmp_path: Path) -> None:
    home = tmp_path / ".headwater"
    land(home / "landing", [write_review(number) for number in range(1, 502)])
    load_into(home, home / "landing")
    headwater, file = CommandLine(tmp_path), home / "calibration.csv"
    file.write_text(f"{HEADINGS}05,0.93,0.94,12\n", encoding="utf-8")
    refused = headwater.run("trends", environment={"LC_ALL": "zh_CN.UTF-8"})
    assert refused.exit_code == ExitCode.USAGE and "第 2 行：n_labelled 为 12" in refused.errors
    assert not published_path(home).exists()
    file.write_text(f"{HEADINGS}05,0.93,0.94,412\n", encoding="utf-8")
    built = headwater.run("trends")
    assert built.exit_code == ExitCode.OK, built.errors
    asked = headwater.run(
        "sql",
        "select n_pos, n_neg, sens, spec, nsr_adj, nsr_adj_lo, nsr_adj_hi, status, is_rankable "
        "from mart_topic_sentiment where platform = 'all' and topic_id = 'interest:05'",
        "--json",
    )
    (row,) = json.loads(asked.output)
    assert (row["sens"], row["spec"], row["status"], row["is_rankable"]) == (0.93, 0.94, "ok", True)
    assert row["n_pos"] + row["n_neg"] > 450
    share = row["n_pos"] / (row["n_pos"] + row["n_neg"])
    assert row["nsr_adj"] == pytest.approx(2 * (share + 0.94 - 1) / (0.93 + 0.94 - 1) - 1)
    assert row["nsr_adj_lo"] < row["nsr_adj"] < row["nsr_adj_hi"]
