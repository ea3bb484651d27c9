"""Answers that arrive whole and are wrong inside: charset, JSON, HTML, paging."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from spiders.sandbox.connection import Fault, Wire, change_answer, replace_answer
from spiders.sandbox.wire import JSON, Answer, answer_html, answer_json

RARE = "龘靐齉"


def relabel(answer: Answer, charset: str) -> Answer:
    """The same bytes under another charset; none when empty."""
    kind = answer.content_type.split(";")[0]
    return replace(answer, content_type=f"{kind}; charset={charset}" if charset else kind)


def recode(answer: Answer, encoding: str) -> Answer:
    """The text in another encoding, the label left as it was."""
    return replace(answer, body=answer.body.decode("utf-8", "replace").encode(encoding, "replace"))


def encode_twice(answer: Answer) -> Answer:
    """UTF-8 read as Latin-1 and encoded again."""
    return replace(answer, body=answer.body.decode("latin-1").encode())


def add_rare_letters(answer: Answer) -> Answer:
    """GB18030 bytes with letters that GB2312 does not have, labelled gb2312."""
    text = answer.body.decode("utf-8", "replace").replace("的", "的" + RARE)
    return relabel(replace(answer, body=text.encode("gb18030", "replace")), "gb2312")


def repeat_page(wire: Wire, answer: Answer) -> bool:
    """The first page whatever page is asked for, and always more to come."""
    target = re.sub(r"\b(pn|page|page_no|pageIndex)=\d+", r"\1=1", wire.target)
    return wire.send_answer(promise_more(wire.answer_for(target)))


def promise_more(answer: Answer) -> Answer:
    """The answer with its end mark taken away."""
    body = answer.body.replace(b'"no_more": true', b'"no_more": false').replace(
        b'"is_end": true', b'"is_end": false'
    )
    return replace(answer, body=body)


def empty_page(answer: Answer) -> Answer:
    """An empty list that says there is more."""
    return answer_json({"code": 0, "message": "OK", "ttl": 1, "data": {"list": [], "no_more": False}})


def trap_calendar(wire: Wire, answer: Answer) -> bool:
    """Links to tomorrow, for ever."""
    path = wire.target.partition("?")[0].rstrip("/")
    step = len(path)
    return wire.send_answer(
        answer_html(f'<ul><li><a href="{path}/next">明天</a><li><a href="?day={step}">今天</a></ul>')
    )


def number_sessions(wire: Wire, answer: Answer) -> bool:
    """Every link carries a new session id."""
    links = "".join(f'<a href="?sid={wire.earlier}-{number}">第{number}页</a>' for number in range(20))
    return wire.send_answer(answer_html(links))


def nest_tags() -> Answer:
    """Two hundred thousand nested elements."""
    return answer_html("<title>深</title>" + "<div>" * 200_000 + "底")


def answer_raw_json(text: str) -> Answer:
    """JSON text as it stands."""
    return Answer(text.encode("utf-8", "surrogatepass"), 200, JSON)


FAULTS: dict[str, Fault] = {
    "gbk-as-utf8": change_answer(
        lambda answer: recode(answer, "gb18030"), "GB18030 bytes that claim to be UTF-8"
    ),
    "utf8-as-gbk": change_answer(lambda answer: relabel(answer, "gbk"), "UTF-8 bytes that claim to be GBK"),
    "gb2312-label": change_answer(add_rare_letters, "GB18030 letters under the label gb2312"),
    "gbk-honest": change_answer(
        lambda answer: relabel(recode(answer, "gb18030"), "gbk"), "GBK, rightly labelled"
    ),
    "no-charset": change_answer(lambda answer: relabel(answer, ""), "UTF-8 without a label"),
    "unknown-charset": change_answer(
        lambda answer: relabel(answer, "x-martian"), "a charset that nobody knows"
    ),
    "utf16": change_answer(lambda answer: relabel(recode(answer, "utf-16"), "utf-16"), "UTF-16 with a mark"),
    "double-encoded": change_answer(encode_twice, "UTF-8 encoded twice"),
    "bom": change_answer(
        lambda answer: replace(answer, body=b"\xef\xbb\xbf" + answer.body), "a byte-order mark"
    ),
    "json-nan": replace_answer(
        answer_raw_json('{"code": 0, "data": {"list": [{"view": NaN}]}}'), "NaN in JSON"
    ),
    "json-infinite": replace_answer(answer_raw_json('{"code": 0, "data": {"heat": 1e999}}'), "1e999 in JSON"),
    "json-twin-keys": replace_answer(
        answer_raw_json('{"code": 0, "code": -352, "data": null}'), "a key twice"
    ),
    "json-deep": replace_answer(answer_raw_json("[" * 100_000), "100,000 open brackets"),
    "json-surrogate": replace_answer(answer_raw_json('{"code": 0, "data": "\\ud800"}'), "a lone surrogate"),
    "json-long-integer": replace_answer(
        answer_raw_json('{"code": %s}' % ("9" * 5000)), "an integer of 5,000 digits"
    ),
    "json-wrapped": change_answer(
        lambda answer: replace(answer, body=b"callback(" + answer.body + b");"), "JSON in a callback"
    ),
    "json-trailing": change_answer(
        lambda answer: replace(answer, body=answer.body + b"<!-- cached -->"), "rubbish after the JSON"
    ),
    "json-broken": change_answer(
        lambda answer: replace(answer, body=answer.body[: len(answer.body) * 2 // 3]),
        "JSON cut, length right",
    ),
    "json-list": replace_answer(answer_json([]), "a list where an object is expected"),
    "json-fields-gone": replace_answer(
        answer_json({"code": 0, "status_code": 0, "data": {}}), "the envelope without its content"
    ),
    "html-deep": Fault(lambda wire, _: wire.send_answer(nest_tags()), "200,000 nested elements"),
    "html-attributes": Fault(
        lambda wire, _: wire.send_answer(
            answer_html("<p " + "".join(f"a{n}=1 " for n in range(200_000)) + ">属性</p>")
        ),
        "an element with 200,000 attributes",
    ),
    "html-nul": change_answer(
        lambda answer: replace(answer, body=b"\x00" + answer.body + b"\x00"), "NUL bytes"
    ),
    "html-unclosed": replace_answer(
        answer_html(
            '<title>未完</title><script type="application/ld+json">{"@type": "Product", "name": "未完'
        ),
        "a script that never ends",
    ),
    "html-big-text": Fault(
        lambda wire, _: wire.send_answer(answer_html("<p>" + "字" * 6_000_000)),
        "18 MB of text in one element",
    ),
    "wrong-type": change_answer(
        lambda answer: replace(answer, content_type="image/png"), "HTML or JSON called a PNG"
    ),
    "future-dates": change_answer(
        lambda answer: replace(
            answer,
            headers=(
                ("Last-Modified", "Fri, 01 Jan 2100 00:00:00 GMT"),
                ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ("Expires", "Fri, 31 Dec 9999 23:59:59 GMT"),
            ),
        ),
        "a clock that is wrong",
    ),
    "foreign-cookie": change_answer(
        lambda answer: replace(answer, headers=(("Set-Cookie", "a=1; Domain=example.com; Path=/"),)),
        "a cookie for another site",
    ),
    "same-page": Fault(repeat_page, "the first page for every page number, always more to come"),
    "empty-pages": change_answer(empty_page, "empty pages without an end"),
    "calendar-trap": Fault(trap_calendar, "links to tomorrow, for ever"),
    "session-links": Fault(number_sessions, "links with new session ids"),
    "json-number-ids": change_answer(
        lambda answer: replace(
            answer, body=re.sub(rb'"(sentence_id|group_id)": "(\d+)"', rb'"\1": \2', answer.body)
        ),
        "ids as numbers",
    ),
    "counts-as-words": change_answer(
        lambda answer: replace(answer, body=re.sub(rb'"(view|hot_value)": \d+', rb'"\1": "--"', answer.body)),
        "counts as dashes",
    ),
    "json-error-at-200": replace_answer(
        Answer(json.dumps({"error_code": 54001, "error_msg": "系统繁忙"}).encode(), 200, JSON),
        "an error at HTTP 200",
    ),
}
