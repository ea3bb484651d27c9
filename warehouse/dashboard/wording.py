"""The words of the reports and of the dashboard in, one set of words for its pages out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from warehouse.reports.wording import Wording, read_wording
from warehouse.shipped_yaml import read_shipped_yaml

WORDING_FILE = Path(__file__).parent / "wording.yaml"
SHARED = ("terms", "kinds", "chart_words")
"""Parts that the dashboard adds to; all else it has of its own, or as the reports have it."""


@cache
def read_dashboard_wording() -> dict[str, Any]:
    """Everything the dashboard says; a section `like` another takes over what it does not say itself."""
    report = read_wording()
    own: dict[str, Any] = read_shipped_yaml(WORDING_FILE)
    words = {**report, **own}
    for part in SHARED:
        words[part] = {**report[part], **own[part]}
    words["terms"]["status"] = {**report["terms"]["status"], **own["terms"]["status"]}
    words["sections"] = dict(report["sections"])
    for name, spec in own["sections"].items():
        words["sections"][name] = {**report["sections"].get(spec.get("like"), {}), **spec}
    return words


def choose_wording(language: str) -> Wording:
    """Words of the pages in zh or en."""
    return Wording(language, read_dashboard_wording())
