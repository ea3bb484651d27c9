"""Pages and bodies by which platforms say no while the status often says yes."""

from __future__ import annotations

from spiders.sandbox.connection import Fault, replace_answer
from spiders.sandbox.wire import JSON, Answer, answer_html, answer_json

VERIFY_ADDRESS = "https://www.zhihu.com/account/unhuman?type=unhuman"


def show_title(title: str, body: str = "") -> Answer:
    """A page with nothing but a title."""
    return answer_html(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>")


FAULTS: dict[str, Fault] = {
    "empty": replace_answer(Answer(b"", 200, JSON), "HTTP 200 without a body: Douyin's silent refusal"),
    "blocked-word": replace_answer(Answer(b"blocked", 200), "HTTP 200, the whole body is `blocked`"),
    "captcha-page": replace_answer(
        show_title("验证码中间页", '<div id="captcha_container"></div>'), "HTTP 200, title 验证码中间页"
    ),
    "router-data-empty": replace_answer(
        show_title("抖音", "<script>window._ROUTER_DATA = {}</script>"),
        "Douyin's share page without its state",
    ),
    "visitor-page": replace_answer(show_title("Sina Visitor System"), "Weibo's cookie wall at HTTP 200"),
    "please-wait": replace_answer(
        show_title("Please wait...", '<p id="cs"></p><p id="wci"></p><p id="rci"></p>'),
        "TikTok's challenge page",
    ),
    "jd-verify": replace_answer(show_title("京东验证"), "JD's verification page at HTTP 200"),
    "soft-404": replace_answer(
        show_title("页面不存在", "<p>您访问的页面不见了</p>"), "a missing page at HTTP 200"
    ),
    "html-for-json": replace_answer(show_title("提示"), "an HTML page where JSON was asked for"),
    "bilibili-risk": replace_answer(
        answer_json(
            {"code": -352, "message": "-352", "ttl": 1, "data": {"v_voucher": "voucher_0000"}},
            headers=(("x-bili-gaia-vvoucher", "voucher_0000"),),
        ),
        "Bilibili's risk control, code -352",
    ),
    "bilibili-intercepted": replace_answer(
        answer_json({"code": -412, "message": "请求被拦截", "ttl": 1, "data": None}, 412),
        "HTTP 412 with code -412",
    ),
    "bilibili-busy": replace_answer(
        answer_json({"code": -509, "message": "请求过于频繁，请稍后再试", "ttl": 1}), "code -509 at HTTP 200"
    ),
    "xiaohongshu-verify": replace_answer(
        Answer(b"", 461, JSON, (("Verifytype", "102"), ("Verifyuuid", "0"))), "HTTP 461 with Verifytype"
    ),
    "zhihu-empty-list": replace_answer(
        answer_json({"data": [], "paging": {"is_end": True}}),
        "a board that is never empty, empty at HTTP 200",
    ),
    "zhihu-need-login": replace_answer(
        answer_json(
            {"error": {"need_login": True, "redirect": VERIFY_ADDRESS, "code": 40353, "message": "需要登录"}},
            403,
        ),
        "HTTP 403 with need_login",
    ),
    "weibo-login": replace_answer(
        answer_json({"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso"}),
        "ok -100 at HTTP 200",
    ),
    "kuaishou-captcha": replace_answer(
        answer_json(
            {"result": 2001, "captchaConfig": {"type": 1, "url": "https://captcha.zt.kuaishou.com/"}}
        ),
        "Kuaishou's result 2001",
    ),
    "taobao-punish": replace_answer(
        answer_json(
            {
                "ret": ["FAIL_SYS_USER_VALIDATE", "RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试!"],
                "data": {"url": "https://h5api.m.taobao.com/_____tmd_____/punish?action=captcha"},
            }
        ),
        "Taobao's RGV587 at HTTP 200",
    ),
}
