"""The tables of headwater.toml: their keys, the values these may have, and what holds where none is set."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from flows.times import check_cron, parse_interval, parse_time_of_day
from flows.wording import Language
from warehouse.alerts.names import RULES, RuleName


def expand_tilde(path: str) -> str:
    """The path, with ~ as the user's own folder; ValueError for the ~ of a user that there is not."""
    if not path.startswith("~"):
        return path
    try:
        return str(Path(path).expanduser())
    except RuntimeError as problem:
        raise ValueError(f"there is no user whose own folder {path} could be in") from problem


PathText = Annotated[str, AfterValidator(expand_tilde)]
"""A path, with ~ as the user's own folder."""


class Section(BaseModel):
    """A table of the settings file; an unknown key is an error that names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CrawlSettings(Section):
    """How every crawl behaves towards the sites it reads."""

    delay_seconds: Annotated[float, Field(ge=1.0, le=3600)] = 2.0
    """Pause between two requests to one host; not below one second outside the sandbox."""
    deadline_seconds: Annotated[float, Field(ge=5, le=86400)] = 1800.0
    """Longest a crawl of one source may take."""
    revisit_pages: Annotated[int, Field(ge=0, le=5000)] = 100
    """Known videos whose engagement one run of a source reads again at most; 0 reads none."""
    keep_responses: bool = True
    """Whether packages hold the pages as fetched, which name their authors; `crawl --replay` needs them."""
    contact: str = ""
    """Address a site's owner can write to; named in the user agent."""
    browser_path: PathText = ""
    """Path of the Chromium to use; empty finds one."""


class SourceSettings(Section):
    """One source of the scheduled crawl."""

    enabled: bool = True
    every: str | None = None
    """Interval such as `30m`, `6h`, `1d`."""
    cron: str | None = None
    """Five cron fields in Asia/Shanghai; wins over `every`."""
    targets: tuple[str, ...] = ()
    """Addresses or ids to read, where the source needs them: shops, feeds, notes."""
    addresses: dict[str, str] = {}
    """Base addresses by name, in place of the platform's own."""

    @field_validator("every")
    @classmethod
    def check_interval(cls, text: str | None) -> str | None:
        """Refuse an interval that is no number with m, h or d."""
        if text is not None:
            parse_interval(text)
        return text

    @field_validator("cron")
    @classmethod
    def check_cron_line(cls, text: str | None) -> str | None:
        """Refuse a line that has not five fields or one out of its range."""
        return None if text is None else check_cron(text)


class ModelSettings(Section):
    """The language models."""

    sentiment: PathText = ""
    """Folder or Hugging Face name of a classifier in place of the shipped encoder."""
    threads: Annotated[int, Field(ge=0, le=64)] = 0
    """Cores that tag: threads of the encoder, or processes where texts are many; 0 takes what there are."""
    abstain_below: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Least probability of a sentiment; a text of which the model is less sure gets none."""


class WarehouseSettings(Section):
    """Bounds of the warehouse."""

    memory_limit: str = "2GB"
    threads: Annotated[int, Field(ge=1, le=64)] = 2

    @field_validator("memory_limit")
    @classmethod
    def check_size(cls, text: str) -> str:
        """Refuse what is no size, and none at all."""
        if not re.fullmatch(r"0*[1-9][0-9]*(MB|GB)", text):
            raise ValueError("write a size in quotes, as 512MB or 2GB")
        return text


class ReportSettings(Section):
    """What `headwater run` and `headwater report` write."""

    kind: Literal["weekly", "daily"] = "weekly"
    language: Language = "zh"
    """Of the reports; where it is set, of what commands say too, which else follow the terminal."""
    keep_days: Annotated[int, Field(ge=0, le=36500)] = 0
    """After how many days weekly and daily reports are removed when another is written; 0 keeps all."""


class AlertSettings(Section):
    """What is told, where, and when not."""

    channels: dict[str, SecretStr] = {}
    """Addresses by name, as Apprise writes them: `feishu://TOKEN`, `mailtos://USER:PASSWORD@HOST`."""
    rules: tuple[RuleName, ...] = RULES
    brands: tuple[str, ...] = ()
    """Brands whose share of voice is watched."""
    breakout_probability: Annotated[float, Field(ge=0.05, le=1)] = 0.7
    """Least probability of reaching the top ten."""
    quiet_from: time | None = None
    """Start of the quiet hours, Asia/Shanghai; what falls into them is told afterwards if it still holds."""
    quiet_to: time | None = None
    """End of the quiet hours."""

    @field_validator("quiet_from", "quiet_to", mode="before")
    @classmethod
    def check_time_of_day(cls, written: object) -> time | None:
        """Refuse a bare number, which would be seconds, and a time with a zone of its own."""
        return None if written is None else parse_time_of_day(written)

    @model_validator(mode="after")
    def check_quiet_hours(self) -> AlertSettings:
        """Refuse half of a pair."""
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet hours need both quiet_from and quiet_to")
        return self


class ScheduleSettings(Section):
    """Where the scheduler's page listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1024, le=65535)] = 4200
