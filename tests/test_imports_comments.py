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


NOTE = "6740f0a1000000001d03a111"
NOTE_LINK = f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=AB1&xsec_source=pc_search"


def test_comments_that_name_their_note_by_its_link_are_no_note(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "小红书评论.csv",
        ["笔记标题", "笔记链接", "评论内容", "评论时间", "昵称", "点赞数"],
        ["拼豆小包教程", NOTE_LINK, "求链接！", "2026-11-20 10:00:00", "小鹿", "3"],
        ["拼豆小包教程", NOTE_LINK, "色卡在哪里买", "2026-11-20 11:00:00", "阿北", "12"],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert [(row["kind"], row["parent_id"], row["text"]) for row in (first, second)] == [
        ("comment", NOTE, "求链接！"),
        ("comment", NOTE, "色卡在哪里买"),
    ]
    assert len({first["post_id"], second["post_id"], NOTE}) == 3
    # the title is the note's: a comment that bore it would be read as saying it
    assert first["title"] is second["title"] is None


def test_a_comment_is_the_same_under_another_token_of_the_link(tmp_path: Path) -> None:
    headings = ["笔记链接", "评论内容", "评论时间", "昵称"]
    cells = ["求链接！", "2026-11-20 10:00:00", "小鹿"]
    told = [
        import_rows(tmp_path / token, write_csv(tmp_path / f"{token}.csv", headings, [link, *cells]))[0][
            "post_id"
        ]
        for token, link in (("AB1", NOTE_LINK), ("CD2", NOTE_LINK.replace("AB1", "CD2")))
    ]
    assert told[0] == told[1]


def test_a_comment_with_an_id_stands_under_what_its_link_leads_to(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "抖音评论.csv",
        ["评论ID", "视频链接", "评论内容"],
        ["7440999", "https://www.douyin.com/video/7440123456789012345", "香味很淡"],
    )
    [row] = import_rows(tmp_path / "landing", file)
    assert (row["kind"], row["post_id"], row["parent_id"]) == ("comment", "7440999", "7440123456789012345")


def test_two_reviews_of_one_product_by_its_link_are_two(tmp_path: Path) -> None:
    link = "https://item.taobao.com/item.htm?id=684512345678901234&spm=a230r"
    file = write_csv(
        tmp_path / "淘宝评价.csv",
        ["商品链接", "评价内容", "评价时间"],
        [link, "很好 回购了", "2026-11-20"],
        [link, "掉色，差评", "2026-11-21"],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert first["kind"] == second["kind"] == "comment"
    assert first["parent_id"] == second["parent_id"] == "684512345678901234"
    assert first["post_id"] != second["post_id"]


def test_a_link_that_tells_no_work_still_tells_comments_apart(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "小红书评论.csv",
        ["链接", "评论内容"],
        ["http://xhslink.com/a/abc", "好看"],
        ["http://xhslink.com/a/def", "好看"],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert first["post_id"] != second["post_id"]
    assert first["parent_id"] is second["parent_id"] is None


def test_reviews_beside_what_was_paid_are_no_offers(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "京东评价.csv",
        ["商品链接", "评价内容", "评价时间", "买家", "价格"],
        ["https://item.jd.com/100012345678.html", "很好 回购了", "2026-11-20", "t***1", "99"],
        ["https://item.jd.com/100012345678.html", "一般", "2026-11-20", "t***2", "99"],
    )
    rows = import_rows(tmp_path / "landing", file)
    assert [(row["kind"], row["parent_id"]) for row in rows] == [("comment", "100012345678")] * 2
