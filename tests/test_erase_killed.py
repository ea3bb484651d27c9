"""An erasure that was killed is told until it is finished, and nothing of it is published meanwhile."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows import erasure
from flows.diagnosis import diagnose
from flows.erasure import erase, parse_keys
from flows.inventory import ERASURE_DONE, ERASURE_UNFINISHED, describe_state
from flows.load import load_landing, open_warehouse
from flows.plan import make_plan
from flows.settings import Settings
from tests.command_line import CommandLine
from tests.landed_packages import land, make_post
from tests.test_erase import AUTHOR, CANARY, TITLE, land_world, load_and_publish, read_everything
from warehouse.publish import publish, published_path

OFFER = "taobao:680000000007"


class Killed(BaseException):
    """What no code answers to, as it does not to SIGKILL."""


def kill(*given: object, **more: object) -> None:
    raise Killed


def is_told(settings: Settings) -> bool:
    """Whether `status` and `doctor` both tell of an erasure that has not ended, or neither does."""
    (checked,) = [finding for finding in diagnose(settings) if finding.part == "erasure"]
    told = describe_state(settings).get("erasure", ERASURE_DONE)
    assert (told, checked.detail) in {(ERASURE_UNFINISHED,) * 2, (ERASURE_DONE,) * 2}
    assert checked.works == (told == ERASURE_DONE)
    return told == ERASURE_UNFINISHED


@pytest.mark.parametrize(
    "place", ["load_packages", "erase_from_packages", "follow_rewritten", "build_trends", "compact_warehouse"]
)
def test_a_killed_erasure_is_told_and_what_is_built_next_holds_nothing_of_it(
    home: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_world(home, as_parquet=False)
    load_and_publish(home)
    settings = Settings(home=home)
    plan = make_plan(settings, ())
    assert not is_told(settings)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(erasure, place, kill)
        erase(plan, parse_keys([AUTHOR], [OFFER]))
    assert CANARY.encode() in read_everything(home), "what is published still holds it"
    # what is to go is remembered by its keys alone
    lists = [path.read_text(encoding="utf-8") for path in sorted(home.glob("eras*.jsonl"))]
    remembered = "".join(lists)
    assert AUTHOR in remembered and OFFER in remembered and CANARY not in remembered
    assert is_told(settings)

    # a package of other posts, with an answer under one of the author's, has landed since
    reply = make_post(73, kind="comment", parent_id=make_post(7).post_id, text=f"又一条回复：{CANARY}")
    land(home / "landing", [reply, make_post(9)], run_id="r9")
    load_landing(plan)
    with open_warehouse(plan) as warehouse:
        publish(warehouse)
    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            shown = repr(connection.table(f'"{name}"').fetchall())
            assert CANARY not in shown and TITLE not in shown and AUTHOR not in shown
    assert is_told(settings), "packages and the bytes of deleted rows are still there"

    erase(plan, [])
    everything = read_everything(home)
    assert CANARY.encode() not in everything and TITLE.encode() not in everything
    assert not is_told(settings)


def test_commands_that_write_say_so_in_both_languages(tmp_path: Path) -> None:
    run = CommandLine(tmp_path).run
    home = tmp_path / ".headwater"
    home.mkdir()
    (home / "erasing.jsonl").touch()
    # the command is refused for another reason, and says this first
    refused = run("remove", "r9")
    assert f"headwater: {ERASURE_UNFINISHED}" in refused.errors
    told = run("status", environment={"LC_ALL": "zh_CN.UTF-8"})
    assert "有一次删除正在进行，或中途停止、没有删完；运行 headwater erase 可把它做完" in told.output
