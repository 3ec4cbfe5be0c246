"""Fixtures that every app's tests share. The servers come from ``callcenter_jobs.local.pytest_servers``.

One cast plays in all tests: **Nora** owns Northline, **Rosa** recruits there and **Ivan** interviews there;
**Otto** recruits for Fjordline and must never see Northline's data; **Ada** curates the library; **Cora**
is a candidate.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from applicants.models import Application
    from callcenter_jobs.accounts.models import User
    from postings.models import Employer, Posting


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: begun last, a whole portal would keep one process busy while the others have nothing left to do."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _person(email: str, name: str) -> User:
    from callcenter_jobs.accounts.tests.factories import UserFactory

    return UserFactory.create(email=email, name=name)


def _member(email: str, name: str, employer: Employer, role: str) -> User:
    from postings.tests.factories import MembershipFactory

    user = _person(email, name)
    MembershipFactory.create(user=user, employer=employer, role=role)
    return user


@pytest.fixture(autouse=True)
def clean_thread() -> None:
    """Every test begins in English and in UTC: a request leaves its language and zone active in the thread."""
    from django.conf import settings
    from django.utils import timezone, translation

    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(autouse=True)
def clean_index() -> Iterator[None]:
    """What a test wrote is rolled back without a trace in the log of changes, so each test begins with a new index."""
    yield
    from postings.search import spelling, title_names
    from postings.search.backend import get_backend

    get_backend.cache_clear()
    spelling.forget()
    title_names.forget()


@pytest.fixture
def northline(db: None) -> Employer:
    from postings.tests.factories import EmployerFactory

    return EmployerFactory.create(slug="northline", name="Northline")


@pytest.fixture
def fjordline(db: None) -> Employer:
    from postings.tests.factories import EmployerFactory

    return EmployerFactory.create(slug="fjordline", name="Fjordline")


@pytest.fixture
def nora(northline: Employer) -> User:
    return _member("nora@example.com", "Nora Lie", northline, "owner")


@pytest.fixture
def rosa(northline: Employer) -> User:
    return _member("rosa@example.com", "Rosa Berg", northline, "recruiter")


@pytest.fixture
def ivan(northline: Employer) -> User:
    return _member("ivan@example.com", "Ivan Horvat", northline, "interviewer")


@pytest.fixture
def otto(fjordline: Employer) -> User:
    return _member("otto@example.com", "Otto Dahl", fjordline, "recruiter")


@pytest.fixture
def ada(db: None) -> User:
    from postings.tests.factories import LibraryMemberFactory

    user = _person("ada@example.com", "Ada Novak")
    LibraryMemberFactory.create(user=user)
    return user


@pytest.fixture
def cora(db: None) -> User:
    """Cora with an account; most candidates have none."""
    return _person("cora@example.com", "Cora Lind")


@pytest.fixture
def posting(northline: Employer) -> Posting:
    """Northline's open posting with two screening questions and a start class."""
    from postings.tests.factories import PostingFactory

    return PostingFactory.create(employer=northline, questions=2, start_in_days=30)


@pytest.fixture
def foreign_posting(fjordline: Employer) -> Posting:
    from postings.tests.factories import PostingFactory

    return PostingFactory.create(employer=fjordline, questions=1)


@pytest.fixture
def application(posting: Posting) -> Application:
    """Cora's application at Northline, in the first stage."""
    from applicants.tests.factories import ApplicationFactory, CandidateFactory

    return ApplicationFactory.create(
        posting=posting, candidate=CandidateFactory.create(email="cora@example.com"), name="Cora Lind", language="nb"
    )


@pytest.fixture
def foreign_application(foreign_posting: Posting) -> Application:
    from applicants.tests.factories import ApplicationFactory

    return ApplicationFactory.create(posting=foreign_posting)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for tests marked ``browser``; they are skipped where there is none. Pages: ``browser.new_page()``."""
    from playwright.sync_api import sync_playwright

    from callcenter_jobs.local.chromium import find_chromium

    path = find_chromium()
    if path is None:
        pytest.skip("NO CHROMIUM: this browser test was not run")
    # Playwright keeps an event loop in this thread, and Django would refuse the database beside one.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page_as(browser: Browser, live_server: LiveServer) -> Iterator[Callable[[User | None], Callable[..., Page]]]:
    """``open_page_as(user)`` gives a function that opens a path of the live server, signed in (or, with ``None``, as a
    visitor), at a width."""
    from django.test import Client

    contexts = []

    def opener(user: User | None) -> Callable[..., Page]:
        client = Client()
        if user is not None:
            client.force_login(user)

        def opened(path: str, width: int = 1440, **options: Any) -> Page:
            context = browser.new_context(viewport={"width": width, "height": 900}, **options)
            contexts.append(context)
            if user is not None:
                context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}{path}")
            return page

        return opened

    yield opener
    for context in contexts:
        context.close()
