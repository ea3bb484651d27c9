"""A topic is counted in small letters, named as people write it, and of the interest its documents carry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trend_world import build_world, label, write_post


@pytest.mark.parametrize(
    ("titles", "counted", "named"),
    [
        (("CCD相机真香", "ccd相机值得买吗", "新手CCD相机"), "ccd相机", "CCD相机"),
        (("早C晚A", "早c晚a一周", "早c晚a怎么搭"), "早c晚a", "早c晚a"),
        (("LABUBU", "Labubu新款", "抢到labubu", "Labubu"), "labubu", "Labubu"),
        # where no title says it
        (("相机", "胶片", "出片"), "ccd相机", "ccd相机"),
        (("İ的iPhone", "İİİiPhone来", "iPhone回"), "iphone", "iPhone"),
        (("露营灯", "露营灯", "露营灯"), "露营灯", "露营灯"),
    ],
)
def test_a_topic_is_named_as_most_titles_write_it(
    titles: tuple[str, ...], counted: str, named: str, tmp_path: Path
) -> None:
    posts = [write_post(number, title=title) for number, title in enumerate(titles)]
    labels = [label(post, tagger, counted) for post in posts for tagger in ("hashtags", "keywords")]
    with build_world(tmp_path, [posts], labels) as ask:
        names = ask(
            "select topic_id, label, label_en from mart_topic where topic_kind in ('tag', 'word') order by 1"
        )
    assert names == [(f"{kind}:{counted}", named, named) for kind in ("tag", "word")]


def test_a_topic_is_of_the_interest_of_its_documents_not_of_copies_and_adverts(tmp_path: Path) -> None:
    coffee = [write_post(number) for number in range(3)]
    copies = [write_post(10 + number, title="周末一起去露营搭帐篷看星星") for number in range(4)]
    adverts = [write_post(20 + number, is_ad=True) for number in range(4)]
    labels = [label(post, "hashtags", "周末") for post in (*coffee, *copies, *adverts)]
    labels += [label(post, "interests", code) for post in coffee for code in ("05", "05.02")]
    labels += [label(post, "interests", code) for post in (*copies, *adverts) for code in ("08", "08.01")]
    with build_world(tmp_path, [[*coffee, *copies, *adverts]], labels) as ask:
        assert ask("select n_docs, l1, l2 from mart_topic where topic_id = 'tag:周末'") == [
            (4, "05", "05.02")
        ]
