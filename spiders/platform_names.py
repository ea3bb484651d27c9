"""Names that people, tools and hosts give to platforms in; the platforms' slugs out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from urllib.parse import urlsplit

PLATFORM_ALIASES: Mapping[str, str] = {
    "抖音": "douyin",
    "dy": "douyin",
    "快手": "kuaishou",
    "ks": "kuaishou",
    "哔哩哔哩": "bilibili",
    "b站": "bilibili",
    "bili": "bilibili",
    "小红书": "xiaohongshu",
    "xhs": "xiaohongshu",
    "rednote": "xiaohongshu",
    "red": "xiaohongshu",
    "微博": "weibo",
    "新浪微博": "weibo",
    "wb": "weibo",
    "知乎": "zhihu",
    "贴吧": "tieba",
    "百度贴吧": "tieba",
    "百度": "baidu",
    "今日头条": "toutiao",
    "头条": "toutiao",
    "什么值得买": "smzdm",
    "豆瓣": "douban",
    "视频号": "weixin_channels",
    "微信视频号": "weixin_channels",
    "公众号": "weixin",
    "微信公众号": "weixin",
    "西瓜视频": "xigua",
    "淘宝": "taobao",
    "淘宝网": "taobao",
    "天猫": "taobao",
    "tmall": "taobao",
    "京东": "jd",
    "京东商城": "jd",
    "淘宝天猫": "taobao",
    "淘特": "taobao",
    "天猫超市": "taobao",
    "天猫国际": "taobao",
    "京东自营": "jd",
    "京东国际": "jd",
    "京喜": "jd",
    "抖音商城": "douyin",
    "抖店": "douyin",
    "抖音小店": "douyin",
    "抖音电商": "douyin",
    "快手小店": "kuaishou",
    "快手电商": "kuaishou",
    "小红书商城": "xiaohongshu",
    "小红书店铺": "xiaohongshu",
    "多多买菜": "pinduoduo",
    "阿里巴巴": "1688",
    "阿里巴巴1688": "1688",
    "当当": "dangdang",
    "当当网": "dangdang",
    "微店": "weidian",
    "得物": "dewu",
    "唯品会": "vip",
    "苏宁": "suning",
    "苏宁易购": "suning",
    "闲鱼": "xianyu",
    "美团": "meituan",
    "大众点评": "dianping",
    "拼多多": "pinduoduo",
    "pdd": "pinduoduo",
}
"""Names that people and tools give to platforms -> the platform's slug."""

TOOL_PLATFORMS: Mapping[str, str] = {
    "生意参谋": "taobao",
    "店侦探": "taobao",
    "淘宝联盟": "taobao",
    "阿里妈妈": "taobao",
    "京东商智": "jd",
    "京东联盟": "jd",
    "多多参谋": "pinduoduo",
    "多多情报通": "pinduoduo",
    "多多进宝": "pinduoduo",
    "电商罗盘": "douyin",
    "巨量": "douyin",
    "新抖": "douyin",
    "千瓜": "xiaohongshu",
    "新红": "xiaohongshu",
    "磁力": "kuaishou",
    "新快": "kuaishou",
}
"""Tools of one platform, whose exports are named after them -> the platform."""

HOST_PLATFORMS: Mapping[str, str] = {
    "douyin.com": "douyin",
    "iesdouyin.com": "douyin",
    "jinritemai.com": "douyin",
    "haohuo.snssdk.com": "douyin",
    "kuaishou.com": "kuaishou",
    "gifshow.com": "kuaishou",
    "chenzhongtech.com": "kuaishou",
    "kwaixiaodian.com": "kuaishou",
    "bilibili.com": "bilibili",
    "b23.tv": "bilibili",
    "xiaohongshu.com": "xiaohongshu",
    "xhslink.com": "xiaohongshu",
    "rednote.com": "xiaohongshu",
    "weibo.com": "weibo",
    "weibo.cn": "weibo",
    "zhihu.com": "zhihu",
    "tieba.baidu.com": "tieba",
    "taobao.com": "taobao",
    "tmall.com": "taobao",
    "tmall.hk": "taobao",
    "tb.cn": "taobao",
    "jd.com": "jd",
    "jd.hk": "jd",
    "3.cn": "jd",
    "jingxi.com": "jd",
    "yangkeduo.com": "pinduoduo",
    "pinduoduo.com": "pinduoduo",
    "tiktok.com": "tiktok",
    "toutiao.com": "toutiao",
    "smzdm.com": "smzdm",
    "1688.com": "1688",
    "goofish.com": "xianyu",
    "dewu.com": "dewu",
    "poizon.com": "dewu",
    "vip.com": "vip",
    "suning.com": "suning",
    "dangdang.com": "dangdang",
    "weidian.com": "weidian",
    "ixigua.com": "xigua",
    "douban.com": "douban",
    "mp.weixin.qq.com": "weixin",
    "channels.weixin.qq.com": "weixin_channels",
    "meituan.com": "meituan",
    "dianping.com": "dianping",
}
"""Registered domain -> platform."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@lru_cache(maxsize=4096)
def normalise_platform(name: str) -> str | None:
    """A platform's name in any of its spellings -> slug; None when no slug can be made of it."""
    folded = unicodedata.normalize("NFKC", name).strip().lower()
    return PLATFORM_ALIASES.get(folded) or make_slug(folded)


def find_alike_platform(slug: str) -> str | None:
    """The platform that an unlisted slug is probably a slip of the pen for, if there is one."""
    known = list_known_platforms()
    return None if slug in known else next(iter(get_close_matches(slug, known, n=1)), None)


def list_known_platforms() -> list[str]:
    """Slugs of the platforms that have a name or a host here."""
    return sorted({*PLATFORM_ALIASES.values(), *HOST_PLATFORMS.values()})


def make_slug(text: str) -> str | None:
    """Lower-case text -> slug: blanks and dots become one `_`; None when anything else is in it."""
    slug = re.sub(r"[\s./]+", "_", text).strip("_-")
    return slug if _SLUG.fullmatch(slug) else None


def find_platform(address: str) -> str | None:
    """The platform whose host an address has; None for other hosts."""
    host = (_split_host(address) or "").removeprefix("www.")
    while "." in host:
        if host in HOST_PLATFORMS:
            return HOST_PLATFORMS[host]
        host = host.partition(".")[2]
    return None


def _split_host(address: str) -> str | None:
    try:
        return urlsplit(address if "//" in address else "//" + address).hostname
    except ValueError:
        return None
