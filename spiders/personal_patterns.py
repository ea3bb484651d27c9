"""Patterns of personal data in Chinese free text: what is looked for, in which order, under which mask."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from spiders.numerals import CHINESE_DIGITS
from spiders.postal_patterns import POSTAL_ADDRESS, POSTAL_SIGN, is_place

_SPOKEN = "".join(CHINESE_DIGITS)
_DIGIT = f"[0-9{_SPOKEN}]"
_ALONE = r"(?<![0-9A-Za-z_/=])"
_GAP = r"[ \-.·_—]{0,2}"
_SAYS = r"\s*(?:号码?|账号|帐号|id|ID|同号|同步)?\s*(?:[:：=➡→>是为搜加]|\+|➕|\s)*\s*"

_MAIL = (
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\]|【at】|#at#|\sat\s|艾特)\s?"
    r"(?:[A-Za-z0-9\-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|点)\s?){1,4}"
    r"(?:com|cn|net|org|edu|gov|me|io|cc|vip|top|hk|tw|co|info|xyz|[a-z]{2,6})(?![A-Za-z0-9])"
)
_MONTH_DAY = r"(?:0[1-9]|1[0-2])\s?(?:0[1-9]|[12][0-9]|3[01])"
_ID_CARD = (
    rf"{_ALONE}[1-9][0-9]{{5}}[\s\-]?(?:19|20)[0-9]{{2}}\s?{_MONTH_DAY}[\s\-]?[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])"
    r"|(?:身份证|证件|ID卡)(?:号码?)?\s*[:：是为]?\s*(?P<number>[0-9]{6,17}[0-9Xx*]{1,12})"
    r"|(?<![0-9A-Za-z])[A-Z]{1,2}[0-9]{6}\([0-9A]\)"
    rf"|{_ALONE}[1-6][0-9]{{5}}[3-9][0-9]{_MONTH_DAY}[0-9]{{3}}(?![0-9A-Za-z])"
    r"|(?:护照|通行证|台胞证|回乡证|军官证|学号|社保号?|驾照)(?:号码?)?\s*[:：是为]?\s*[A-Za-z]{0,2}[0-9]{6,12}"
)
_BANK_CARD = (
    rf"{_ALONE}(?:62[0-9]{{2}}|[45][0-9]{{3}})(?:[ \-]?[0-9]{{4}}){{3}}(?:[ \-]?[0-9]{{1,3}})?(?![0-9A-Za-z])"
    r"|(?:卡号|银行卡|账户|帐户|储蓄卡)(?:号码?)?\s*[:：是为]?\s*[0-9][0-9 ]{11,22}[0-9]"
)
_WECHAT_WORD = (
    r"(?:微\s?信|威\s?信|薇\s?信|徽\s?信|微x|薇x|威❤|薇❤|卫星|绿泡泡"
    r"|(?<![A-Za-z])(?:v[xX]|V[xX]|wx|WX|Wx|weixin|[wW]e[cC]hat|v信|V信)"
    r"|(?:加|\+|➕|私|找我?)\s*[vV薇威微](?:我|❤)?|(?<![A-Za-z0-9])[vV](?=\s*[:：]))"
)
_WECHAT_ID = (
    r"(?:[A-Za-z][A-Za-z_\-]{0,18}[0-9_\-][A-Za-z0-9_\-]{0,18}"
    r"|[A-Za-z0-9_\-]{0,4}[0-9]{5,12}[A-Za-z0-9_\-]{0,6})"
)
_WECHAT = (
    rf"{_WECHAT_WORD}{_SAYS}(?P<id>{_WECHAT_ID}(?![A-Za-z0-9_\-]))"
    rf"|{_WECHAT_WORD}\s*(?:号码?|账号|帐号|id|ID)?\s*[:：=➡→]\s*(?P<word>[A-Za-z][A-Za-z0-9_\-]{{5,19}})"
    rf"|{_WECHAT_WORD}\s*(?:号码?|账号|帐号|id|ID)\s*(?:是|为)?\s*(?P<named>[A-Za-z][A-Za-z0-9_\-]{{5,19}})"
)
_QQ = (
    r"(?:(?<![A-Za-z])[qQ]{1,2}|扣扣|企鹅|秋秋|球球|蔻蔻)\s*(?:交流|粉丝|福利)?\s*(?:群|裙)?"
    rf"{_SAYS}(?P<id>[1-9][0-9]{{4,11}})(?![0-9A-Za-z])"
    r"|(?:粉丝群|交流群|福利群|群号|加群|进群|裙号)\s*[:：是]?\s*(?P<group>[1-9][0-9]{5,11})(?![0-9A-Za-z])"
)
_MOBILE = (
    rf"(?<![0-9A-Za-z_/={_SPOKEN}])(?:(?:\+|00)?86{_GAP})?\(?1[3-9][0-9]\)?"
    rf"(?:{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}|[0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}|{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}"
    rf"|[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}|[0-9]{{3}}{_GAP}[0-9]{{5}}"
    rf"|(?:{_GAP}[0-9]{{2}}){{4}})(?![0-9A-Za-z])"
    r"|(?<![0-9])1(?P<gap>[ \-.·,，])[3-9](?:(?P=gap)[0-9]){9}(?![0-9])"
    rf"|(?<!{_DIGIT})[1一幺壹][3-9三四五六七八九叁肆伍陆柒捌玖]{_DIGIT}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{4}}(?!{_DIGIT})"
)
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = (
    rf"(?<![0-9A-Za-z_/=.\-])(?:\(0[1-9][0-9]{{1,2}}\)\s?|{_AREA}[ \-—]\s?|{_AREA})"
    r"[2-8][0-9]{2,3}[ \-]?[0-9]{4}(?:\s?(?:转|-|ext\.?)\s?[0-9]{1,5})?(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z_/=.\-])[48]00[ \-][0-9]{3,4}[ \-]?[0-9]{3,4}(?![0-9])"
    r"|(?<![0-9A-Za-z])(?:\+|00)(?!86)[1-9][0-9]{0,2}[ \-]?\(?[0-9]{1,4}\)?(?:[ \-]?[0-9]{2,4}){2,4}(?![0-9])"
    r"|(?:电话|手机号?|座机|热线|致电|联系方式|☎️?|📞|📱|[tT]el|TEL|[pP]hone)\s*(?:号码?)?\s*[:：是为.]?\s*"
    r"(?P<number>[0-9][0-9 \-]{5,16}[0-9])"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_LETTER = "A-HJ-NP-Za-hj-np-z"
_PLATE = (
    rf"[{_PROVINCES}]\s?[{_PLATE_LETTER}]\s?[·•・.\-]?\s?"
    rf"(?P<tail>(?:[DFdf][{_PLATE_LETTER}0-9][0-9]{{4}}|[0-9]{{5}}[DFdf]"
    rf"|[{_PLATE_LETTER}0-9]{{4}}[{_PLATE_LETTER}0-9挂学警港澳]))(?![A-Za-z0-9])"
)
_MENTION = r"(?<![A-Za-z0-9._%+\-])@(?!\s|[0-9]+(?:\.[0-9]+)?(?:元|块|折|/|\s|$))[\w·\-]{1,30}"


class Detector(NamedTuple):
    """One kind of personal data: the word of its mask, its pattern over folded text, what must be there."""

    mask: str
    pattern: re.Pattern[str]
    trigger: re.Pattern[str]
    check: Callable[[re.Match[str]], bool] | None = None

    def find_spans(self, folded: str) -> list[tuple[int, int]]:
        """Spans of personal data in text with full-width characters folded, in order."""
        if self.trigger.search(folded) is None:
            return []
        found = self.pattern.finditer(folded)
        return [_inner_span(match) for match in found if self.check is None or self.check(match)]


def _inner_span(found: re.Match[str]) -> tuple[int, int]:
    """The named group that matched, where a keyword stands before what is to be masked; else all of it."""
    for name, value in found.groupdict().items():
        if value is not None and name not in {"gap", "tail"}:
            return found.span(name)
    return found.span()


def _has_enough_digits(found: re.Match[str]) -> bool:
    return 7 <= sum(letter.isdigit() for letter in found[0]) <= 16


def _is_plate(found: re.Match[str]) -> bool:
    tail = str(found["tail"])
    return sum(letter.isdigit() for letter in tail) >= (1 if tail.upper() == tail else 3)


def _is_card(found: re.Match[str]) -> bool:
    """A bare run of digits must satisfy the cards' checksum (ISO/IEC 7812, Luhn)."""
    text = found[0]
    if not text.isdigit():
        return True
    doubled = [
        sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit)
        for place, digit in enumerate(reversed(text))
    ]
    return sum(doubled) % 10 == 0


