"""What a mail looks like on the wire and at the desk."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from django.utils import translation
from pytest_django import Settings

from callcenter_jobs.outbox import compose, delivery
from callcenter_jobs.outbox.models import Message
from callcenter_jobs.outbox.tests.conftest import Write, build_sample
from callcenter_jobs.outbox.tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def built(message: Message) -> EmailMessage:
    return email.message_from_bytes(compose.build(message), policy=email.policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def test_headers_of_a_status_mail(write: Write, settings: Settings) -> None:
    message = write(thread="application:A")
    mail = built(message)
    assert mail["Message-ID"] == message.message_id
    assert mail["References"] == mail["In-Reply-To"] == message.thread_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["To"], mail["From"]) == ("cora@example.com", settings.DEFAULT_FROM_EMAIL)
    assert mail["Cc"] is None
    assert mail["List-Unsubscribe"] is None, "nobody unsubscribes from the answer to an application"


def test_digest_can_be_stopped_with_one_click(write: Write) -> None:
    mail = built(write(message_class="digest"))
    assert mail["List-Unsubscribe"] == "<https://openline.example/stop/1/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"].startswith("<digest.")


def test_retry_writes_the_same_ids(write: Write) -> None:
    message = write(thread="application:A")
    assert built(message)["Message-ID"] == built(Message.objects.get(pk=message.pk))["Message-ID"]


def test_mails_of_a_thread_share_their_reference(write: Write) -> None:
    assert write(thread="t").thread_id == write(thread="t").thread_id != write(thread="u").thread_id


def test_every_byte_is_seven_bit(write: Write) -> None:
    raw = compose.build(write(context={"who": "Žaklina Ølåker Здравствуйте"}))
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_dots_and_letters_arrive_as_written(sink: Sink, write: Write) -> None:
    message = write(context={"who": "Žaklina"})
    assert delivery.drain() == 1
    arrived = sink.messages()[0]
    text = part(arrived, "plain")
    assert "\n.a line that starts with a dot\n" in text
    assert "blåbærsyltetøy & Здравствуйте" in text
    assert arrived["Subject"] == message.subject == "Your application, Žaklina"


def test_markup_in_a_name_stays_text(write: Write) -> None:
    mail = built(write(context={"who": "<script>alert(1)</script> & {{ who }} {% now 'Y' %}"}))
    assert "<script>" not in part(mail, "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ who }} {% now 'Y' %}" in part(mail, "html")
    assert "<script>alert(1)</script> & {{ who }}" in part(mail, "plain")


def test_language_is_the_recipients(write: Write) -> None:
    with translation.override("ru"):
        norwegian = built(write(language="nb"))
        english = built(write(language="en"))
    assert '<html lang="nb"' in part(norwegian, "html")
    assert '<html lang="en"' in part(english, "html")


def test_links_are_in_the_recipients_language(write: Write) -> None:
    seen: list[str | None] = []

    def builder(message: Message, *, masked: bool) -> dict[str, object]:
        seen.append(translation.get_language())
        return build_sample(message, masked=masked)

    compose.register("spy", builder, template="sample")
    compose.build(write(kind="spy", language="hr"))
    compose.unregister("spy")
    assert seen == ["hr", "hr"], "subject at enqueue, body at send"


def test_styles_are_inlined_and_nothing_is_fetched(write: Write) -> None:
    html = part(built(write()), "html")
    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html
    for remote in ("<img", "<link", "url(", "@import", "<script"):
        assert remote not in html


def test_layout_carries_line_button_reason_and_date(write: Write) -> None:
    mail = built(write())
    for content in (part(mail, "plain"), part(mail, "html")):
        for wanted in ("Interview (now)", "See where it stands", "/status/secret/", "You get this mail because you applied."):
            assert wanted in content
    assert "\n\n\n" not in part(mail, "plain")


def test_preview_masks_the_private_link(write: Write) -> None:
    shown = compose.preview(write())
    assert "/status/secret/" not in shown.text + shown.html
    assert compose.MASK in shown.text
    assert compose.MASK in shown.html


def test_security_mail_is_not_previewed(write: Write) -> None:
    assert compose.preview(write(message_class="security")).text == ""


def test_international_domain_travels_as_dns_knows_it() -> None:
    assert compose.clean_address("cora@blåbær.example") == "cora@blåbær.example"
    assert compose.envelope_address("cora@blåbær.example") == "cora@xn--blbr-roah.example"


def test_kind_is_registered_once() -> None:
    with pytest.raises(ValueError, match="taken"):
        compose.register("sample", lambda message, *, masked: {})
    with pytest.raises(ValueError, match="taken"):
        compose.register("raw", build_sample)
    compose.register("sample", build_sample, template="sample")
