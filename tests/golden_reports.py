"""The hand-written world of the reports in, its golden pages out.

`python -m tests.golden_reports` writes them anew. Read the difference before you
commit it: these pages are what people see.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Literal

from tests.report_world import FIXTURES, publish_report_world
from warehouse.reports.report import ReportKind, write_report

GOLDEN: dict[str, tuple[ReportKind, Literal["zh", "en"], str]] = {
    "weekly.zh.md": ("weekly", "zh", "report.md"),
    "weekly.en.md": ("weekly", "en", "report.md"),
    "weekly.zh.json": ("weekly", "zh", "report.json"),
    "weekly.zh.rss": ("weekly", "zh", "rising.rss"),
    "daily.zh.md": ("daily", "zh", "report.md"),
    "topic.zh.md": ("topic", "zh", "report.md"),
    "brand.en.md": ("brand", "en", "report.md"),
}
"""Golden file -> kind and language of the report, and the file of it that is kept."""
SUBJECTS: dict[ReportKind, str | None] = {
    "weekly": None, "daily": None, "topic": "tag:拼豆", "brand": "优衣库",
}  # fmt: skip


def render_golden(published: Path, folder: Path, name: str) -> str:
    """The text of one golden file as it is now, without the SQL: that is told by its own tests."""
    kind, language, file = GOLDEN[name]
    files = write_report(published, folder, kind=kind, language=language, subject=SUBJECTS[kind])
    text = (files.folder / file).read_text(encoding="utf-8")
    if file == "report.json":
        return re.sub(r'^   "sql": ".*",\n', "", text, flags=re.MULTILINE)
    if file == "report.md":
        return re.split("## 每张表的查询|## The query of every table", text)[0].rstrip() + "\n"
    return text


def main() -> None:
    """Write every golden file anew."""
    with tempfile.TemporaryDirectory() as scratch:
        published = publish_report_world(Path(scratch))
        for name in GOLDEN:
            text = render_golden(published, Path(scratch) / name, name)
            (FIXTURES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
