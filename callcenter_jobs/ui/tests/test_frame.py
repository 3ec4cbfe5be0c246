"""A kept frame is, byte for byte, what the Django templates draw; and it keeps nothing of anybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation
from django.utils.safestring import SafeString

from callcenter_jobs.accounts.tests.factories import UserFactory
from callcenter_jobs.ui import frame, moulds
from callcenter_jobs.ui.frame import Look, Parts
from callcenter_jobs.ui.templatetags.ui_navigation import alternate_links

PLAIN = Look("plain")
RICH = Look("rich", styles=("css/pages/public.css",), extra="ui/htmx.html")
HOSTILE = "</title><script>alert(\"1\")</script> & '{{ x }}'"


def request_for(path: str, *, language: str = "en", nonce: str = "abc+/=", **kwargs: Any) -> HttpRequest:
    translation.activate(language)
    request = RequestFactory().get(path, **kwargs)
    request.resolver_match = resolve(request.path_info)
    request.user = AnonymousUser()
    request.csp_nonce = nonce  # type: ignore[attr-defined]
    return request


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    frame._frames.clear()


def parts(**given: Any) -> Parts:
    return Parts(**{"title": "Title", "main": SafeString("<h1>Body</h1>"), **given})


FULL = {
    "title": HOSTILE,
    "description": f"{HOSTILE} and <b>more</b>",
    "og_title": HOSTILE,
    "og_type": "article",
    "robots": "noindex, follow",
    "head": SafeString('<script type="application/ld+json">{}</script>'),
    "breadcrumbs": SafeString("<nav></nav>"),
    "main": HOSTILE,
}


@pytest.mark.parametrize(
    ("path", "language"), [("/", "en"), ("/nb/", "nb"), ("/jobs/?q=a&b=%22%3Cx%3E&page=2", "en"), ("/hr/jobs/x-ABCDEFGHJK/?week=1", "hr")]
)
@pytest.mark.parametrize("theme", ["", "dark", "pink"])
@pytest.mark.parametrize("accept", ["", "sv-SE,sv;q=0.9"])
@pytest.mark.parametrize(("look", "given"), [(PLAIN, {}), (RICH, FULL)])
def test_a_filled_frame_equals_what_the_templates_draw(
    path: str, language: str, theme: str, accept: str, look: Look, given: dict[str, Any]
) -> None:
    for nonce in ("first", "second+/=="):
        request = request_for(path, language=language, nonce=nonce, headers={"accept-language": accept})
        request.COOKIES["theme"] = theme
        assert frame.page_html(request, look, parts(**given)) == frame.drawn_fresh(request, look, parts(**given))
    assert len(frame._frames) == 1


def test_links_in_the_head_are_those_of_the_tag() -> None:
    for path, language in (("/jobs/", "en"), ("/ru/jobs/", "ru")):
        request = request_for(path, language=language)
        from django.conf import settings
        from django.template import Context

        assert frame.alternates(path, language, settings.BASE_URL) == alternate_links(Context({"request": request}))


def test_values_are_escaped_unless_our_templates_drew_them() -> None:
    html = frame.page_html(request_for("/jobs/"), RICH, parts(**FULL))
    assert "<script>alert" not in html
    assert "&lt;/title&gt;&lt;script&gt;" in html


def test_a_mark_in_a_value_is_never_filled() -> None:
    """Whoever knew the secret word could still not make one slot appear in another."""
    mark = str(moulds.mark("nonce"))
    html = frame.page_html(request_for("/jobs/", nonce="sesame"), PLAIN, parts(title=mark, main=SafeString(mark)))
    assert html.count(mark) == 2


def test_a_kept_frame_holds_nothing_of_the_visitor() -> None:
    request = request_for("/jobs/?q=my-secret-illness", nonce="my-nonce", headers={"user-agent": "my-agent", "accept-language": "nb"})
    request.COOKIES["week"] = "77777"
    frame.page_html(request, RICH, parts(title="my-title", main=SafeString("my-body")))
    (kept,) = frame._frames.values()
    text = "".join(kept.texts)
    assert not re.search(r"my-|77777|secret", text)
    assert {"nonce", "main", "title", "here", "in-nb", "alternates"} <= set(kept.slots)


def test_who_is_signed_in_gets_a_frame_of_their_own_and_it_is_not_kept(client: Client, db: None) -> None:
    user = UserFactory.create(name="Rosa Berg")
    request = request_for("/jobs/")
    request.user = user
    request.COOKIES["sessionid"] = "x"
    html = frame.page_html(request, PLAIN, parts())
    assert "Rosa Berg" in html
    assert not frame._frames


def test_a_session_without_an_account_and_without_messages_gets_the_kept_frame() -> None:
    from django.contrib.messages.storage.cookie import CookieStorage

    request = request_for("/jobs/")
    request.COOKIES["sessionid"] = "x"
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    assert frame.page_html(request, PLAIN, parts()) == frame.drawn_fresh(request, PLAIN, parts())
    assert len(frame._frames) == 1


def test_a_waiting_message_is_shown_once_and_not_kept() -> None:
    from django.contrib.messages import success
    from django.contrib.messages.storage.cookie import CookieStorage

    request = request_for("/jobs/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    success(request, "Your alert is on")
    assert "Your alert is on" in frame.page_html(request, PLAIN, parts())
    assert not frame._frames


def test_a_page_that_is_the_same_in_every_language_cannot_be_framed() -> None:
    with pytest.raises(ValueError, match="i18n_patterns"):
        frame.page_html(request_for("/healthz"), PLAIN, parts())


def test_frames_are_few(settings: Any) -> None:
    settings.DEBUG = True
    frame.page_html(request_for("/jobs/"), PLAIN, parts())
    assert not frame._frames
