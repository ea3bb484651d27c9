"""What leaves spiders: keyed pseudonyms, masked texts, clean characters; plain text loses nothing."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import BadValue, KeyFileError
from spiders.fields import MAX_TEXT, read_title
from spiders.privacy import Pseudonymiser, clean_text, mask_personal, read_key, scrub_payload

KEY = bytes(range(32))
FULL_WIDTH = {ord(half): chr(ord(half) + 0xFEE0) for half in "0123456789@.-"}
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
FRAMES = ("{}", "有需要的联系{}，随时在", "宝子们看这里：{} 谢谢", "收藏了！{}", "昨天下单的，{}。物流很快")


def make_mobile(chance: random.Random) -> str:
    digits = f"1{chance.choice('3456789')}{chance.randrange(10**9):09}"
    return chance.choice(
        [
            digits,
            f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            f"{digits[:3]} {digits[3:7]} {digits[7:]}",
            f"+86 {digits}",
            f"+86-{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            f"0086{digits}",
            f"电话:{digits}",
            f"手机号{digits}",
            digits.translate(FULL_WIDTH),
            digits.translate(SPOKEN),
            f"{digits[:3]}.{digits[3:7]}.{digits[7:]}",
            " ".join(digits),
        ]
    )


def make_landline(chance: random.Random) -> str:
    number = f"{chance.choice('2345678')}{chance.randrange(10**7):07}"
    return chance.choice(
        [
            f"010-{number}",
            f"(021){number}",
            f"0755-{number}",
            f"0571 {number}",
            f"028{number}转{chance.randrange(1, 999)}",
        ]
    )


def make_mail(chance: random.Random) -> str:
    name = chance.choice(["xiaomei", "zhang.wei", "li_na88", "10086123", "happy-day"])
    host = chance.choice(["qq.com", "163.com", "gmail.com", "foxmail.com", "mail.example.com.cn"])
    return chance.choice(
        [f"{name}@{host}", f"邮箱 {name}@{host}", f"{name}(at){host}", f"{name}＠{host}", f"{name} @ {host}"]
    )


def make_id_number(chance: random.Random) -> str:
    day = f"{chance.randint(1950, 2015)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    area, rest = chance.choice(["110101", "310115", "440305", "510104"]), f"{chance.randrange(1000):03}"
    number = f"{area}{day}{rest}{chance.choice('0123456789Xx')}"
    return chance.choice(
        [number, f"身份证{number}", f"身份证号：{number}", f"{area} {day} {rest}{number[-1]}"]
    )


def make_plate(chance: random.Random) -> str:
    tail = f"{chance.randrange(10**5):05}"
    place = chance.choice("京沪粤苏浙川渝鲁") + chance.choice("ABCDEFGH")
    return chance.choice(
        [
            f"{place}{tail}",
            f"{place}·{tail}",
            f"{place} {tail}",
            f"{place}D{tail}",
            f"{place}{tail[:3]}K{tail[3]}",
        ]
    )


def make_wechat(chance: random.Random) -> str:
    name = chance.choice(["lucy_2020", "xm88888", "a-bc1234", "meimei666", "zhuang_xiaojie", "wx20261122"])
    words = [
        "微信：{}",
        "微信号{}",
        "加微信 {}",
        "vx:{}",
        "VX {}",
        "加V {}",
        "wx：{}",
        "薇信 {}",
        "V信{}",
        "加薇 {}",
        "威信号：{}",
    ]
    return chance.choice(words).format(name)


def make_qq(chance: random.Random) -> str:
    words = ["QQ:{}", "QQ {}", "qq号{}", "扣扣{}", "QQ群：{}", "企鹅号 {}", "进群{}", "粉丝群 {}"]
    return chance.choice(words).format(chance.randrange(10**6, 10**10))


def make_address(chance: random.Random) -> str:
    number = chance.randint(1, 300)
    return chance.choice(
        [
            f"北京市朝阳区建国路{number}号{chance.randint(1, 9)}号楼{chance.randint(100, 2000)}室",
            f"上海市浦东新区张杨路{number}弄{chance.randint(1, 90)}号{chance.randint(101, 1802)}",
            f"收货地址：广东省深圳市南山区科技园南路{number}号",
            f"地址是杭州市西湖区文三路{number}号",
            f"阳光花园{chance.randint(1, 30)}栋{chance.randint(1, 4)}单元{chance.randint(101, 2803)}",
            f"翠湖小区{chance.randint(1, 30)}号楼{chance.randint(1, 4)}单元{chance.randint(101, 2803)}室",
            f"人民中路{number}号",
            f"幸福村{chance.randint(1, 12)}组{chance.randint(1, 99)}号",
        ]
    )


def make_mention(chance: random.Random) -> str:
    return chance.choice(["@", "＠"]) + chance.choice(
        ["李小美", "happy小熊", "用户98765", "Lucy_酱", "阿婆主-老王"]
    )


MAKERS = (
    make_mobile,
    make_landline,
    make_mail,
    make_id_number,
    make_plate,
    make_wechat,
    make_qq,
    make_address,
    make_mention,
)

CLEAN = (
    "这件卫衣129元买的，洗了3次没起球，比专柜便宜200多",
    "2026-11-22 12:30 更新：播放量12345678，点赞98765",
    "地铁1号线和13号线今天全线恢复运营",
    "步行街18号开业，全场5折起",
    "G1234次列车晚点45分钟，12306已发公告",
    "微信小程序很好用，微信支付立减8.8元",
    "QQ音乐年度歌单出炉，第1名是它",
    "二十一世纪第三个十年过半，一百二十三所高校更新名单",
    "第3单元课文背诵打卡第15天",
    "iPhone 17 Pro Max 256GB 到手价8999元",
    "今年双11销量10万+，同比增长23.5%",
    "北京大学1号选手发挥稳定",
    "京东618活动，满300减50",
    "BV1xx411c7mD 这个视频太好笑了，3分12秒那里绝了",
    "同款链接在评论区，2件@19.9元太划算",
    "订单号2026112212345678已签收",
    "SKU 6901234567892 断货了",
    "苏超决赛3比2，新E计划启动",
    "温度从-5到12度，湿度40%到65%",
    "1983年和1998年的两版我都看过",
    "vivo X200拍照真的强，WiFi 7也支持",
    "加量不加价，买1送1",
    "华为Mate 80 Pro 12+512",
    "身高165体重50穿M码刚好，腰围66",
)


def write_cases() -> list[str]:
    chance = random.Random(20261122)
    return [chance.choice(FRAMES).format(MAKERS[number % len(MAKERS)](chance)) for number in range(504)]


def test_of_500_ways_to_write_personal_data_99_in_100_are_masked() -> None:
    missed = [text for text in write_cases() if "〔" not in mask_personal(text)]
    assert len(missed) <= 5, missed


@pytest.mark.parametrize("text", CLEAN)
def test_plain_text_passes_unchanged(text: str) -> None:
    assert mask_personal(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000，微信 lucy_88", "电话〔电话〕，微信 〔微信〕"),
        ("收货地址：广东省深圳市南山区科技园南路10号，谢谢", "收货地址：〔地址〕，谢谢"),
        ("@李小美 快来看 #露营#", "〔提及〕 快来看 #露营#"),
        ("１３８００１３８０００", "〔电话〕"),
        ("粤B·D12345 停错位置了", "〔车牌〕 停错位置了"),
    ],
)
def test_only_the_data_itself_is_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@given(st.sampled_from(write_cases()))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask_personal(mask_personal(text)) == mask_personal(text)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in cleaned)


def test_surrogates_controls_and_line_ends_are_cleaned() -> None:
    assert clean_text("a\ud800b\x00c\r\nd\x85e") == "a\ufffdbc\nde"
    assert clean_text("\ud83d\ude00") == "😀"
    assert clean_text("e\u0301") == "é"


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ("联系 foo&#64;example.com 买露营灯", "联系 〔邮箱〕 买露营灯"),
        ("电话 1380013<em>8000</em> 问拼豆", "电话 〔电话〕 问拼豆"),
        ('<em class="keyword">拼豆</em>电话&nbsp;138&#48;0138000', "拼豆电话 〔电话〕"),
        ("foo&#6\x004;example.com", "〔邮箱〕"),
        ("露营&#1;灯 &amp; <em>天幕</em>\n清单", "露营灯 & 天幕 清单"),
        ("<em></em>&nbsp;", None),
        ("价格 < 100 元的露营灯", "价格 < 100 元的露营灯"),
    ],
)
def test_a_title_is_masked_as_it_is_read_without_its_markup(shown: str, title: str | None) -> None:
    assert read_title(shown) == title


def test_a_title_is_measured_with_its_markup() -> None:
    with pytest.raises(BadValue, match="too long"):
        read_title("<em>露营</em>" + "&nbsp;" * MAX_TEXT)


def test_an_author_is_another_key_on_every_platform_and_installation() -> None:
    ours, theirs = Pseudonymiser(KEY), Pseudonymiser(bytes(32))
    assert ours.author_key("bilibili", "123") == ours.author_key("bilibili", "123")
    assert (
        len(
            {
                ours.author_key("bilibili", "123"),
                ours.author_key("douyin", "123"),
                theirs.author_key("bilibili", "123"),
            }
        )
        == 3
    )
    assert "123" not in ours.author_key("bilibili", "123")
    assert len(ours.author_key("bilibili", "123")) == 32


def test_a_short_key_is_refused() -> None:
    with pytest.raises(KeyFileError):
        Pseudonymiser(b"short")


def test_the_key_file_must_be_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with pytest.raises(KeyFileError, match="cannot read"):
        read_key(path)
    path.write_text(KEY.hex())
    path.chmod(0o600)
    assert read_key(path) == KEY
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key(path)
    path.chmod(0o600)
    path.write_text("not hex")
    with pytest.raises(KeyFileError, match="no secret key"):
        read_key(path)


def test_a_rejected_payload_keeps_no_account() -> None:
    payload = {
        "bvid": "BV1",
        "owner": {"mid": 987654321, "name": "小美酱"},
        "member": {"uname": "老王", "avatar": "//i.example.com/x.jpg"},
        "reply": [{"user_id": "42424242", "nickname": "阿强", "text": "我的电话13800138000"}],
        "url": "https://weibo.com/u/1234567890",
        "contributor": {"@type": "Person", "name": "王五", "sameAs": "https://blog.example.com/wangwu"},
        "link": "https://weibo.com/detail/4999",
        "long": "好" * 9000,
    }
    scrubbed = scrub_payload(payload)
    assert "https://weibo.com/detail/4999" in scrubbed
    secrets = ("987654321", "小美酱", "老王", "x.jpg", "42424242", "阿强", "13800138000")
    for secret in (*secrets, "1234567890", "王五", "wangwu"):
        assert secret not in scrubbed
    assert "BV1" in scrubbed and len(scrubbed) <= 4000
    assert json.dumps("〔电话〕", ensure_ascii=False)[1:-1] in scrubbed
