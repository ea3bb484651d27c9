"""The pattern of postal addresses in Chinese free text: streets, homes, villages, what follows 收货地址."""

from __future__ import annotations

import re

_HAN = "\u4e00-\u9fff"
_NUMBER = r"[0-9一二三四五六七八九十百零〇]{1,5}(?:\s?[\-－之/]\s?[0-9]{1,4})*"
_NAME = r"[^\W\d_A-Za-z我你他她它们家在住到从去来了的是于址寄送往达和与及]{1,8}?"
_NOT_DAY = (
    r"(?!线|选手|种子|技师|链接|公路|文件|开[业始]|到|晚|早|上午|下午|起|之前|之后|当天|前|后|色|机|球|模型)"
)
_PROVINCE = rf"(?:[{_HAN}]{{2,3}}(?:省|自治区)|[{_HAN}]{{2}}市|内蒙古|黑龙江|广西|西藏|宁夏|新疆)"
_ADMIN = (
    rf"{_PROVINCE}?(?:[{_HAN}]{{2,4}}?(?:市|州|盟))?"
    rf"(?:[{_HAN}]{{1,4}}?(?:区|县|旗))?(?:[{_HAN}]{{1,5}}?(?:街道|镇|乡))?"
)
_ROAD = (
    r"(?:大道|大街|路|街|道|巷|弄|胡同|里|坊|条)"
    r"(?:[东南西北中]路?|[东南西北中]?段|[一二三四五六七八九十]+[路街巷])?"
)
_HOME = (
    r"(?:小区|花园|花苑|苑|公寓|家园|家苑|新城|新村|社区|嘉园|名都|名苑|公馆|豪庭|华庭|华府|山庄|别墅|宿舍|"
    r"家属院|大院|大厦|写字楼|广场|国际|时代|城|府|湾|轩|园)"
)
_BUILDING = r"(?:号楼|号院|栋|幢|座|单元|门|层|楼|室|号房|房|户|号|弄|组)"
_ROOM = (
    rf"(?:\s*[,，]?\s*(?:{_NUMBER}\s?{_BUILDING}|[A-Za-z][0-9]{{0,2}}\s?(?:栋|座|幢|单元|区)"
    r"|[A-Z]?[0-9]{3,4}(?![0-9元块])))"
)
_QUARTER = r"(?:[一二三四五六七八九十][期区]|[A-Za-z]区|[东南西北]区)?"
_KEYWORD = (
    r"(?:收货地址|收件地址|收件人地址|家庭住址|家庭地址|联系地址|详细地址|现住址|住址|地址|家住|住在|"
    r"寄到|寄往|邮寄到|寄送到)"
)

_STREET = rf"{_ADMIN}{_NAME}{_ROAD}\s?{_NUMBER}\s?(?:号|弄|巷){_NOT_DAY}(?:[{_HAN}]{{1,8}}?{_HOME})?{_ROOM}*"
_ESTATE = (
    rf"{_ADMIN}{_NAME}{_HOME}\s*{_QUARTER}\s*"
    rf"(?:{_NUMBER}\s?(?:号楼|栋|幢|座|单元)|[A-Za-z][0-9]{{0,2}}\s?(?:栋|座|幢)){_ROOM}*"
)
_FLAT = (
    rf"{_NUMBER}\s?(?:号楼|栋|幢|座)\s?(?:{_NUMBER}\s?单元\s?)?(?:{_NUMBER}\s?(?:层|楼)\s?)?"
    rf"{_NUMBER}\s?(?:室|号房|房|户|号|单元)(?:\s?[0-9]{{3,4}}\s?室?)?"
    rf"|{_NUMBER}\s?单元\s?[0-9]{{3,4}}\s?(?:室|号房|房|户)?"
)
_VILLAGE = (
    rf"{_ADMIN}{_NAME}(?:村|屯|庄|寨|组)\s?{_NUMBER}\s?(?:组|队|社|号)(?:\s?{_NUMBER}\s?号)?(?!线|选手)"
)
_AFTER_KEYWORD = rf"{_KEYWORD}\s*[:：是为在]?\s*(?P<place>[{_HAN}A-Za-z0-9\-（）() ]{{4,50}})"
_FOUR_LEVELS = (
    rf"[{_HAN}]{{2,3}}(?:省|自治区)[{_HAN}]{{2,4}}(?:市|州|盟)[{_HAN}]{{1,5}}(?:区|县|旗|市)"
    rf"[{_HAN}]{{1,6}}(?:街道|镇|乡|村)[{_HAN}0-9A-Za-z\-]{{0,20}}"
)
_POSTCODE = r"邮编\s*[:：是]?\s*[0-9]{6}(?![0-9])"

POSTAL_ADDRESS = re.compile(
    "|".join((_STREET, _ESTATE, _FLAT, _VILLAGE, _AFTER_KEYWORD, _FOUR_LEVELS, _POSTCODE))
)
"""The named group `place` is what stands after a keyword such as 收货地址."""

POSTAL_SIGN = (
    r"[0-9０-９一二三四五六七八九十百]\s?[号弄巷栋幢座单室房组队社]"
    r"|[住地]址|家住|住在|寄[到往送]|邮编|[省区][^，。]{1,8}市"
)
"""Text without this holds no address."""

_PLACE_SIGN = re.compile(r"[省市区县镇乡村路街道弄巷号栋幢楼室苑]")


def is_place(found: re.Match[str]) -> bool:
    """Whether what follows a keyword is an address: two kinds of place, or after 地址 a number."""
    place = found["place"]
    if place is None or len(_PLACE_SIGN.findall(place)) >= 2:
        return True
    return "址" in found[0][: -len(place)] and any(letter.isdigit() for letter in place)
