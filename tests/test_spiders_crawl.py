"""The crawl process against real servers on loopback: what lands, what is obeyed, what survives SIGKILL."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import zstandard

from spiders.crawl import run_crawl
from spiders.crawl_settings import LOOPBACK_CONCURRENCY
from spiders.outbox import Outbox, locate_outbox
from spiders.packaging import replay
from spiders.privacy import Pseudonymiser, read_key
from tests.loopback_sites import (
    LAST_PAGE,
    Answer,
    Site,
    answer_json,
    answer_page,
    answer_popular,
    make_order,
    read_lines,
    serve,
    write_video,
)


@pytest.mark.process
def test_a_crawl_lands_every_record_once_and_replays_to_the_same_bytes(
    tmp_path: Path, key_file: Path
) -> None:
    site = Site(answer_popular)
    order = make_order(tmp_path, key_file, site)
    progress: list[tuple[int, int]] = []
    with serve(site):
        report = run_crawl(order, lambda done, known: progress.append((done, known)))
        left_by_kill = locate_outbox(order)
        left_by_kill.parent.mkdir()
        left_by_kill.touch()
        assert run_crawl(order) == report, "a complete run is not crawled again"

    assert (report.outcome, report.records_by_kind) == ("complete", {"board_entries": 30, "posts": 30})
    assert report.skips_by_reason == {"repeat": 2}
    assert report.robots_decisions == {"allowed": LAST_PAGE}
    assert len(site.pages()) == len(set(site.pages())) == LAST_PAGE
    assert progress[-1] == (LAST_PAGE, LAST_PAGE)

    package = order.landing_root / "bilibili" / "run-1"
    posts = read_lines(package / "posts.jsonl.zst")
    assert len({post["post_id"] for post in posts}) == 30
    assert {post["captured_at"] for post in posts} == {"2026-11-15T14:30:00Z"}
    assert posts[0]["text"] == "加微信 〔微信〕 领清单" and posts[0]["hashtags"] == ["露营", "户外"]
    assert not list((order.landing_root / "bilibili").glob(".outbox*")), (
        "the outbox goes when the package is there"
    )
    landed = b"".join(zstandard.open(file, "rb").read() for file in package.glob("*.zst"))
    assert b"900001" not in landed and "露营的小".encode() not in landed, "no account leaves the spiders"

    again = replay(package, order.landing_root, "run-2", Pseudonymiser(read_key(key_file)))
    assert (again.outcome, again.records_by_kind) == ("complete", report.records_by_kind)
    for name in ("posts.jsonl.zst", "board_entries.jsonl.zst", "responses.warc.gz"):
        ours, theirs = (package / name).read_bytes(), (package.parent / "run-2" / name).read_bytes()
        assert ours == theirs, name


@pytest.mark.process
def test_a_folder_of_spiders_where_the_user_stands_is_not_taken_for_ours(
    tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "__init__.py").write_text("raise SystemExit('another project')\n")
    monkeypatch.chdir(tmp_path)
    site = Site(answer_popular)
    with serve(site):
        assert run_crawl(make_order(tmp_path, key_file, site)).outcome == "complete"


@pytest.mark.process
def test_kill_9_at_random_points_loses_nothing_acknowledged_and_repeats_nothing(
    tmp_path: Path, key_file: Path
) -> None:
    chance = random.Random(20261122)
    pages = 30
    site = Site(lambda path: answer_popular(path, pages), pause=lambda path: 0.01)
    order = make_order(tmp_path, key_file, site, page_budget=pages)
    acknowledged = 0
    with serve(site):
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-m", "spiders.engine"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(order.model_dump_json().encode())
            process.stdin.close()
            for _ in range(chance.choice([0, 1, 1, 2])):
                process.stdout.readline()
            time.sleep(chance.random() * 0.05)
            process.kill()
            process.wait()
            process.stdout.close()
            path = locate_outbox(order)
            if path.exists():
                outbox = Outbox(path)
                done = outbox.count_states()["done"]
                assert done >= acknowledged
                acknowledged = done
                outbox.close()
        fetched_before = len(site.pages())
        report = run_crawl(order)

    assert 0 < acknowledged < pages, "the kills fell into the crawl"
    assert (report.outcome, report.records_by_kind) == ("complete", {"board_entries": 150, "posts": 150})
    assert len(site.pages()) - fetched_before == pages - acknowledged, (
        "acknowledged pages are not asked for again"
    )
    posts = read_lines(order.landing_root / "bilibili" / "run-1" / "posts.jsonl.zst")
    assert sorted(str(post["post_id"]) for post in posts) == [
        f"BV1test{number:04}" for number in range(1, 5 * pages + 1)
    ]


@pytest.mark.process
def test_hosts_that_refuse_wait_wander_or_lie_are_treated_as_they_ask(tmp_path: Path, key_file: Path) -> None:
    canary = Site(lambda path: answer_json({}))
    closed = Site(answer_popular, robots=(200, {}, b"User-agent: *\nDisallow: /x/\n"))
    broken = Site(answer_popular, robots=(503, {}, b""))
    answers = iter([answer_json({}, 429, Retry_After="1")])
    busy = Site(lambda path: next(answers, None) or answer_popular(path))
    walled = Site(lambda path: answer_json({"code": -352, "data": {"v_voucher": "voucher_1"}}))
    endless = Site(
        lambda path: answer_json({"code": 0, "data": {"list": [write_video(1)], "no_more": False}})
    )
    wandering = Site(lambda path: (302, {"Location": f"{canary.address}/admin"}, b""))
    login = Site(lambda path: (302, {"Location": "https://passport.bilibili.com/login"}, b""))
    html = Site(lambda path: (200, {"Content-Type": "text/html"}, "<title>验证码中间页</title>".encode()))
    changed = Site(lambda path: answer_json({"code": 0, "data": {"items": []}}))
    sites = (closed, broken, busy, walled, endless, wandering, login, html, changed)
    with serve(canary, *sites):
        report = run_crawl(make_order(tmp_path, key_file, *sites))

    assert report.outcome == "partial"
    assert closed.pages() == [] and broken.pages() == [] and canary.hits == []
    assert report.robots_decisions["disallowed"] == 1 and report.robots_decisions["unavailable"] == 1
    first, second = [moment for moment, path in busy.hits if path != "/robots.txt"][:2]
    assert second - first >= 1.0 and len(busy.pages()) == LAST_PAGE + 1
    assert len(walled.pages()) == 1 and len(login.pages()) == 1 and len(html.pages()) == 1
    assert 3 <= len(endless.pages()) <= 5
    assert any(message.startswith("pagination_stalled") for message in report.messages)
    assert any("page structure changed" in message and "list" in message for message in report.messages)
    assert {sign.split(": ", 1)[1] for sign in report.blocks} == {
        "code -352",
        "redirect to a login or captcha page",
        "page titled 验证",
    }
    assert report.skips_by_reason["private_address"] == 1
    assert report.skips_by_reason["blocked"] == 3 and report.skips_by_reason["page_changed"] == 1


@pytest.mark.process
def test_responses_are_kept_for_their_owner_alone_or_not_at_all(tmp_path: Path, key_file: Path) -> None:
    site = Site(answer_popular)
    with serve(site):
        kept = run_crawl(make_order(tmp_path, key_file, site))
        gone = run_crawl(make_order(tmp_path, key_file, site, run_id="run-2", keep_responses=False))
    package = tmp_path / "landing" / "bilibili" / "run-1"
    assert (package / "responses.warc.gz").stat().st_mode & 0o777 == 0o600
    assert kept.records_by_kind == gone.records_by_kind
    assert {file.record_kind for file in kept.files} - {file.record_kind for file in gone.files} == {
        "responses"
    }
    assert not (package.parent / "run-2" / "responses.warc.gz").exists()


@pytest.mark.process
def test_a_crawl_ends_at_its_deadline_with_what_it_has_and_leaves_no_process(
    tmp_path: Path, key_file: Path
) -> None:
    slow = Site(answer_popular, pause=lambda path: 30.0 if "pn=2&" in path else 0.0)
    order = make_order(tmp_path, key_file, slow, deadline_seconds=3.0, page_seconds=60.0)
    with serve(slow):
        report = run_crawl(order)
    assert report.outcome == "partial"
    assert "deadline" in report.messages[0]
    assert report.records_by_kind == {"board_entries": 5, "posts": 5}
    assert not [
        child for child in psutil.Process().children(recursive=True) if "spiders" in " ".join(child.cmdline())
    ]


@pytest.mark.process
def test_nothing_but_the_allowed_loopback_is_dialled(tmp_path: Path, key_file: Path) -> None:
    site = Site(answer_popular)
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, allow_loopback=()))
    assert report.outcome == "failed" and report.skips_by_reason == {"private_address": 1}
    assert site.hits == []


LOOPING = "window.onload = function () { setTimeout(function () { while (true) {} }, 0); };"


@pytest.mark.browser
@pytest.mark.process
def test_pages_that_exist_only_after_javascript_whatever_they_try(tmp_path: Path, key_file: Path) -> None:
    canary = Site(lambda path: answer_json({}))
    plain = Site(answer_page(""))
    looping = Site(answer_page(LOOPING))
    prying = Site(
        answer_page(
            f"""
            fetch("{canary.address}/fetched").catch(function () {{}});
            new Image().src = "{canary.address}/image.png";
            window.open("{canary.address}/popup");
            setTimeout(function () {{ alert("stay"); }}, 0);
            try {{ new WebSocket("{canary.address.replace("http", "ws")}/socket"); }} catch (error) {{}}
            var picture = document.createElement("img");
            picture.src = "/own.png";
            document.body.appendChild(picture);
            """
        )
    )
    wandering = Site(lambda path: (302, {"Location": f"{canary.address}/redirected"}, b""))
    last = Site(answer_page(""))
    sites = (plain, looping, prying, wandering, last)
    order = make_order(tmp_path, key_file, *sites, source="kuaishou", page_seconds=3.0)
    with serve(canary, *sites):
        report = run_crawl(order)

    assert report.records_by_kind == {"board_entries": 9}, "the plain, the prying and the last page"
    assert report.skips_by_reason["timeout"] == 1
    assert canary.hits == []
    assert "/own.png" not in prying.pages()
    lines = read_lines(order.landing_root / "kuaishou" / "run-1" / "board_entries.jsonl.zst")
    assert [(line["rank"], line["title"], line["heat"]) for line in lines[:3]] == [
        (1, "热点1", 123_000.0),
        (2, "热点2", 223_000.0),
        (3, "热点3", 323_000.0),
    ]
    assert lines[0]["url"] == "https://www.kuaishou.com/short-video/3xphoto1"


@pytest.mark.browser
@pytest.mark.process
def test_a_login_page_that_the_browser_is_sent_to_ends_its_host(tmp_path: Path, key_file: Path) -> None:
    def answer(path: str) -> Answer:
        if path.startswith("/explore/"):
            return 302, {"Location": f"/login?redirectPath={path}"}, b""
        return 200, {"Content-Type": "text/html; charset=utf-8"}, "<title>小红书 - 登录</title>".encode()

    site = Site(answer)
    notes = tuple(f"https://www.xiaohongshu.com/explore/66fad51c0000000000000{n:03}" for n in range(12))
    order = make_order(tmp_path, key_file, site, source="xiaohongshu", targets=notes)
    with serve(site):
        report = run_crawl(order)
    assert report.skips_by_reason == {"blocked": len(notes)}
    assert {sign.split(": ", 1)[1].split(" (")[0] for sign in report.blocks} == {
        "redirect to a login or captcha page"
    }
    asked = [path for path in site.pages() if path.startswith("/explore/")]
    assert len(asked) <= LOOPBACK_CONCURRENCY < len(notes)
