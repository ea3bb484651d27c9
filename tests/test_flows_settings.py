"""Settings: what can be set, what a person reads when it is set wrongly."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.diagnosis import diagnose
from flows.exit_codes import CommandError, ExitCode
from flows.settings import prepare_environment, read_settings
from flows.wording import CommandWording
from tests.command_line import CommandLine


@pytest.fixture(autouse=True)
def in_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def write_settings(folder: Path, text: str) -> Path:
    file = folder / "headwater.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.home == tmp_path / ".headwater"
    assert settings.crawl.delay_seconds >= 1
    assert settings.report.language == "zh"


def test_home_is_beside_the_settings_file(tmp_path: Path) -> None:
    folder = tmp_path / "项目"
    folder.mkdir()
    file = write_settings(folder, 'home = "状态"')
    assert read_settings(file).home == folder / "状态"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_settings(tmp_path, 'home = "a"')
    monkeypatch.setenv("HEADWATER_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("HEADWATER_CRAWL__DELAY_SECONDS", "7.5")
    settings = read_settings()
    assert settings.home == tmp_path / "b"
    assert settings.crawl.delay_seconds == 7.5


@pytest.mark.parametrize("name", ["HEADWATER_HOME", "HEADWATER_CONFIG", "HEADWATER_CRAWL__DELAY_SECONDS"])
def test_an_empty_variable_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """An empty HEADWATER_HOME was the working directory, whose folders are not ours."""
    monkeypatch.setenv(name, "")
    settings = read_settings()
    assert settings.home == tmp_path / ".headwater"
    assert settings.crawl.delay_seconds >= 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hoem = 'x'", "hoem"),
        ("home = ''", "home"),
        ("[crawl]\ndelay = 3", "crawl.delay"),
        ("[crawl]\ndelay_seconds = 0.01", "crawl.delay_seconds"),
        ("[sources.bilibili]\nevery = '10s'", "sources.bilibili.every"),
        ("[sources.bilibili]\ncron = '99 8 * * *'", "sources.bilibili.cron"),
        ("[warehouse]\nmemory_limit = 'lots'", "warehouse.memory_limit"),
        ("[warehouse]\nmemory_limit = '0GB'", "warehouse.memory_limit"),
        ("[report]\nlanguage = 'de'", "report.language"),
        ("[alerts]\nquiet_from = 22\nquiet_to = '08:00'", "alerts.quiet_from"),
        ("[alerts]\nquiet_from = '22:30+08:00'\nquiet_to = '08:00'", "alerts.quiet_from"),
        ("[alerts]\nquiet_from = '22:30'\nquiet_to = '8 Uhr'", "alerts.quiet_to"),
    ],
)
def test_a_bad_key_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = write_settings(tmp_path, text)
    with pytest.raises(CommandError, match=f"`{named}`") as caught:
        read_settings(file)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("HEADWATER_CRAWL__DELAY_SECONDS", "zwei", "write a number"),
        ("HEADWATER_CRAWL__DELAY", "3", "is not a known setting"),
        ("HEADWATER_SOURCES__BILIBILI__EVERY", "10s", "'10s' is no interval"),
        ("HEADWATER_ALERTS__RULES", '["steigend"]', "choose one of these"),
        ("HEADWATER_ALERTS", '{"rules": ["steigend"]}', "choose one of these"),
        ("headwater_report__language", "de", "choose one of these"),
        ("HEADWATER_CRAWLL__DELAY_SECONDS", "3", "is not a known setting; a section and its key are joined"),
        ("HEADWATER_CRAWL_DELAY_SECONDS", "3", "is not a known setting; a section and its key are joined"),
        ("HEADWATER_HOME", "~niemand-hier/hw", "there is no user whose own folder"),
        ("HEADWATER_CONFIG", "~niemand-hier/hw.toml", "there is no user whose own folder"),
    ],
)
def test_a_bad_variable_is_named_and_not_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, reason: str
) -> None:
    write_settings(tmp_path, "[crawl]\ndelay_seconds = 3\n[sources.bilibili]\nevery = '6h'")
    monkeypatch.setenv(name, value)
    with pytest.raises(CommandError, match=f"bad setting `{name}` in the environment: {reason}") as caught:
        read_settings()
    assert "headwater.toml" not in str(caught.value)


def test_a_bad_key_of_the_file_is_not_blamed_on_a_variable_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_settings(tmp_path, "[alerts]\nbreakout_probability = 7")
    monkeypatch.setenv("HEADWATER_ALERTS", '{"brands": ["花西子"]}')
    with pytest.raises(CommandError, match=r"`alerts.breakout_probability` in headwater\.toml"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("HEADWATER_JD_UNION_APP_KEY", "x"), ("HEADWATER_SERVICE_HOST", "x"), ("HEADWATER_CRAWLL__DELAY", "")],
)
def test_what_is_no_setting_of_ours_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert read_settings().crawl.delay_seconds >= 1


def test_a_tilde_is_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "阿花"))
    write_settings(tmp_path, "home = '~/hw'\n[crawl]\nbrowser_path = '~/chrome'\n[model]\nsentiment = '~/m'")
    settings = read_settings()
    assert settings.home == tmp_path / "阿花" / "hw"
    assert settings.chromium_path == str(tmp_path / "阿花" / "chrome")
    assert settings.model.sentiment == str(tmp_path / "阿花" / "m")
    monkeypatch.setenv("HEADWATER_HOME", "~/anders")
    monkeypatch.setenv("HEADWATER_BROWSER_PATH", "~/chromium")
    assert read_settings().home == tmp_path / "阿花" / "anders"
    assert read_settings().chromium_path == str(tmp_path / "阿花" / "chromium")


def test_a_home_that_duckdb_cannot_write_in_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"was\?/hw: no file of DuckDB can be below a folder with \? in"):
        read_settings(write_settings(tmp_path, "home = 'was?/hw'"))


def test_quiet_hours_are_a_time_of_day_with_quotes_or_without(tmp_path: Path) -> None:
    file = write_settings(tmp_path, "[alerts]\nquiet_from = 22:30:00\nquiet_to = '08:00'")
    assert read_settings(file).alerts.quiet_from == time(22, 30)
    assert read_settings(file).alerts.quiet_to == time(8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEADWATER_ALERTS__BRANDS", "花西子"),
        ("HEADWATER_ALERTS__RULES", "rising,watch"),
        ("HEADWATER_ALERTS__CHANNELS", "feishu://geheim"),
        ("HEADWATER_ALERTS", "geheim"),
    ],
)
def test_a_list_in_the_environment_that_is_no_json_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CommandError, match=f"`{name}` in the environment: write a list as JSON") as caught:
        read_settings()
    assert caught.value.exit_code is ExitCode.USAGE
    assert value not in str(caught.value).replace('["花西子", "完美日记"]', "")


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_ALERTS__BRANDS", '["花西子"]')
    assert read_settings().alerts.brands == ("花西子",)


def test_what_is_wrong_with_the_environment_is_told_in_chinese(tmp_path: Path) -> None:
    environment = {"LC_ALL": "zh_CN.UTF-8", "HEADWATER_ALERTS__BRANDS": "花西子"}
    refused = CommandLine(tmp_path).run("status", environment=environment)
    assert refused.exit_code == ExitCode.USAGE
    assert refused.errors == (
        "headwater：环境变量 中的设置 `HEADWATER_ALERTS__BRANDS` 有误：列表请写成 JSON，"
        '如 ["花西子", "完美日记"]；表的每一项各用一个变量，如 HEADWATER_ALERTS__CHANNELS__TEAM\n'
    )


def test_broken_toml_and_missing_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not valid TOML"):
        read_settings(write_settings(tmp_path, "home = "))
    with pytest.raises(CommandError, match="does not exist"):
        read_settings(tmp_path / "nirgends.toml")


@pytest.mark.parametrize(
    ("text", "advice", "chinese"),
    [
        ("home = 5", "write a text in quotes", "请写成带引号的文本"),
        ("home = ''", "name a folder", "请写出一个文件夹"),
        ("[alerts]\nbrands = '花西子'", "write a list in square brackets", "请写成方括号里的列表"),
        ("[alerts]\nchannels = '飞书'", "write a table: a line such as [report]", "这是一张表"),
        ("report = 'weekly'", "write a table: a line such as [report]", "这是一张表"),
        ("[report]\nkind = 'monthly'", "choose one of these: 'weekly' or 'daily'", "请从中选一个"),
        ("[crawl]\nkeep_responses = 'nein'", "write true or false", "请写 true 或 false"),
        ("[crawl]\ndelay_seconds = 'zwei'", "write a number", "请写数字"),
        ("[crawl]\ndelay_seconds = 0.5", "write a number of at least 1", "请写不小于 1"),
        ("[schedule]\nport = 1e9", "write a number of at most 65535", "请写不大于 65535"),
        ("[schedule]\nport = 4200.5", "write a whole number", "请写整数"),
        ("[model]\nabstain_below = 1", "write a number below 1", "请写小于 1"),
        (
            "[warehouse]\nmemory_limit = '0GB'",
            "write a size in quotes, as 512MB or 2GB",
            "请写成带引号的大小",
        ),
        (
            "[sources.bilibili]\ncron = '每天八点'",
            "write minute, hour, day, month and weekday",
            "请依次写 分 时 日",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_to_write_in_both_languages(
    tmp_path: Path, text: str, advice: str, chinese: str
) -> None:
    with pytest.raises(CommandError) as caught:
        read_settings(write_settings(tmp_path, text))
    told = str(caught.value)
    assert advice in told
    assert "Input" not in told and "class" not in told
    assert chinese in CommandWording("zh").translate(told)


def test_a_file_that_an_editor_saved_as_gbk_is_told_how_to_be_saved(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_bytes('[alerts]\nbrands = ["花西子"]\n'.encode("gbk"))
    with pytest.raises(CommandError, match=r"is not UTF-8 text; save it as UTF-8$"):
        read_settings()


def test_doctor_names_a_source_that_is_no_platform(tmp_path: Path) -> None:
    write_settings(tmp_path, '[sources.bilibili]\n[sources.bilibli]\nevery = "6h"\n')
    found = {one.part: one for one in diagnose(read_settings())}
    assert not found["sources"].works
    assert "the platform 'bilibli' is not known; known are: " in found["sources"].detail
    write_settings(tmp_path, "[sources.bilibili]\n")
    found = {one.part: one for one in diagnose(read_settings())}
    assert (found["sources"].works, found["sources"].detail) == (True, "bilibili")


def test_our_own_server_is_asked_past_every_proxy_and_those_of_http_stay_for_the_rest(tmp_path: Path) -> None:
    proxies = {
        "https_proxy": "http://代理.example:8080",
        "http_proxy": "proxy.example:8080",
        "ALL_PROXY": "socks://127.0.0.1:1080",
        "NO_PROXY": "intra.example",
    }
    with patch.dict(os.environ, proxies, clear=True):
        prepare_environment(tmp_path, api="http://192.0.2.7:4200/api")
        direct = "intra.example,127.0.0.1,localhost,::1,192.0.2.7"
        assert (os.environ["no_proxy"], os.environ["NO_PROXY"]) == (direct, direct)
        assert os.environ["https_proxy"] == "http://代理.example:8080"
        assert os.environ["http_proxy"] == "proxy.example:8080"
        assert "ALL_PROXY" not in os.environ, "Prefect's client fails at it before it asks anybody"
