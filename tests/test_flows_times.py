"""When a source is read: cron lines and intervals of the settings."""

from __future__ import annotations

import pytest

from flows.times import check_cron, parse_interval


@pytest.mark.parametrize(
    "line",
    ["0 8,20 * * *", "*/5 8-20 * * mon-fri", "0 0 1 JAN-jun/2 ?", "0 9 l * 5#2", "30 6 * * 7", "@daily"],
)
def test_a_cron_line_has_five_fields_or_a_name(line: str) -> None:
    assert check_cron(line) == line


@pytest.mark.parametrize(
    "line", ["", "0 8 * *", "0 8 * * * *", "60 8 * * *", "0 24 * * *", "0 8 0 * *", "0 8 * 13 *", "0 8 * * 8",
             "0 8 * * 一", "*/0 8 * * *", "0 8- * * *", "@often"]
)  # fmt: skip
def test_a_cron_line_that_never_comes_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no cron line: write minute, hour"):
        check_cron(line)


def test_intervals_are_polite() -> None:
    assert parse_interval("6h").total_seconds() == 6 * 3600
    with pytest.raises(ValueError, match="five minutes"):
        parse_interval("1m")
