"""Promotion: sellers' copy is told from what buyers and others write."""

from __future__ import annotations

import pytest

from nlp.tagger import TaggerSettings
from nlp.taggers import promotion
from nlp.text import normalise_text

PROMOTION = promotion.build_tagger(TaggerSettings())


def test_who_says_where_the_link_is_sells_and_who_asks_does_not() -> None:
    told = ["链接在评论区,喜欢的自取", "别再问啦,评论区自取"]
    assert all(PROMOTION.tag(told))
    assert PROMOTION.tag(["链接在评论区吗?", "求链接,评论区没找到"]) == [[], []]


@pytest.mark.parametrize(
    "text",
    [
        "下单送货都很快,师傅也热情",
        "屏幕右下角有一粒灰尘",
        "上次限时秒杀里买的,和专柜不一样",
        "刚买没几天就限时抢购了,亏了",
        "别什么事都来找我,不要什么事都找我",
        "为什么总喜欢找我麻烦",
        "三百万粉丝福利来了,哥哥太帅",
        "明明下单备注了马上送,三点才到",
        "新款什么时候到货呀",
        "新款到货了喊我一声",
        "福利价买的,用着还行",
        "福利价没抢到",
        "领券后购买,到手才三十,质量不错",
        "我是前10名下单的,结果赠品没给",
        "求链接,小黄车里没找到",
        "小黄车里怎么没有这款",
        "左下角链接打不开",
        "橱窗里的多少钱",
        "预售链接在哪",
        "拍一发三结果只收到一件",
        "说是假一赔十,结果发的假货,客服不理",
        "粉丝专享价真的便宜吗",
        "下单有礼的礼呢",
        "今晚几点直播",
        "在旗舰店下单的,用了优惠,很划算",
        "旗舰店活动优惠力度大,下单第二天就到了",
        "官方旗舰店买的正品,顺丰发货,赠品也多",
        "家人们这个特价的链接有吗,想下单",
        "还是按照原有出厂价格,不会涨一分钱",
        "维修点告知:生产厂家关门,没人修",
    ],
)
def test_what_buyers_and_others_write_is_no_sellers_copy(text: str) -> None:
    assert PROMOTION.tag([normalise_text(text).text]) == [[]]


@pytest.mark.parametrize(
    "text",
    [
        "下单送小样",
        "右下角小黄车见",
        "今晚限时秒杀,手慢无",
        "要批发的就找我",
        "喜欢的私信我",
        "粉丝福利价三九包邮",
        "新款到货,喜欢的宝宝点点关注",
        "领券后购买更优惠,手慢无",
        "前10名下单送小样",
        "喜欢吗?喜欢就点左下角链接",
        "你还不来直播间抢吗",
        "收到货的姐妹都说好看,小黄车里有",
        "旗舰店限时优惠,下单就送小样",
        "买了不满意包退,点击下方小黄车",
    ],
)
def test_sellers_copy_is_known_by_one_phrase(text: str) -> None:
    assert PROMOTION.tag([normalise_text(text).text])[0]


def test_a_tag_of_merchants_counts_beside_goods_only() -> None:
    assert PROMOTION.tag(["#秋上新 #中年女装"])[0]
    assert PROMOTION.tag(["#秋上新 #今天拍点啥", "#中年女装 #每日穿搭"]) == [[], []]
