"""Tables of comments and reviews: what they land as, and what they stand under."""

from __future__ import annotations

from pathlib import Path

from tests.landed import import_rows, write_csv


def test_a_table_of_comments_lands_comments_of_their_works(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "抖音.csv",
        ["视频ID", "评论ID", "评论内容", "点赞", "评论时间"],
        ["7301", "c1", "香味很淡，想退货", "3", "2026-05-01 09:30:00"],
        ["7301", "c2", "第二次回购了", "12", "2026-05-02"],
    )
    rows = import_rows(tmp_path / "landing", file)
    assert [(row["kind"], row["post_id"], row["parent_id"], row["url"]) for row in rows] == [
        ("comment", "c1", "7301", None),
        ("comment", "c2", "7301", None),
    ]


def test_reviews_with_the_products_id_alone_are_told_apart_by_their_texts(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "京东评价.csv",
        ["商品ID", "评价内容", "评价时间"],
        ["100012043978", "帐篷很结实，雨天没漏", "2026-05-01 09:30:00"],
        ["100012043978", "杆子一折就断", "2026-05-02 10:30:00"],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert first["kind"] == second["kind"] == "comment"
    assert first["parent_id"] == second["parent_id"] == "100012043978"
    assert first["post_id"] != second["post_id"]


def test_reviews_without_ids_are_comments_of_their_product(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "京东评价.csv",
        ["平台", "所属ID", "用户名", "评论内容", "评论时间"],
        ["京东", "100012043978", "j***8", "帐篷很结实，雨天没漏", "2026-05-01 09:30:00"],
        ["京东", "100012043978", "t***2", "帐篷很结实，雨天没漏", "2026-05-02 10:30:00"],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert (first["kind"], first["parent_id"]) == ("comment", "100012043978")
    assert first["post_id"] != second["post_id"]
    assert first["author_key"] != second["author_key"]
