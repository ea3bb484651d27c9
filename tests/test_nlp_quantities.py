"""How much an offer holds, read from its title: what sellers write, what looks alike, and properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon import LexiconError
from nlp.quantities import UNITS, parse_quantity, read_size_words
from nlp.tagger import TaggerSettings
from nlp.taggers.quantity import build_tagger
from nlp.text import fold_case, normalise_text

WORDS, VERSION = read_size_words()


def read(title: str) -> Any:
    found = parse_quantity(fold_case(normalise_text(title).text), WORDS)
    return (found.amount, found.unit) if found else None


@pytest.mark.parametrize(
    ("title", "amount", "unit"),
    [
        ("云朵记玻尿酸保湿精华液30ml 敏感肌可用", 30, "ml"),
        ("土鸡蛋3斤30枚", 1500, "g"),
        ("抽纸100抽/包*20包", 2000, "抽"),
        ("农夫山泉550ml/瓶*24瓶", 13200, "ml"),
        ("面膜25ml/片*10片", 10, "片"),
        ("牛奶250ml✖️24盒", 6000, "ml"),
        ("维达抽纸 100抽*3层*24包 整箱", 2400, "抽"),
        ("海底捞火锅底料150g*5袋", 750, "g"),
        ("好奇拉拉裤XL码 76片", 76, "片"),
        ("青柚家氨基酸洗发水７５０ＭＬ＊２瓶 控油蓬松", 1500, "ml"),
        ("半亩方塘山茶花洗衣液2kg*4袋家庭装", 8000, "g"),
        ("山野社冷萃咖啡液 25ml×12条 0糖0脂", 300, "ml"),
        ("四季果园红心猕猴桃5斤装 现摘现发", 2500, "g"),
        ("小满食品每日坚果750g/30袋 孕妇零食", 750, "g"),
        ("小满食品每日坚果25g*30袋/750g", 750, "g"),
        ("初见集烟酰胺面膜25ml*5片 补水提亮", 5, "片"),
        ("初见集烟酰胺面膜10片装", 10, "片"),
        ("一只小鹿超薄纸尿裤片L54片 9-14公斤", None, ""),
        ("一只小鹿婴儿湿巾80抽*10包带盖", 800, "抽"),
        ("知岸维生素C咀嚼片60粒*2瓶", 120, "粒"),
        ("健胃散1000g36个月保质期", 1000, "g"),
        ("知岸鱼油软胶囊1000mg*100粒", 100, "粒"),
        ("暖屿柑橘空气清新剂 500毫升两瓶装", 1000, "ml"),
        ("拾光研究所燕麦奶1L*6盒 咖啡大师", 6000, "ml"),
        ("拾光研究所燕麦奶6盒*1L", 6000, "ml"),
        ("南枝护手霜50g双支装", 100, "g"),
        ("纯牛奶250ml*12盒*2提 整箱早餐奶", 6000, "ml"),
        ("猫砂混合豆腐砂 2.5公斤 x 4包", 10000, "g"),
        ("净含量:1.5升 山泉水", 1500, "ml"),
        ("四季果园红茶 250g罐装*2", 500, "g"),
        ("小满食品茶叶 250克罐装x2", 500, "g"),
        ("山野社咖啡粉100g瓶装*3", 300, "g"),
        ("蜂蜜500g玻璃瓶2瓶", 1000, "g"),
        ("牛肉酱香辣五香110g瓶装 2瓶", 220, "g"),
        ("1.5升可乐*6瓶", 9000, "ml"),
        ("5斤红富士苹果*2箱", 5000, "g"),
        ("初见集25ml面膜*5片", 5, "片"),
        ("两件装 云朵记面霜50g", 100, "g"),
        ("【2瓶装】青柚家洗发水400ml", 800, "ml"),
        ("两件装 云朵记面霜50g*2瓶", 100, "g"),
        ("茉莉花茶 五袋装共250g", 250, "g"),
        ("蚕丝面膜4盒装28片", 28, "片"),
        ("抱富桶1600g年货礼盒 巨型抱富桶1600g", 1600, "g"),
        ("云朵记面霜50g 第二件半价", 50, "g"),
        ("云朵记面霜50g 买2件减10", 50, "g"),
        ("30g细辛*100元", 30, "g"),
    ],
)
def test_packs_are_multiplied(title: str, amount: float | None, unit: str) -> None:
    assert read(title) == (None if amount is None else (pytest.approx(amount), unit))


@pytest.mark.parametrize(
    "title",
    [
        "316不锈钢保温杯500ml大容量",
        "罗技无线鼠标 2.4G 静音",
        "美的电饭煲4L家用",
        "空气炸锅6L家用大容量",
        "260g重磅纯棉T恤男",
        "户外双肩包40L登山",
        "5G手机 8+256G 曲面屏",
        "羽绒服充绒量200g 加厚",
        "面霜50g/100g可选 滋润",
        "精华液30ml+洁面15ml套装",
        "爽肤水150ml送小样30ml",
        "洗发水400ml 护发素400ml 套装",
        "沐浴露500ml 身体乳500ml 礼盒",
        # The price is of one, and two come.
        "面霜50g买一送一",
        "面霜50g 买2送1",
        "沃隆纯坚果礼盒2.4kg 买一赠一",
        "三七粉100克拍五发六",
        "猫粮1kg-5kg 成猫",
        "瑜伽垫承重150kg",
        "法式连衣裙 120斤以下可穿",
        "第12代处理器 7680P 屏",
        "拼豆2.6mm 72色",
        "米家 12V5A 电源",
        "钙片1000mg 高含量",
        "",
    ],
)
def test_sizes_choices_and_bundles_are_no_content(title: str) -> None:
    assert read(title) is None


AMOUNTS = st.integers(1, 2000)


@given(
    AMOUNTS,
    st.sampled_from(sorted(UNITS)),
    st.integers(1, 90),
    st.sampled_from("x×*"),
    st.sampled_from("瓶盒袋包"),
)
def test_a_factor_multiplies_whatever_the_numbers(
    number: int, unit: str, times: int, sign: str, pack: str
) -> None:
    single = read(f"青柚家好物 {number}{unit}")
    many = read(f"青柚家好物 {number}{unit}{sign}{times}{pack}")
    if single is None:
        assert number * UNITS[unit][1] > 200_000
    elif many is None:
        assert single[0] * times > 200_000
    else:
        assert many == (pytest.approx(single[0] * times), single[1])


@given(st.text(alphabet="0123456789.*x×/+- mlgkMLGK升毫克斤公片抽粒瓶盒装一两双送杯", max_size=60))
def test_any_text_gives_a_positive_amount_with_its_evidence_or_nothing(title: str) -> None:
    text = fold_case(normalise_text(title).text)
    found = parse_quantity(text, WORDS)
    if found is not None:
        assert 0 < found.amount <= 200_000
        assert found.unit in {unit for unit, _ in UNITS.values()}
        assert 0 <= found.start < found.end <= len(text)
        assert any(character.isdigit() for character in text[found.start : found.end])


def test_the_tagger_reads_the_title_and_not_the_description() -> None:
    tagger = build_tagger(TaggerSettings())
    title = "云朵记玻尿酸精华液30ml"
    labels = tagger.tag([f"{title}\n另有50ml装可选", "帆布包\n净含量50ml"])
    assert [[label.label for label in found] for found in labels] == [["30 ml"], []]
    assert title[labels[0][0].start : labels[0][0].end] == "30ml"


def test_the_version_of_the_tagger_moves_with_its_words() -> None:
    assert build_tagger(TaggerSettings()).version.endswith(f"-{VERSION}")


def test_words_of_another_file_decide(tmp_path: Path) -> None:
    file = tmp_path / "size_words.yaml"
    file.write_text("durable: [香薰机]\nfitting: [承重]\n", encoding="utf-8")
    words, version = read_size_words(file)
    assert version != VERSION
    assert parse_quantity("香薰机200ml", words) is None
    cup = parse_quantity("保温杯500ml", words)
    assert cup is not None and cup.amount == 500


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("durable: [杯]", "exactly the fields"),
        ("durable: ['(']\nfitting: [承重]", "a pattern is none"),
        ("durable: 5\nfitting: [承重]", "a pattern is none"),
        ("durable: ['杯?']\nfitting: [承重]", "matches the empty text"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "size_words.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=said):
        read_size_words(file)
