"""Normalised text: one form whatever was typed, with links and mentions split off and length bounded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.text import EMOTE, MAX_CHARACTERS, MAX_RUN, fold_case, normalise_text

HARD_TEXT = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from("的龘護膚後@#.:/[]（）！ａＡ１①㎡ﷺ\n\t \u3000😀👍🏽🇨🇳"),
        st.sampled_from("\u0301\u200b\u200d\ufe0f\ufeff\ud800\udfff\x00"),
        st.sampled_from(["https://", "t.cn/a", "@小明", "[doge]", "www.", "(O840386039)"]),
    ),
    max_size=60,
).map("".join)


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("这支口红真好看", "这支口红真好看"),
        ("看这里https://v.douyin.com/abc，iPhone17真好看", "看这里 ,iPhone17真好看"),
        ("（https://t.cn/abc）iPhone 17 到货", "( )iPhone 17 到货"),
        ("ＭＡＣ口红　①支￥１９９！", "MAC口红 1支¥199!"),
        ("這個護膚品真的很好用，後來一直回購", "这个护肤品真的很好用,后来一直回购"),
        ("刘喆在朱镕基旧居", "刘喆在朱镕基旧居"),
        ("著名的乾隆花瓶", "著名的乾隆花瓶"),
        ("  周末\u3000去 露营 \n\n\n 冲呀\t", "周末 去 露营\n冲呀"),
        ("零\u200b宽\ufeff字\u00ad符", "零宽字符"),
        ("#0️⃣0️⃣后创业", "#00后创业"),
        ("坏字符\ud800在这", "坏字符\ufffd在这"),
        ("空字符\x00和\x1b[31m颜色", "空字符和[31m颜色"),
        ("", ""),
        (" \u3000\n", ""),
    ],
)
def test_one_form_for_all_spellings(raw: str, normalised: str) -> None:
    assert normalise_text(raw).text == normalised


def test_links_and_mentions_are_split_off() -> None:
    found = normalise_text(
        "7.89 复制打开抖音 https://v.douyin.com/iRx8aB2/ 看@今天拍点啥(O840386039) 的视频 t.cn/A6xyz"
    )
    assert found.text == "7.89 复制打开抖音 看 的视频"
    assert found.links == ("https://v.douyin.com/iRx8aB2/", "t.cn/A6xyz")
    assert found.mentions == ("今天拍点啥",)


def test_a_mail_address_is_no_mention_and_a_file_name_no_link() -> None:
    found = normalise_text("发到 shop@example.com 附件 menu.pdf 共3.5元")
    assert (found.links, found.mentions) == ((), ())


@pytest.mark.parametrize("raw", ["价格@19.9", "清仓@99元两件", "只要@39包邮", "到手价@199 速来"])
def test_a_price_behind_the_sign_is_no_mention(raw: str) -> None:
    found = normalise_text(raw)
    assert (found.text, found.mentions) == (raw, ())


@pytest.mark.parametrize("name", ["36氪", "360安全卫士", "12306", "2333_小明"])
def test_an_account_may_begin_with_a_number(name: str) -> None:
    assert normalise_text(f"感谢@{name} 的推荐").mentions == (name,)


def test_chinese_text_ends_a_link() -> None:
    assert normalise_text("戳https://m.tb.cn/h.5abc这里买").text == "戳 这里买"


def test_length_and_runs_are_bounded() -> None:
    long = normalise_text("龘靐齉" * 400_000)
    assert len(long.text) == MAX_CHARACTERS and long.is_cut
    run = normalise_text("好" + "哈" * 1_900 + "笑")
    assert run.text == "好" + "哈" * MAX_RUN + "笑" and not run.is_cut


def test_compatibility_characters_cannot_grow_past_the_bound() -> None:
    assert len(normalise_text("ﷺ一" * 1_000).text) <= MAX_CHARACTERS


@settings(max_examples=600)
@given(HARD_TEXT)
def test_normalising_is_total_stable_and_encodable(raw: str) -> None:
    text = normalise_text(raw).text
    text.encode("utf-8")
    assert normalise_text(text).text == text
    assert text == text.strip()
    assert unicodedata.is_normalized("NFKC", text)


@settings(max_examples=300)
@given(HARD_TEXT)
def test_folding_keeps_positions(raw: str) -> None:
    assert len(fold_case(raw)) == len(raw)


@pytest.mark.parametrize("emote", ["[doge]", "[捂脸]", "😀", "👍🏽", "👨\u200d👩\u200d👧", "🇨🇳", "❤", "✨"])
def test_an_emote_is_one_token(emote: str) -> None:
    found = EMOTE.search(f"好看{emote}吗")
    assert found is not None and found[0] == emote
