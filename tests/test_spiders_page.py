"""What a page says in whatever charset and wrapper it comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spiders.embedded_state import read_assigned_state, read_script_state
from spiders.errors import BadPayload, Blocked
from spiders.page import Page, load_json
from spiders.stop_signs import find_stop_sign

TITLE = "春日露营好物，龘靐也能显示"


def make_page(body: bytes, content_type: str = "text/html") -> Page:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    return Page("https://example.com/a", 200, {"Content-Type": content_type}, body, moment, "run-1")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "text/html; charset=utf-8"),
        ("utf-8", "text/html; charset=gbk"),
        ("utf-8", "text/html"),
        ("utf-8-sig", "text/html; charset=iso-8859-1"),
        ("gb18030", "text/html; charset=gb2312"),
        ("gb18030", "text/html; charset=utf-8"),
        ("gb18030", "text/html"),
        ("utf-16", "text/html"),
        ("big5", "text/html; charset=big5"),
    ],
)
def test_the_right_text_whatever_the_server_claims(encoding: str, declared: str) -> None:
    title = TITLE if encoding != "big5" else "露營好物推薦"
    assert title in make_page(f"<title>{title}</title>".encode(encoding), declared).text


def test_a_charset_in_the_meta_is_obeyed() -> None:
    body = '<meta charset="shift_jis"><title>キャンプ用品</title>'.encode("shift_jis")
    assert "キャンプ用品" in make_page(body).text


@pytest.mark.parametrize(
    ("encoding", "own", "sent"),
    [
        ("gb18030", "gb2312", "text/xml"),
        ("utf-8", "gb2312", "text/xml"),
        ("big5", "big5", "text/xml"),
        ("big5", "big5", "text/xml; charset=utf-8"),
        ("iso-8859-1", "ISO-8859-1", "text/xml"),
    ],
)
def test_a_charset_in_the_xml_declaration_is_obeyed_where_it_fits(encoding: str, own: str, sent: str) -> None:
    title = {"big5": "露營好物推薦", "iso-8859-1": "café crème"}.get(encoding, TITLE)
    body = f"<?xml version='1.0' encoding='{own}'?>\n<title>{title}</title>".encode(encoding)
    assert title in make_page(body, sent).text


CHINESE = f"<title>{TITLE}</title><p>机械键盘，手感很好</p>"


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (f'<meta charset="gb18030">{CHINESE}'.encode("gb18030"), "text/html; charset=ISO-8859-1"),
        (f'<meta charset="gb2312">{CHINESE}'.encode("gb18030"), "text/html; charset=windows-1252"),
        (f'<meta charset="gbk">{CHINESE}'.encode("gb18030"), "text/html; charset=big5"),
        (CHINESE.encode("gb18030"), "text/html; charset=ISO-8859-1"),
        (CHINESE.encode("gb18030"), "text/html; charset=us-ascii"),
        (CHINESE.encode("gb18030"), "text/html; charset=punycode"),
        (CHINESE.encode() + "好".encode()[:2], "text/html; charset=gbk"),
        (CHINESE.encode() + "好".encode()[:1], "text/html; charset=ISO-8859-1"),
        (CHINESE.encode() * 60 + b"\xff" + CHINESE.encode() * 60, "text/html; charset=gbk"),
        (f"<script>{'var a = 1;' * 3000}</script>{CHINESE}".encode("gb18030"), "text/html; charset=utf-8"),
        (f"<script>{'var a = 1;' * 9000}</script>{CHINESE}".encode("gb18030"), "text/html"),
    ],
)
def test_a_wrong_charset_in_the_header_garbles_no_page(body: bytes, sent: str) -> None:
    assert CHINESE in make_page(body, sent).text


@pytest.mark.parametrize("sent", ["text/html; charset=ISO-8859-1", "text/html; charset=windows-1252"])
def test_accents_in_latin_1_are_no_chinese(sent: str) -> None:
    text = "<title>Crème brûlée – édition spéciale</title>"
    assert make_page(text.encode("cp1252"), sent).text == text
    assert make_page("<p>crème".encode("latin-1"), sent).text == "<p>crème"


def test_bytes_in_no_charset_are_refused_and_one_broken_letter_in_a_long_text_is_not() -> None:
    with pytest.raises(BadPayload):
        _ = make_page(b"\xff\xff\xff\x80\x80" * 20).text
    long = ("好" * 3000).encode() + b"\xff" + ("好" * 3000).encode()
    assert make_page(long).text.count("\ufffd") == 1


@pytest.mark.parametrize(
    "body", [b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}', b'callback({"a": 1});', b'jQuery12_3({"a": 1})\n']
)
def test_json_plain_marked_or_wrapped(body: bytes) -> None:
    assert make_page(body, "application/json").json() == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"  \n", b"<html><title>x</title></html>"])
def test_an_empty_or_html_answer_to_a_json_address_is_a_stop_sign(body: bytes) -> None:
    with pytest.raises(Blocked):
        make_page(body).json()


@pytest.mark.parametrize(
    "text", ["{", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000, '{"a": 1} tail', "1" * 5000, "nope"]
)
def test_what_is_no_json_is_a_bad_payload(text: str) -> None:
    with pytest.raises(BadPayload):
        load_json(text)


def test_state_with_bare_words_and_a_tail_is_read() -> None:
    text = (
        '<script>window.__APOLLO_STATE__={"a":undefined,"b":[NaN,-Infinity],"c":"undefined, NaN",'
        '"url":"https:\\u002F\\u002Fx.cn"};(function(){var s;s=undefined}());</script><script>1</script>'
    )
    assert read_assigned_state(text, "window.__APOLLO_STATE__") == {
        "a": None,
        "b": [None, None],
        "c": "undefined, NaN",
        "url": "https://x.cn",
    }
    assert read_assigned_state(text, "window.__OTHER__") is None


def test_state_that_is_no_json_is_a_bad_payload() -> None:
    with pytest.raises(BadPayload):
        read_assigned_state("<script>x = {a: function(){}}</script>", "x")


def test_percent_encoded_script_state_is_read() -> None:
    text = '<script id="RENDER_DATA" type="application/json">%7B%22a%22%3A%22%E5%A5%BD%22%7D</script>'
    assert read_script_state(text, "RENDER_DATA") == {"a": "好"}


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (b"", "empty answer"),
        (b" blocked\n", "the answer `blocked`"),
        ("<html><title>验证码中间页</title>".encode(), "page titled 验证"),
        ("<title>京东验证</title>".encode("gb18030"), "page titled 验证"),
        (b"<title>Sina Visitor System</title>", "page titled Sina Visitor System"),
        ("<title>热榜</title>".encode(), None),
        (b'{"code": 0}', None),
    ],
)
def test_walls_with_status_200_are_seen(body: bytes, sign: str | None) -> None:
    assert find_stop_sign(make_page(body)) == sign


@pytest.mark.parametrize(
    "body",
    [
        """<html><head><title>YubiKey 5 NFC 双因素身份验证密钥 - 小店</title>
        <script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product",
        "name": "YubiKey 5 NFC", "offers": {"@type": "Offer", "price": "399.00"}}</script></head>""",
        """<title>安全检查仪 手持金属探测器 | 商城</title><script type='application/ld+json'>
        [{"@type": ["https:\\/\\/schema.org\\/ProductGroup"], "name": "探测器"}]</script>""",
        """<title>验证器与密钥 – 分类</title><body><h1>验证器</h1>
        <script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[]}</script></body>""",
        """<title>手机双重验证怎么开？ - 小红书</title><meta name="og:type" content="article">""",
        """<title>机场安全检查实拍</title><meta content="video.other" property="og:type">""",
        """<?xml version="1.0"?><rss version="2.0"><channel><title>验证码安全周刊</title></channel></rss>""",
    ],
)
def test_a_page_that_describes_its_content_is_no_wall_by_its_title(body: str) -> None:
    assert find_stop_sign(make_page(body.encode())) is None


@pytest.mark.parametrize(
    "head",
    [
        """<script type="application/ld+json">{"@type": "Organization", "name": "小店"}</script>""",
        """<script type="application/ld+json">{"@type": "WebSite", "name": "小店"}</script>""",
        """<meta property="og:type" content="website">""",
    ],
)
def test_a_wall_in_the_template_of_its_site_is_still_a_wall(head: str) -> None:
    body = f"<html><head><title>安全检查</title>{head}</head><body>请完成验证</body></html>"
    assert find_stop_sign(make_page(body.encode())) == "page titled 安全检查"
