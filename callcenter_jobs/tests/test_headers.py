"""What every response carries: pages, files, redirects, refusals and crashes alike."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from csp.constants import NONCE
from csp.utils import build_policy
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from pytest_django import Settings

from callcenter_jobs import middleware
from callcenter_jobs import urls as live
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@login_not_required
def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a mistake of ours")


@login_not_required
def lost(request: HttpRequest) -> HttpResponse:
    raise Http404


@login_not_required
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain", content_type="text/plain")


urlpatterns = [path("crash/", crash), path("lost/", lost), path("plain/", plain), *live.urlpatterns]
handler500 = "django.views.defaults.server_error"


def policy_of(answer: Any) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: value for name, _space, value in parts}


def check(answer: Any) -> None:
    for name, value in ALWAYS.items():
        assert answer.get(name) == value, (name, answer.get(name))
    assert "camera=()" in answer["Permissions-Policy"]
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "*" not in answer["Content-Security-Policy"]
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


def test_every_page_has_a_nonce_of_its_own(client: Client) -> None:
    pages = [client.get("/") for _number in range(2)]
    nonces = [re.findall(r'nonce="([^"]+)"', page.content.decode())[0] for page in pages]
    assert len(set(nonces)) == 2
    for page, nonce in zip(pages, nonces, strict=True):
        assert policy_of(page)["script-src"] == f"'self' 'nonce-{nonce}'"
        assert page["Content-Security-Policy"] == build_policy(nonce=nonce)


def test_the_nonce_stands_wherever_the_policy_asks_for_it(client: Client) -> None:
    with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"script-src": [NONCE], "style-src": [NONCE]}}):
        policy = policy_of(client.get("/"))
    assert policy["script-src"] == policy["style-src"]
    with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"script-src": ["'self'"]}}):
        assert policy_of(client.get("/"))["script-src"] == "'self'"


@pytest.fixture
def quiet() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def file(settings: Settings) -> Iterator[str]:
    """A file served by WhiteNoise, as in production."""
    name = "headers-test.txt"
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("hello")
    yield f"/static/{name}"
    (folder / name).unlink()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/account/login/", 200),
        ("/nb/account/signup/", 200),
        ("/desk/", 302),
        ("/admin/", 302),
        ("/account/login", 301),
        ("/robots.txt", 200),
        ("/.well-known/security.txt", 200),
        ("/no/such/page/", 404),
        ("/lost/", 404),
        ("/crash/", 500),
        ("/plain/", 200),
        ("/static/nothing.css", 404),
    ],
)
@override_settings(ROOT_URLCONF="callcenter_jobs.tests.test_headers")
def test_every_kind_of_response_has_them(quiet: Client, address: str, status: int) -> None:
    answer = quiet.get(address)
    assert answer.status_code == status
    check(answer)


def test_a_static_file_has_them_and_is_not_open_to_other_sites(quiet: Client, file: str, settings: Settings) -> None:
    settings.WHITENOISE_AUTOREFRESH = True
    answer = quiet.get(file)
    assert answer.status_code == 200
    check(answer)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_refused_host_has_them_too(quiet: Client) -> None:
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b", ""):
        answer = quiet.get("/account/login/", HTTP_HOST=host or "evil.example")
        assert answer.status_code == 400
        check(answer)
        assert "evil" not in answer.content.decode()


def test_a_refused_method_has_them(quiet: Client) -> None:
    answer = quiet.post("/robots.txt")
    assert answer.status_code == 405
    check(answer)


def test_a_form_without_its_token_is_answered_by_our_page(rosa: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": rosa.email, "password": "x"})
    assert answer.status_code == 403
    check(answer)
    body = answer.content.decode()
    assert "open for too long" in body
    assert "CSRF" not in body


def test_the_admin_lives_under_the_same_policy(client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    answer = client.get("/admin/")
    assert answer.status_code == 200
    check(answer)


def test_script_needs_our_origin_or_the_nonce_of_the_page(client: Client) -> None:
    policies = [policy_of(client.get("/account/login/")) for _ in range(2)]
    for policy in policies:
        assert policy["style-src"] == "'self'"
        assert policy["form-action"] == "'self'"
        assert policy["object-src"] == "'none'"
    assert policies[0]["script-src"] != policies[1]["script-src"], "a nonce is used once"


def test_tls_adds_transport_security_and_host_cookies(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.USES_TLS = True
    settings.SECURE_HSTS_SECONDS = 63072000
    answer = middleware.SecurityHeadersMiddleware(lambda _request: HttpResponse())(RequestFactory().get("/"))
    assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_production_settings_use_host_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in a second copy of the settings module, as a production process would."""
    import callcenter_jobs.settings as running

    environment = {"BASE_URL": "https://jobs.example", "SECRET_KEY": "x" * 60, "LOCAL_MODE": "0", "ALLOWED_HOSTS": "jobs.example"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("production_settings", running.__file__)
    assert spec is not None
    assert spec.loader is not None
    production = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(production)
    assert production.SESSION_COOKIE_NAME == "__Host-session"
    assert production.CSRF_COOKIE_NAME == "__Host-csrf"
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT"):
        assert getattr(production, name) is True, name
    assert production.SESSION_COOKIE_SAMESITE == "Lax"
    assert production.REQUIRE_MFA_FOR_STAFF is True
    assert production.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is False
    assert "callcenter_jobs.local" not in production.INSTALLED_APPS


@pytest.mark.parametrize(
    "address", ["/account/login/", "/desk/", "/nb/desk/x/", "/curate/", "/me/", "/status/x/", "/apply/x/", "/invitation/x/", "/admin/"]
)
def test_personal_areas_are_stored_nowhere(client: Client, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "private, no-store"


@override_settings(ROOT_URLCONF="callcenter_jobs.tests.test_headers")
def test_pages_for_somebody_who_is_signed_in_are_stored_nowhere(client: Client, rosa: User) -> None:
    assert "no-store" not in client.get("/plain/").get("Cache-Control", "")
    client.force_login(rosa)
    assert client.get("/plain/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/",
        "/api/v1/postings/",
        "/feeds/jobs.atom",
        "/nb/feeds/jobs.atom",
        "/jobs/suggest/titles/?q=ag",
        "/sv/jobs/suggest/places/?q=os",
        "/robots.txt",
    ],
)
def test_what_is_the_same_for_everybody_is_kept_once_by_every_cache(client: Client, rosa: User, address: str) -> None:
    strangers = client.get(address, headers={"Accept-Language": "hr"})
    assert {"public", "no-store"} & set(strangers["Cache-Control"].split(", ")) == {"public"}
    assert "Vary" not in strangers.headers
    client.force_login(rosa)
    hers = client.get(address)
    assert hers.content == strangers.content
    assert hers["Cache-Control"] == strangers["Cache-Control"]
    assert "Vary" not in hers.headers
    assert not hers.cookies


def test_a_page_that_greets_whoever_is_signed_in_is_kept_by_cookie(client: Client) -> None:
    for address in ("/", "/jobs/", "/employers/"):
        assert "Cookie" in client.get(address)["Vary"]


def test_a_page_that_is_not_there_now_is_asked_for_again_later(client: Client) -> None:
    assert client.get("/jobs/no-such-job-ABCDEFGHJK/")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("status", [301, 410])
def test_answers_that_browsers_keep_for_good_are_not_kept(rf: RequestFactory, status: int) -> None:
    answer = middleware.PrivatePagesMiddleware(lambda request: HttpResponse(status=status))(rf.get("/jobs/agent-ABCDEFGHJK/"))
    assert answer["Cache-Control"] == "no-cache"
    public = HttpResponse(status=status, headers={"Cache-Control": "public, max-age=60"})
    assert middleware.PrivatePagesMiddleware(lambda request: public)(rf.get("/robots.txt"))["Cache-Control"] == "public, max-age=60"


def test_an_area_is_not_confused_with_a_word_that_starts_like_it() -> None:
    match = middleware.PrivatePagesMiddleware.PRIVATE_AREAS.match
    assert match("/me/")
    assert match("/nb/me/")
    assert not match("/media/")
    assert not match("/jobs/me/")