DETECTORS = (
    Detector("邮箱", re.compile(_MAIL, re.IGNORECASE), re.compile(r"@|at|艾特", re.IGNORECASE)),
    Detector("证件", re.compile(_ID_CARD), re.compile(r"[0-9]{6}")),
    Detector("银行卡", re.compile(_BANK_CARD), re.compile(r"[0-9]{4}"), _is_card),
    Detector("微信", re.compile(_WECHAT), re.compile(r"[vVwW微威薇徽卫绿]")),
    Detector("QQ", re.compile(_QQ), re.compile(r"[0-9]{5}")),
    Detector("电话", re.compile(_MOBILE), re.compile(rf"{_DIGIT}(?:[ \-.·_—,，()]{{0,2}}{_DIGIT}){{9}}")),
    Detector("电话", re.compile(_LANDLINE), re.compile(r"[0-9]{3}"), _has_enough_digits),
    Detector("车牌", re.compile(_PLATE), re.compile(rf"[{_PROVINCES}]\s?[A-Za-z]"), _is_plate),
    Detector("地址", POSTAL_ADDRESS, re.compile(POSTAL_SIGN), is_place),
    Detector("提及", re.compile(_MENTION), re.compile("@")),
)
"""In this order, since a mail holds an @ and an id number holds what could be a phone's digits."""

TRIGGER = re.compile(
    rf"[@＠]|[0-9０-９][0-9０-９ \-.·,，()（）]{{4}}|[{_SPOKEN}]{{7}}|{POSTAL_SIGN}"
    r"|[vVｖＶ][xXｘＸ信:：]|[wWｗＷ][xXeEｘＸｅＥ]|[微威薇徽]\s?[信xX❤]|[加+➕私找]\s*[vV薇威微]|卫星|绿泡泡"
    rf"|[{_PROVINCES}]\s?[A-Za-zＡ-Ｚａ-ｚ]|\bat\b|艾特|\(at\)|\[at\]"
)
"""Text without any of this holds no personal data that the detectors know, and is passed at once."""

FULL_WIDTH_TRIGGER = re.compile("[０-９Ａ-Ｚａ-ｚ＠．：（）－＋＝　\u00a0]")
