"""Reports of months: how long they are kept is the user's to say."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.report_world import publish_report_world


@pytest.mark.process
@pytest.mark.timeout(120)
def test_reports_older_than_the_setting_go_when_another_is_written_and_briefs_stay(tmp_path: Path) -> None:
    home = tmp_path / ".headwater"
    publish_report_world(home)
    headwater = CommandLine(tmp_path)
    for name, days in (("weekly-old", 40), ("daily-old", 31), ("weekly-new", 29), ("topic-old", 40)):
        page = home / "reports" / name / "report.json"
        page.parent.mkdir(parents=True)
        page.write_text("{}")
        os.utime(page, (time.time() - days * 86_400,) * 2)
    unfinished = home / "reports" / "weekly-notes"
    unfinished.mkdir()
    (tmp_path / "headwater.toml").write_text("[report]\nkeep_days = 0\n")
    assert headwater.run("report").exit_code == 0
    assert len(list(home.glob("reports/*"))) == 6
    (tmp_path / "headwater.toml").write_text("[report]\nkeep_days = 30\n")
    done = headwater.run("report")
    assert done.exit_code == 0, done.errors
    left = sorted(path.name for path in home.glob("reports/*"))
    assert [name for name in left if "-2" not in name] == ["topic-old", "weekly-new", "weekly-notes"]
    assert sum("-2" in name for name in left) == 2
