"""Channels of alerts: a message arrives as each service takes it, fits it, and no address is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.wecombot import NotifyWeComBot
from pydantic import SecretStr

from flows.channels import Channel
from flows.exit_codes import CommandError
from tests.receivers import Inbox, receive_mail, receive_posts
from warehouse.alerts.messages import MOST_BYTES, MOST_MESSAGES, write_messages
from warehouse.alerts.rules import Alert, Post

SERVICES = {
    "feishu": (
        NotifyFeishu,
        "notify_url",
        "/open-apis/bot/v2/hook/{token}/",
        "feishu://tok-1234567890abcdef",
    ),
    "feishu, copied": (
        NotifyFeishu,
        "notify_url",
        "/open-apis/bot/v2/hook/{token}/",
        "https://open.feishu.cn/open-apis/bot/v2/hook/tok-1234567890abcdef",
    ),
    "dingtalk": (
        NotifyDingTalk,
        "notify_url",
        "/robot/send?access_token={token}",
        "dingtalk://tok1234567890abcdef",
    ),
    "dingtalk, copied": (
        NotifyDingTalk,
        "notify_url",
        "/robot/send?access_token={token}",
        "https://oapi.dingtalk.com/robot/send?access_token=tok1234567890abcdef",
    ),
    "wecom": (
        NotifyWeComBot,
        "notify_url",
        "/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=tok12345-67890abcdef",
    ),
    "telegram": (
        NotifyTelegram,
        "notify_url",
        "/bot",
        "tgram://123456789:tok1234567890abcdefghijklmnopqrstuv/12315544/",
    ),
    "slack": (
        NotifySlack,
        "webhook_url",
        "/services",
        "slack://T1JJ3T3L2/A1BRTD4JD/tok1234567890abcdefghijk/#general",
    ),
}


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receive_posts() as inbox:
        yield inbox


@pytest.mark.parametrize("service", SERVICES)
def test_a_message_arrives_as_each_service_takes_it_and_no_token_is_logged(
    service: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plugin, attribute, path, address = SERVICES[service]
    monkeypatch.setattr(plugin, attribute, f"http://127.0.0.1:{inbox.port}{path}")
    monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
    caplog.set_level(logging.DEBUG)
    channel = Channel("team", SecretStr(address))
    assert channel.send("上升：拼豆", "被提到 24 次 <b>& 「引号」")
    assert "被提到 24 次" in json.dumps(inbox.messages[-1][1], ensure_ascii=False)
    inbox.status = 500
    assert not channel.send("上升：拼豆", "第二条")
    assert "tok" not in caplog.text
    assert "tok" not in repr(channel.__dict__)


def test_mail_ntfy_and_webhook_arrive(inbox: Inbox) -> None:
    with receive_mail() as mail:
        address = f"mailto://127.0.0.1:{mail.port}?from=source@example.cn&to=team@example.cn"
        assert Channel("mail", SecretStr(address)).send("源流提醒", "拼豆 ×3.8")
    ((subject, body),) = mail.messages
    assert (subject, "拼豆 ×3.8" in body) == ("源流提醒", True)
    assert Channel("ntfy", SecretStr(f"ntfy://127.0.0.1:{inbox.port}/headwater")).send("源流提醒", "拼豆")
    assert Channel("hook", SecretStr(f"json://127.0.0.1:{inbox.port}/hook")).send("源流提醒", "拼豆")
    assert [path for path, _ in inbox.messages] == ["/", "/hook"]
    assert [content["message"] for _, content in inbox.messages] == ["拼豆", "拼豆"]
    assert inbox.messages[0][1]["topic"] == "headwater"


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(CommandError) as refusal:
        Channel("team", SecretStr("nonsense://geheim-token"))
    assert "geheim" not in str(refusal.value)
    assert "'team'" in str(refusal.value)


def test_messages_fit_every_channel_and_say_how_many_are_left_out() -> None:
    posts = tuple(Post("长标题" * 40, "B站", f"https://www.bilibili.com/video/BV{n}") for n in range(3))
    alerts = [
        Alert("rising", f"rising:{n}", f"上升：话题{n}", "被提到很多次。" * 5, "q", "", posts)
        for n in range(40)
    ]
    messages = list(write_messages(alerts, "zh"))
    assert len(messages) == MOST_MESSAGES
    assert all(len(body.encode()) <= MOST_BYTES for _, body, _ in messages)
    assert sum(len(told) for _, _, told in messages) == 40
    assert "另有" in messages[-1][1]
    assert messages[0][0] == "源流提醒 40 条：上升：话题0"


def test_hundreds_of_watched_words_leave_no_other_alert_out() -> None:
    watched = [
        Alert("watch", f"watch:{n}", f"关注词：第{n}组", "命中 3 条。" * 5, "q", "") for n in range(200)
    ]
    failed = Alert("source", "source:douyin", "来源异常：抖音", "超过 36 小时没有应答。", "q", "")
    messages = list(write_messages([*watched, failed], "zh"))
    assert "来源异常：抖音" in messages[0][1]
    assert "另有" in messages[-1][1]
