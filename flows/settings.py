"""headwater.toml and the environment in, Settings out; the only place that reads the environment."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from flows.exit_codes import CommandError
from flows.settings_file import SETTINGS_FILE, explain_misfit, read_settings_file
from flows.settings_tables import (
    AlertSettings,
    CrawlSettings,
    ModelSettings,
    PathText,
    ReportSettings,
    ScheduleSettings,
    SourceSettings,
    WarehouseSettings,
    expand_tilde,
)
from flows.wording import CommandWording, Language

PREFIX = "HEADWATER_"
MODELS = "models"
"""Folder below the home with the taggers that the user trained."""
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
AS_JSON = (
    'write a list as JSON, as ["花西子", "完美日记"]; '
    "each key of a table has a variable of its own, as HEADWATER_ALERTS__CHANNELS__TEAM"
)

NO_VARIABLE = (
    "is not a known setting; a section and its key are joined by two underscores, "
    "as HEADWATER_CRAWL__DELAY_SECONDS"
)
NAME_A_FOLDER = 'name a folder, as ".headwater"'


class Environment(EnvSettingsSource):
    """HEADWATER_<SECTION>__<KEY>; a list or table there is JSON, and an empty variable counts as unset."""

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


def read_folder(path: object) -> object:
    """The path, with ~ as the user's own folder.

    ValueError for an empty one, which would be the working directory.
    """
    if path == "":
        raise ValueError(NAME_A_FOLDER)
    return expand_tilde(path) if isinstance(path, str) else path


class Settings(BaseSettings):
    """Everything that can be set: keys of headwater.toml, or HEADWATER_<SECTION>__<KEY>."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    home: Annotated[Path, BeforeValidator(read_folder)] = Path(".headwater")
    """Where all state lives."""
    browser_path: PathText = ""
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


def find_language(path: Path | None = None) -> Language:
    """Language of what commands say, even where another setting of the file is bad."""
    try:
        return read_settings(path).message_language
    except CommandError:
        file = find_settings_file(path)
    with suppress(CommandError):
        match read_settings_file(file) if file else {}:
            case {"report": {"language": "zh" | "en" as chosen}}:
                return cast("Language", chosen)
    return read_terminal_language()


def read_settings(path: Path | None = None) -> Settings:
    """Settings of `path`, else of headwater.toml in the working directory, else the defaults.

    A relative home is taken beside the settings file. CommandError names a missing file or a bad key.
    """
    file = find_settings_file(path)
    if file is None:
        return build_settings({}, Path.cwd(), "the environment")
    return build_settings(read_settings_file(file), file.resolve().parent, str(file))


def find_settings_file(path: Path | None) -> Path | None:
    """`path`, else that of HEADWATER_CONFIG, else headwater.toml in the working directory if it is there."""
    variable = os.environ.get("HEADWATER_CONFIG", "")
    try:
        named = path or (Path(expand_tilde(variable)) if variable else None)
    except ValueError as problem:
        raise CommandError(f"bad setting `HEADWATER_CONFIG` in the environment: {problem}") from problem
    there = Path(SETTINGS_FILE)
    return named or (there if there.exists() else None)


def build_settings(values: dict[str, Any], beside: Path, origin: str) -> Settings:
    """Validate values; CommandError names the first bad key, or variable, and where it stands."""
    refuse_unknown_variables()
    try:
        settings = Settings(**values)
    except ValidationError as problem:
        first = problem.errors()[0]
        key, place = find_variable(first["loc"]), "the environment"
        if key is None:
            key, place = ".".join(str(part) for part in first["loc"]), origin
        raise CommandError(f"bad setting `{key}` in {place}: {explain_misfit(first)}") from problem
    home = (beside / settings.home).resolve()
    if "?" in str(home):
        # DuckDB 2.0 takes what follows for the parameters of an address: its log would be another folder's
        raise CommandError(
            f"{home}: no file of DuckDB can be below a folder with ? in its name; name another home"
        )
    return settings.model_copy(update={"home": home})


def refuse_unknown_variables() -> None:
    """CommandError names a variable of ours that is none, such as HEADWATER_CRAWLL__DELAY_SECONDS.

    Keys of platforms (HEADWATER_JD_UNION_APP_KEY) begin alike and have neither two underscores nor a section.
    """
    for name in sorted(os.environ):
        prefix, _, rest = name.lower().partition(PREFIX.lower())
        section, nested, _ = rest.partition("__")
        if prefix or not os.environ[name] or rest in Settings.model_fields:
            continue
        if nested and section in Settings.model_fields:
            continue
        if nested or any(rest.startswith(f"{field}_") for field in Settings.model_fields):
            raise CommandError(f"bad setting `{name}` in the environment: {NO_VARIABLE}")


def find_variable(place: tuple[int | str, ...]) -> str | None:
    """The variable that the value at a place of the settings stands in; None when none has it."""
    for length in range(len(place), 0, -1):
        wanted = PREFIX + "__".join(map(str, place[:length]))
        for name, text in os.environ.items():
            if text and name.lower() == wanted.lower() and holds_place(text, place[length:]):
                return name
    return None


def holds_place(text: str, place: tuple[int | str, ...]) -> bool:
    """Whether a variable's JSON has a value there; the whole of any text is one."""
    if not place:
        return True
    try:
        value = json.loads(text)
        for part in place:
            value = value[part]
    except (ValueError, LookupError, TypeError):
        return False
    return True


def prepare_environment(home: Path, api: str | None = None) -> None:
    """Keep Prefect's state in the home, telemetry and the model hub off; call before importing prefect.

    `api` is the address of our own server, which no proxy is asked for: Prefect reads it once, at its import.
    """
    chosen = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # without a word Prefect keeps its own rows of every run for ever; with it, for ninety days
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
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
    avoid_proxies((*THIS_MACHINE, urlsplit(api or "").hostname or ""))


def avoid_proxies(hosts: tuple[str, ...]) -> None:
    """Have no proxy of the environment asked for these hosts, and forget SOCKS proxies.

    Of the environment's proxies crawls use none, and channels of alerts those of HTTP alone; Prefect's client
    fails at a SOCKS one while it is built, even where `no_proxy` holds for the only host that it asks.
    """
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name.strip() for name in (*known.split(","), *hosts)]
    direct = ",".join(dict.fromkeys(filter(None, names)))
    os.environ.update({"no_proxy": direct, "NO_PROXY": direct})
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        scheme, separator, _ = os.environ[name].partition("://")
        if separator and scheme.lower() not in ("http", "https"):
            del os.environ[name]


def find_api() -> str | None:
    """Address of a Prefect server that the user has set; None where each run has its own."""
    return os.environ.get("PREFECT_API_URL") or None


def read_secret(name: str) -> str | None:
    """A key from the environment; None when it is not set. Keys are read nowhere else and never logged."""
    return os.environ.get(name)
