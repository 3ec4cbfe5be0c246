"""Account and team pages in Chromium: axe at both widths, no word in the console, and a passkey from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import PASSWORD
from postings.models import Employer, Membership
from postings.services import team

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [360, 1440]
Open = Callable[..., "Page"]

OUTSIDE = ["account_login", "account_signup", "account_request_login_code", "account_reset_password", "account_reset_password_done"]
INSIDE = ["accounts:profile", "account_email", "account_change_password", "mfa_index", "mfa_list_webauthn", "usersessions_list"]
TEAM = ["members", "settings", "sites", "site_new"]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    contexts: list[Any] = []

    def opened(width: int = 1440) -> Page:
        # Passkeys belong to a name, not to an address of numbers.
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url.replace("127.0.0.1", "localhost"))
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto(reverse("account_login"))
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button:has-text('Sign in')")
    page.wait_for_url(lambda url: "/login/" not in url)


def check(page: Page, width: int, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert [(path, item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def listen(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_accounts_and_teams_have_no_axe_finding(open_page: Open, nora: User, rosa: User, width: int) -> None:
    page = open_page(width)
    said = listen(page)
    made = team.invite(employer=Employer.objects.get(slug="northline"), email="new@example.com", role="recruiter", by=nora)
    link = reverse("team:invitation", args=[team.token_of(made)])
    check(page, width, link)
    check(page, width, reverse("account_logout"))
    for name in OUTSIDE:
        check(page, width, reverse(name))
    sign_in(page, nora.email)
    for name in INSIDE:
        check(page, width, reverse(name))
    for name in TEAM:
        check(page, width, reverse(f"team:{name}", args=["northline"]))
    check(page, width, reverse("team:chooser"))
    check(page, width, reverse("team:create"))
    code = Membership.objects.get(user=rosa).code
    check(page, width, reverse("team:member", args=["northline", code]))
    check(page, width, link)
    page.goto(reverse("mfa_activate_totp"))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button:has-text('Confirm')")
    page.wait_for_selector("main img")
    check(page, width, page.url)
    assert said == []


def test_an_error_summary_leads_to_its_field(open_page: Open, nora: User) -> None:
    page = open_page(360)
    sign_in(page, nora.email)
    page.goto(reverse("team:create"))
    page.fill("[name=name]", "<b>")
    page.click("main form button[type=submit]")
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.name") == "name"
    check_text = page.inner_text(".error-summary")
    assert "<" in check_text


def test_a_passkey_is_added_and_signs_in(open_page: Open, nora: User) -> None:
    page = open_page()
    said = listen(page)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, nora.email)
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button:has-text('Confirm')")
    page.wait_for_selector("form[data-passkey=add]")
    page.check("[name=passwordless]")
    page.click("form[data-passkey=add] button")
    page.wait_for_url("**/2fa/recovery-codes/")
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.click("form[data-passkey=login] button")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.goto(reverse("accounts:profile"))
    assert nora.email in page.inner_text("main")
    assert said == []


def test_without_scripts_the_passkey_way_is_not_offered(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('account_login')}")
    assert not page.is_visible("form[data-passkey=login]")
    assert page.is_visible("main form button:has-text('Sign in')")
    context.close()
