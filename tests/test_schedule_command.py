"""`headwater schedule` with settings that cannot work: refused before any server starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.exit_codes import ExitCode
from tests.command_line import CommandLine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no source is switched on"),
        ('[sources.bili]\nevery = "6h"\n', "the platform 'bili' is not known"),
        ('[sources.bilibili]\ncron = "99 99 * * *"\n', "'99 99 * * *' is no cron line"),
        ('[sources.jd_union]\nevery = "6h"\n', "HEADWATER_JD_UNION_APP_KEY"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused_at_once(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "headwater.toml").write_text(text, encoding="utf-8")
    outcome = CommandLine(tmp_path).run("schedule")
    assert outcome.exit_code == ExitCode.USAGE
    assert words in outcome.errors
    assert "shows the runs" not in outcome.output
    assert not (tmp_path / ".headwater" / "prefect" / "server.log").exists()
