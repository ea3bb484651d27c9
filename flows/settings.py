"""headwater.toml and the environment in, Settings out; the only place that reads the environment."""

from __future__ import annotations

import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from flows.exit_codes import CommandError
from flows.times import parse_interval, parse_time_of_day
from flows.wording import CommandWording, Language
from warehouse.alerts.names import RULES, RuleName

SETTINGS_FILE = "headwater.toml"
MODELS = "models"
"""Folder below the home with the taggers that the user trained."""
AS_JSON = (
    'write a list as JSON, as ["花西子", "完美日记"]; '
    "each key of a table has a variable of its own, as HEADWATER_ALERTS__CHANNELS__TEAM"
)


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
    browser_path: str = ""
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


class ModelSettings(Section):
    """The language models."""

    sentiment: str = ""
    """Folder or Hugging Face name of a classifier in place of the shipped encoder."""
    threads: Annotated[int, Field(ge=0, le=64)] = 0
    """Cores that tag: threads of the encoder, or processes where texts are many; 0 takes what there are."""
    abstain_below: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Least probability of a sentiment; a text of which the model is less sure gets none."""


class WarehouseSettings(Section):
    """Bounds of the warehouse."""

    memory_limit: Annotated[str, Field(pattern=r"^\d+(MB|GB)$")] = "2GB"
    threads: Annotated[int, Field(ge=1, le=64)] = 2


class ReportSettings(Section):
    """What `headwater run` and `headwater report` write."""

    kind: Literal["weekly", "daily"] = "weekly"
    language: Language = "zh"
    """Of the reports; where it is set, of what commands say too, which else follow the terminal."""


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


class Environment(EnvSettingsSource):
    """HEADWATER_<SECTION>__<KEY>; a list or table there is JSON."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401
        """The list or table; CommandError names the variable, and not its value, which may be an address."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError as problem:
            name = next(
                name
                for name, text in os.environ.items()
                if text == value and name.lower().endswith(field_name.lower())
            )
            raise CommandError(f"bad setting `{name}` in the environment: {AS_JSON}") from problem


class Settings(BaseSettings):
    """Everything that can be set: keys of headwater.toml, or HEADWATER_<SECTION>__<KEY>."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="HEADWATER_", env_nested_delimiter="__"
    )

    home: Path = Path(".headwater")
    """Where all state lives."""
    browser_path: str = ""
    """Short for crawl.browser_path (HEADWATER_BROWSER_PATH)."""
    crawl: CrawlSettings = CrawlSettings()
    sources: dict[str, SourceSettings] = {}
    model: ModelSettings = ModelSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    report: ReportSettings = ReportSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    alerts: AlertSettings = AlertSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file: a path set for one call wins over the file."""
        return Environment(settings_cls), init_settings

    @property
    def landing_root(self) -> Path:
        """Folder of the landing packages."""
        return self.home / "landing"

    @property
    def models_root(self) -> Path:
        """Folder of the taggers trained here."""
        return self.home / MODELS

    @property
    def encoder_threads(self) -> int:
        """Threads of the encoder: as set, else the cores of the machine, four at most."""
        return self.model.threads or min(4, os.cpu_count() or 1)

    @property
    def message_language(self) -> Language:
        """Language of what commands say: that of the reports where it was set, else the terminal's."""
        chosen = "language" in self.report.model_fields_set
        return self.report.language if chosen else read_terminal_language()

    @property
    def chromium_path(self) -> str:
        """Browser to use, or empty to find one."""
        return self.browser_path or self.crawl.browser_path


def speak(settings: Settings) -> CommandWording:
    """The words of commands, in the language of these settings."""
    return CommandWording(settings.message_language)


def read_terminal_language() -> Language:
    """Chinese for a Chinese locale, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := os.environ.get(name))), "")
    return "zh" if locale.startswith("zh") else "en"


def read_settings(path: Path | None = None) -> Settings:
    """Settings of `path`, else of headwater.toml in the working directory, else the defaults.

    A relative home is taken beside the settings file. CommandError names a missing file or a bad key.
    """
    named = path or (Path(os.environ["HEADWATER_CONFIG"]) if "HEADWATER_CONFIG" in os.environ else None)
    file = named or Path(SETTINGS_FILE)
    if not file.exists():
        if named is not None:
            raise CommandError(f"the settings file {named} does not exist")
        return build_settings({}, Path.cwd(), "the environment")
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CommandError(f"{file} is not valid TOML: {problem}") from problem
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}") from problem
    return build_settings(values, file.resolve().parent, str(file))


def build_settings(values: dict[str, Any], beside: Path, origin: str) -> Settings:
    """Validate values; CommandError names the first bad key and where it stands."""
    try:
        settings = Settings(**values)
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = (
            "is not a known setting"
            if first["type"] == "extra_forbidden"
            else first["msg"].removeprefix("Value error, ")
        )
        raise CommandError(f"bad setting `{key}` in {origin}: {reason}") from problem
    return settings.model_copy(update={"home": (beside / settings.home).resolve()})


def prepare_environment(home: Path, api: str | None = None) -> None:
    """Keep Prefect's state in the home, telemetry and the model hub off; call before importing prefect."""
    chosen = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    if api is not None:
        os.environ["PREFECT_API_URL"] = api
    os.environ.update({name: value for name, value in chosen.items() if name not in os.environ})


def read_secret(name: str) -> str | None:
    """A key from the environment; None when it is not set. Keys are read nowhere else and never logged."""
    return os.environ.get(name)
