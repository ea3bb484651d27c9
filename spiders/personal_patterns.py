"""Patterns of personal data in Chinese free text: what is looked for, in which order, under which mask."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from spiders.numerals import CHINESE_DIGITS

_HAN = "\u4e00-\u9fff"
_SPOKEN = "".join(CHINESE_DIGITS)
_NOT_IN_TOKEN = r"(?<![0-9A-Za-z_/=.\-])"
_GAP = r"[ \-.·_—]{0,2}"
_SAYS = r"\s*(?:号码?|账号|帐号|id|ID|同号|同步)?\s*(?:[:：=➡→>是为搜加]|\+|➕|\s)*\s*"

_MAIL = (
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\]|（at）|【at】|#at#|\sat\s|艾特)\s?"
    r"(?:[A-Za-z0-9\-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|点)\s?){1,4}(?:com|cn|net|org|edu|gov|me|io|cc|vip|top|hk|tw|co|info|xyz|[a-z]{2,6})(?![A-Za-z0-9])"
)
_ID_DATE = r"(?:19|20)[0-9]{2}\s?(?:0[1-9]|1[0-2])\s?(?:0[1-9]|[12][0-9]|3[01])"
_ID_CARD = (
    rf"(?<![0-9A-Za-z_/=])[1-9][0-9]{{5}}[\s\-]?{_ID_DATE}[\s\-]?[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])"
    r"|(?:身份证|证件|ID卡)(?:号码?)?\s*[:：是为]?\s*(?P<number>[0-9]{6,17}[0-9Xx*]{1,12})"
    r"|(?<![0-9A-Za-z])[A-Z]{1,2}[0-9]{6}\([0-9A]\)"
    rf"|(?<![0-9A-Za-z_/=])[1-6][0-9]{{5}}[3-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}(?![0-9A-Za-z])"
    r"|(?:护照|通行证|台胞证|回乡证|军官证|学号|社保号?|驾照)(?:号码?)?\s*[:：是为]?\s*[A-Za-z]{0,2}[0-9]{6,12}"
)
_BANK_CARD = (
    r"(?<![0-9A-Za-z_/=])(?:62[0-9]{2}|[45][0-9]{3})(?:[ \-]?[0-9]{4}){3}(?:[ \-]?[0-9]{1,3})?(?![0-9A-Za-z])"
    r"|(?:卡号|银行卡|账户|帐户|储蓄卡)(?:号码?)?\s*[:：是为]?\s*[0-9][0-9 ]{11,22}[0-9]"
)
_WECHAT_WORD = (
    r"(?:微\s?信|威\s?信|薇\s?信|徽\s?信|微x|薇x|威❤|薇❤|卫星|绿泡泡|(?<![A-Za-z])(?:v[xX]|V[xX]|wx|WX|Wx|weixin|[wW]e[cC]hat|v信|V信)"
    r"|(?:加|\+|➕|私|找我?)\s*[vV薇威微](?:我|❤)?|(?<![A-Za-z0-9])[vV](?=\s*[:：]))"
)
_WECHAT_STRONG = r"(?:[A-Za-z][A-Za-z_\-]{0,18}[0-9_\-][A-Za-z0-9_\-]{0,18}|[A-Za-z0-9_\-]{0,4}[0-9]{5,12}[A-Za-z0-9_\-]{0,6})"
_WECHAT = (
    rf"{_WECHAT_WORD}{_SAYS}(?P<id>{_WECHAT_STRONG}(?![A-Za-z0-9_\-]))"
    rf"|{_WECHAT_WORD}\s*(?:号码?|账号|帐号|id|ID)?\s*[:：=➡→]\s*(?P<word>[A-Za-z][A-Za-z0-9_\-]{{5,19}})"
    rf"|{_WECHAT_WORD}\s*(?:号码?|账号|帐号|id|ID)\s*(?:是|为)?\s*(?P<named>[A-Za-z][A-Za-z0-9_\-]{{5,19}})"
)
_QQ = (
    rf"(?:(?<![A-Za-z])[qQ]{{1,2}}|扣扣|企鹅|秋秋|球球|蔻蔻)\s*(?:交流|粉丝|福利)?\s*(?:群|裙)?{_SAYS}(?P<id>[1-9][0-9]{{4,11}})(?![0-9A-Za-z])"
    rf"|(?:粉丝群|交流群|福利群|群号|加群|进群|裙号)\s*[:：是]?\s*(?P<group>[1-9][0-9]{{5,11}})(?![0-9A-Za-z])"
)
_DIGIT = f"[0-9{_SPOKEN}]"
_MOBILE = (
    rf"(?<![0-9A-Za-z_/={_SPOKEN}])(?:(?:\+|00)?86{_GAP})?\(?1[3-9][0-9]\)?(?:{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
    rf"|[0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}|{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}|[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}"
    rf"|{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}|[0-9]{{3}}{_GAP}[0-9]{{5}})(?![0-9A-Za-z])"
    r"|(?<![0-9])1(?P<sep>[ \-.·,，])[3-9](?:(?P=sep)[0-9]){9}(?![0-9])"
    rf"|(?<!{_DIGIT})[1一幺壹][3-9三四五六七八九叁肆伍陆柒捌玖]{_DIGIT}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{4}}(?!{_DIGIT})"
)
_LANDLINE = (
    r"(?<![0-9A-Za-z_/=.\-])(?:\(0[1-9][0-9]{1,2}\)\s?|0(?:10|2[0-9]|[3-9][0-9]{2})[ \-—]\s?|0(?:10|2[0-9]|[3-9][0-9]{2}))"
    r"[2-8][0-9]{2,3}[ \-]?[0-9]{4}(?:\s?(?:转|-|ext\.?)\s?[0-9]{1,5})?(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z_/=.\-])[48]00[ \-][0-9]{3,4}[ \-]?[0-9]{3,4}(?![0-9])"
    r"|(?<![0-9A-Za-z])(?:\+|00)(?!86)[1-9][0-9]{0,2}[ \-]?\(?[0-9]{1,4}\)?(?:[ \-]?[0-9]{2,4}){2,4}(?![0-9])"
    r"|(?:电话|手机号?|座机|热线|致电|联系方式|☎️?|📞|📱|[tT]el|TEL|[pP]hone)\s*(?:号码?)?\s*[:：是为.]?\s*(?P<number>[0-9][0-9 \-]{5,16}[0-9])"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = (
    rf"[{_PROVINCES}]\s?[A-HJ-NP-Za-hj-np-z]\s?[·•・.\-]?\s?"
    r"(?P<tail>(?:[DFdf][A-HJ-NP-Za-hj-np-z0-9][0-9]{4}|[0-9]{5}[DFdf]|[A-HJ-NP-Za-hj-np-z0-9]{4}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳]))(?![A-Za-z0-9])"
)
_NUMBER = r"[0-9一二三四五六七八九十百零〇]{1,5}(?:\s?[\-－之/]\s?[0-9]{1,4})*"
_NAME = r"[^\W\d_A-Za-z我你他她它们家在住到从去来了的是于址寄送往达和与及]{1,8}?"
_NOT_DAY = (
    r"(?!线|选手|种子|技师|链接|公路|文件|开[业始]|到|晚|早|上午|下午|起|之前|之后|当天|前|后|色|机|球|模型)"
)
_ROOM = rf"(?:\s*[,，]?\s*(?:{_NUMBER}\s?(?:号楼|号院|栋|幢|座|单元|门|层|楼|室|号房|房|户|号|弄|组)|[A-Za-z][0-9]{{0,2}}\s?(?:栋|座|幢|单元|区)|[A-Z]?[0-9]{{3,4}}(?![0-9元块])))"
_ADMIN = (
    rf"(?:[{_HAN}]{{2,3}}(?:省|自治区)|[{_HAN}]{{2}}市|内蒙古|黑龙江|广西|西藏|宁夏|新疆)?(?:[{_HAN}]{{2,4}}?(?:市|州|盟))?"
    rf"(?:[{_HAN}]{{1,4}}?(?:区|县|旗))?(?:[{_HAN}]{{1,5}}?(?:街道|镇|乡))?"
)
_ROADS = r"(?:大道|大街|路|街|道|巷|弄|胡同|里|坊|条)(?:[东南西北中]路?|[东南西北中]?段|[一二三四五六七八九十]+[路街巷])?"
_HOMES = r"(?:小区|花园|花苑|苑|公寓|家园|家苑|新城|新村|社区|嘉园|名都|名苑|公馆|豪庭|华庭|华府|山庄|别墅|宿舍|家属院|大院|大厦|写字楼|广场|国际|时代|城|府|湾|轩|园)"
_ADDRESS_WORD = r"(?:收货地址|收件地址|家庭住址|家庭地址|联系地址|详细地址|现住址|住址|地址|家住|住在|寄到|寄往|邮寄到|寄送到|收件人地址)"
_ADDRESS = (
    rf"{_ADMIN}{_NAME}{_ROADS}\s?{_NUMBER}\s?(?:号|弄|巷){_NOT_DAY}(?:[{_HAN}]{{1,8}}?{_HOMES})?{_ROOM}*"
    rf"|{_ADMIN}{_NAME}{_HOMES}\s*(?:[一二三四五六七八九十][期区]|[A-Za-z]区|[东南西北]区)?\s*(?:{_NUMBER}\s?(?:号楼|栋|幢|座|单元)|[A-Za-z][0-9]{{0,2}}\s?(?:栋|座|幢))(?:{_ROOM})*"
    rf"|{_NUMBER}\s?(?:号楼|栋|幢|座)\s?(?:{_NUMBER}\s?单元\s?)?(?:{_NUMBER}\s?(?:层|楼)\s?)?{_NUMBER}\s?(?:室|号房|房|户|号|单元)|{_NUMBER}\s?(?:号楼|栋|幢)\s?{_NUMBER}\s?单元\s?[0-9]{{3,4}}"
    rf"|{_ADMIN}{_NAME}(?:村|屯|庄|寨|组)\s?{_NUMBER}\s?(?:组|队|社|号)(?:\s?{_NUMBER}\s?号)?(?!线|选手)"
    rf"|{_ADDRESS_WORD}\s*[:：是为在]?\s*(?P<place>[{_HAN}A-Za-z0-9\-（）() ]{{4,50}})"
    rf"|(?:[{_HAN}]{{2,3}}(?:省|自治区))(?:[{_HAN}]{{2,4}}(?:市|州|盟))(?:[{_HAN}]{{1,5}}(?:区|县|旗|市))(?:[{_HAN}]{{1,6}}(?:街道|镇|乡|村))[{_HAN}0-9A-Za-z\-]{{0,20}}"
    r"|邮编\s*[:：是]?\s*[0-9]{6}(?![0-9])"
)
_PLACE_SIGN = re.compile(r"[省市区县镇乡村路街道弄巷号栋幢楼室苑]")
_MENTION = (
    rf"(?<![A-Za-z0-9._%+\-])@(?!\s|[0-9]+(?:\.[0-9]+)?(?:元|块|折|/|\s|$))(?=[\w{_HAN}])[\w\-·]{{1,30}}"
)


class Detector(NamedTuple):
    """One kind of personal data: the word of its mask, its pattern over folded text, what must be there."""

    mask: str
    pattern: re.Pattern[str]
    trigger: re.Pattern[str] | None = None
    check: Callable[[re.Match[str]], bool] | None = None

    def find_spans(self, folded: str) -> list[tuple[int, int]]:
        """Spans of personal data in text with full-width characters folded, in order."""
        if self.trigger is not None and self.trigger.search(folded) is None:
            return []
        return [
            _inner_span(found)
            for found in self.pattern.finditer(folded)
            if self.check is None or self.check(found)
        ]


def _inner_span(found: re.Match[str]) -> tuple[int, int]:
    """The named group that matched, where a keyword stands before what is to be masked; else all of it."""
    for name, value in found.groupdict().items():
        if value is not None and name not in {"sep", "tail"}:
            return found.span(name)
    return found.span()


def _has_enough_digits(found: re.Match[str]) -> bool:
    return 7 <= sum(letter.isdigit() for letter in found[0]) <= 16


def _is_plate(found: re.Match[str]) -> bool:
    tail = found["tail"]
    digits = sum(letter.isdigit() for letter in tail)
    return bool(digits >= (1 if tail.upper() == tail else 3))


def _is_card(found: re.Match[str]) -> bool:
    digits = [int(letter) for letter in found[0] if letter.isdigit()]
    if not found[0][0].isdigit() or " " in found[0] or "-" in found[0]:
        return True
    doubled = [
        sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _is_place(found: re.Match[str]) -> bool:
    place = found["place"]
    return place is None or (
        len(_PLACE_SIGN.findall(place)) >= 2 or any(letter.isdigit() for letter in place)
    )


DETECTORS = (
    Detector("邮箱", re.compile(_MAIL, re.IGNORECASE), re.compile(r"@|at|艾特", re.IGNORECASE)),
    Detector("证件", re.compile(_ID_CARD), re.compile(r"[0-9]{6}")),
    Detector("银行卡", re.compile(_BANK_CARD), re.compile(r"[0-9]{4}"), _is_card),
    Detector("微信", re.compile(_WECHAT), re.compile(r"[vVwW微威薇徽卫绿]")),
    Detector("QQ", re.compile(_QQ), re.compile(r"[0-9]{5}")),
    Detector("电话", re.compile(_MOBILE), re.compile(rf"{_DIGIT}(?:[ \-.·_—,，()]{{0,2}}{_DIGIT}){{9}}")),
    Detector("电话", re.compile(_LANDLINE), re.compile(r"[0-9]{3}"), _has_enough_digits),
    Detector("车牌", re.compile(_PLATE), re.compile(rf"[{_PROVINCES}]\s?[A-Za-z]"), _is_plate),
    Detector(
        "地址",
        re.compile(_ADDRESS),
        re.compile(
            r"[0-9一二三四五六七八九十百]\s?[号弄巷栋幢座单室房组队社]|[住地]址|家住|住在|寄[到往送]|邮编|[省区][^，。]{1,8}市"
        ),
        _is_place,
    ),
    Detector("提及", re.compile(_MENTION), re.compile("@")),
)
"""In this order, since a mail holds an @ and an id number holds what could be a phone's digits."""

TRIGGER = re.compile(
    rf"[@＠]|[0-9０-９][0-9０-９ \-.·,，()（）]{{4}}|[{_SPOKEN}]{{7}}|[0-9０-９一二三四五六七八九十百]\s?[号弄巷栋幢座单室房组队社]"
    r"|[住地]址|家住|住在|寄[到往送]|邮编|[vVｖＶ][xXｘＸ信:：]|[wWｗＷ][xXeEｘＸｅＥ]|[微威薇徽]\s?[信xX❤]|[加+➕私找]\s*[vV薇威微]|卫星|绿泡泡"
    rf"|[{_PROVINCES}]\s?[A-Za-zＡ-Ｚａ-ｚ]|\bat\b|艾特|\(at\)|\[at\]|[省区][^，。]{{1,8}}市"
)
"""Text without any of this holds no personal data that the detectors know, and is passed at once."""

FULL_WIDTH_TRIGGER = re.compile("[０-９Ａ-Ｚａ-ｚ＠．：（）－＋＝　\u00a0]")
