"""Board archives and MediaCrawler files in; how fast they land and in how much memory, as JSON, out.

Run as `python -m tests.benchmarks.imports --boards FILE`; each part runs in a process of its own, for its own
peak of memory. Without a file, only MediaCrawler rows are made (invented text, true shapes) and landed.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from spiders.imports.reader import import_file
from spiders.privacy import Pseudonymiser
from tests.benchmarks.machine import describe_machine, measure_peak_mib

TEXTS = (
    "今天的多巴胺穿搭真的太好看了，姐妹们快来抄作业",
    "小个子女生显高穿搭合集 #小个子穿搭 #显高",
    "周末去露营，装备清单来啦 #露营 #周末去哪儿",
    "回购三次了，质量很好，物流也快，推荐大家入手",
    "求链接！在哪里买的？价格贵不贵",
    "拼豆上头了停不下来，已经拼了三个晚上",
    "第一次做糖醋排骨居然成功了，附详细步骤，零失败",
    "这家店的咖啡和提拉米苏都不错，就是排队有点久",
)
PERSONAL = ("@小美 快来看", "加vx: abc12345 进群", "电话13812345678联系")
PERSONAL_SHARE = 0.03
"""Share of texts with personal data; comments of Xiaohongshu and Douyin have mentions in about that many."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, help="board archive to land")
    parser.add_argument("--rows", type=int, default=200_000, help="MediaCrawler rows of each kind to make")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(land(options.one)))
        return
    results = dict(measure_all(options.boards, options.rows))
    report = {"benchmark": "imports", "machine": describe_machine(), "results": results}
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for name, result in results.items():
        print(
            f"{name}: {result['rows']:,} rows in {result['seconds']} s, "
            f"{result['rows_per_second']:,} rows/s, {result['peak_mib']} MiB"
        )


def measure_all(boards: Path | None, rows: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each part by name."""
    if boards is not None:
        yield "boards", land_alone(boards)
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("contents", make_content), ("comments", make_comment)):
            file = Path(folder) / f"search_{name}_2026-08-02.jsonl"
            generator = random.Random(20261122)
            with file.open("w", encoding="utf-8") as stream:
                for at in range(rows):
                    stream.write(json.dumps(make(at, generator), ensure_ascii=False) + "\n")
            yield f"mediacrawler_{name}", land_alone(file)


def land_alone(file: Path) -> dict[str, float]:
    """Land a file in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.imports", "--one", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def land(file: Path) -> dict[str, float]:
    """Land a file and measure; hashing, detection and the writing to disk included."""
    with tempfile.TemporaryDirectory() as folder:
        started, cpu = time.perf_counter(), time.process_time()
        result = import_file(
            file, Path(folder), Pseudonymiser(b"a key for the benchmark"), now=datetime.now(UTC)
        )
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    rows = sum(result.taken.values())
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "cpu_seconds": round(cpu_seconds, 2),
        "file_mib": round(file.stat().st_size / 1024**2, 1),
        "peak_mib": measure_peak_mib(),
    }


def write_text(generator: random.Random, pieces: int) -> str:
    """A caption of some pieces, now and then with personal data."""
    text = "".join(generator.choice(TEXTS) for _ in range(pieces))
    return text + generator.choice(PERSONAL) if generator.random() < PERSONAL_SHARE else text


def make_content(at: int, generator: random.Random) -> dict[str, object]:
    """A post in MediaCrawler's old schema."""
    aweme_id = str(7_300_000_000_000_000_000 + at)
    caption = write_text(generator, generator.randint(1, 3))
    return {
        "aweme_id": aweme_id,
        "aweme_type": "0",
        "title": caption,
        "desc": caption,
        "create_time": 1_740_000_000 + at,
        "user_id": str(10**10 + at % 30_000),
        "sec_uid": f"MS4wLjABAAAA{at % 30_000:040d}",
        "nickname": f"昵称{at}",
        "avatar": "https://avatar.example/100x100/a.jpeg",
        "liked_count": str(generator.randint(0, 99_999)),
        "collected_count": str(generator.randint(0, 9_999)),
        "comment_count": generator.choice(("1.2万", "10万+", ""))
        if at % 50 == 0
        else str(generator.randint(0, 999)),
        "share_count": str(generator.randint(0, 999)),
        "ip_location": "浙江",
        "last_modify_ts": 1_748_700_000_000 + at,
        "aweme_url": f"https://www.douyin.com/video/{aweme_id}",
        "cover_url": "https://cover.example/c.jpeg",
        "video_download_url": "https://video.example/v.mp4",
        "source_keyword": "穿搭",
    }


def make_comment(at: int, generator: random.Random) -> dict[str, object]:
    """A comment in MediaCrawler's old schema."""
    return {
        "comment_id": str(7_400_000_000_000_000_000 + at),
        "create_time": 1_740_000_000 + at,
        "ip_location": "广东",
        "aweme_id": str(7_300_000_000_000_000_000 + at % 1000),
        "content": write_text(generator, 1),
        "user_id": str(10**10 + at),
        "sec_uid": f"MS4wLjABAAAA{at:040d}",
        "nickname": f"路人{at}",
        "avatar": "https://avatar.example/100x100/b.jpeg",
        "sub_comment_count": "0",
        "like_count": at % 50,
        "last_modify_ts": 1_748_700_000_000 + at,
        "parent_comment_id": "0",
        "pictures": "",
    }


if __name__ == "__main__":
    main()
