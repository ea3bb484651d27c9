"""Near-duplicates: copies with other tags, emoji or a changed word are one group; short praise is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.duplicates import DUPLICATE_SCHEMA, group_duplicates, reduce_to_core, sign_texts

TITLES = (
    "周末去郊外露营带上这五样东西不踩坑新手一定要看完再出发",
    "干皮姐妹看过来这款面霜我用了三个月换季再也没有起皮",
    "在出租屋里做一锅番茄牛腩汤汁拌饭能吃三碗做法很简单",
    "小户型客厅这样收纳能多出两个平方我家照着做真的变大了",
    "第一次养猫要准备什么东西从猫砂到驱虫一条视频讲清楚",
    "带爸妈坐高铁去西安三天两夜怎么安排不累又好玩",
    "用旧牛仔裤改一个通勤包针脚不会也能做超级结实",
    "这台空气炸锅用了一年说说优点和缺点买之前先看看",
)


def find_groups(texts: list[str], authors: list[str | None] | None = None) -> list[str]:
    ids = [str(number) for number in range(len(texts))]
    table = group_duplicates(ids, texts, authors)
    assert table.schema == DUPLICATE_SCHEMA
    assert table["subject_id"].to_pylist() == ids
    groups: list[str] = table["dup_group_id"].to_pylist()
    assert table["is_primary"].to_pylist() == [
        group == number for group, number in zip(groups, ids, strict=True)
    ]
    return groups


@pytest.mark.parametrize(
    "copy",
    [
        TITLES[0] + "😀😀 #露营 #好物推荐",
        "@小明 " + TITLES[0] + "!!!",
        "  ".join(TITLES[0]),
        TITLES[0].replace("出发", "出發。"),
        TITLES[0].replace("东西", "装备"),
        TITLES[0].replace("新手", "萌新") + "https://v.douyin.com/iRx8aB2/",
        TITLES[0].replace("郊外", "郊外").replace("样", "樣"),
    ],
)
def test_a_copy_belongs_to_the_first(copy: str) -> None:
    assert find_groups([*TITLES, copy])[-1] == "0"


def test_different_titles_are_groups_of_their_own() -> None:
    assert find_groups(list(TITLES)) == [str(number) for number in range(len(TITLES))]


def test_short_praise_by_many_is_many_opinions_but_one_author_repeats_himself() -> None:
    assert find_groups(["好看", "好看!", "好看😀"], ["a", "b", None]) == ["0", "1", "2"]
    assert find_groups(["好看", "好看!", "求链接"], ["a", "a", "a"]) == ["0", "0", "2"]


def test_the_next_part_of_a_series_is_no_copy() -> None:
    parts = [f"这台空气炸锅用了一年说说优点和缺点买之前先看看第{number}集" for number in (1, 2, "三", "四")]
    assert find_groups(parts) == ["0", "1", "2", "3"]
    assert find_groups([TITLES[0], TITLES[0] + "8273"]) == ["0", "0"]


def test_texts_without_letters_are_alone() -> None:
    assert find_groups(["", "😀", "123", "###"]) == ["0", "1", "2", "3"]


def test_flooding_makes_one_group() -> None:
    assert set(find_groups([TITLES[1] + "!" * (number % 7) for number in range(3_000)])) == {"0"}


def test_no_texts() -> None:
    assert find_groups([]) == []
    assert find_groups([TITLES[0]]) == ["0"]


def test_seeded_copies_are_found() -> None:
    chance = random.Random(3)
    rows = [(number, title) for number, title in enumerate(TITLES)]
    for _ in range(300):
        number = chance.randrange(len(TITLES))
        letters = list(TITLES[number])
        letters[chance.randrange(len(letters))] = chance.choice("的了真好")
        rows.append((number, "".join(letters) + chance.choice(["", "!!", " #标签", "😀"])))
    groups = find_groups([text for _, text in rows])
    assert [group for group, (number, _) in zip(groups, rows, strict=True) if group != str(number)] == []


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*TITLES, *(title[:-2] for title in TITLES), "好看", "", "😀"]), max_size=25),
    st.randoms(),
)
def test_groups_do_not_depend_on_order(texts: list[str], chance: random.Random) -> None:
    order = list(range(len(texts)))
    chance.shuffle(order)
    first, second = find_groups(texts), find_groups([texts[at] for at in order])
    place = {at: number for number, at in enumerate(order)}
    for one in range(len(texts)):
        for other in range(one):
            assert (first[one] == first[other]) == (second[place[one]] == second[place[other]])


def test_what_is_compared() -> None:
    assert reduce_to_core("ＭＡＣ 口红#好物[话题]# 太好看了[doge] 199元!") == "mac口红太好看了元"


def test_hashtags_alone_are_the_words_of_a_caption_and_emoji_alone_are_none() -> None:
    captions = ["#露营灯 #户外", "#拼豆 #手作", "#露营灯 #户外", "😀😀", "😂😂"]
    groups = group_duplicates(list("abcde"), captions, ["阿毛"] * 5)
    assert groups["dup_group_id"].to_pylist() == ["a", "b", "a", "d", "e"]
    assert len({tuple(keys) for keys in sign_texts(captions[:2], ["阿毛"] * 2)}) == 2
