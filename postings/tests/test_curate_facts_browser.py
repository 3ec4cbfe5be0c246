"""Pay figures, texts, imports, history and search in Chromium: axe at both widths and in both themes, and an import from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from postings.models import CareerStep, LibraryImport, PayFigure
from postings.services.library_history import record
from postings.tests.factories import PayFigureFactory
from postings.tests.library import publish_role

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = "key,tier,country,currency,period,measure,amount,source_name\n"
ROWS = (
    HEADER + "figure,agent,NO,NOK,hour,median,225,Statistics\nnew,agent,NO,NOK,hour,low,190,Statistics\nbad,boss,NO,NOK,hour,median,1,S\n"
)


@pytest.fixture
def open_page(open_page_as: Any, ada: User) -> Any:
    return open_page_as(ada)


@pytest.fixture
def code(ada: User) -> str:
    """A library with something of each kind, and an import that waits; its code."""
    publish_role(languages=("en", "nb"))
    PayFigureFactory.create(key="figure")
    PayFigureFactory.create(key="year", country="US", currency="USD", period="year", amount=42830, is_converted=True, conversion="x 2,080")
    CareerStep.objects.create(key="entry", tier="agent", texts={"en": {"name": "New agent", "about": "You start."}})
    record("pay", "figure", "changed", by=ada, before={"amount": "210.00"}, after={"amount": "210.50"})  # type: ignore[arg-type]
    client = Client()
    client.force_login(ada)
    client.post("/curate/import/", {"file": SimpleUploadedFile("pay.csv", ROWS.encode())})
    return LibraryImport.objects.get().code


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, code: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    paths = ["pay/", "pay/new/", "pay/figure/", "texts/", "texts/steps/entry/nb/", "texts/steps/entry/en/", "export/", "import/"]
    paths += [f"import/{code}/", "history/", "search/?q=agent", "search/?q=nothing-at-all"]
    wrong = {}
    page = open_page("/curate/", width=width, color_scheme=scheme)
    base = page.url
    for path in paths:
        page.goto(base + path)
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        found = Axe().run(page).response["violations"]
        if found:
            wrong[path] = [(item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{path} overflows"] = page.evaluate("document.documentElement.scrollWidth")
    assert wrong == {}


def test_a_table_is_uploaded_looked_at_and_applied_without_its_bad_row(open_page: Any, code: str) -> None:
    page = open_page("/curate/import/", width=1024)
    page.set_input_files("#id_file", files=[{"name": "second.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}])
    page.get_by_role("button", name="Read and compare").click()
    page.wait_for_url("**/curate/import/*/")
    assert page.locator("ins").first.inner_text().endswith("225.00")
    assert page.get_by_role("row", name="boss").count() == 1
    page.get_by_label("Leave the 1 bad one out").check()
    page.get_by_role("button", name="Make 2 changes").click()
    page.wait_for_selector("text=2 changes are made")
    assert PayFigure.objects.get(key="figure").amount == 225
    page.fill("#sidebar-q", "statistics")
    page.press("#sidebar-q", "Enter")
    page.wait_for_url("**/search/?q=statistics")
    assert page.locator("mark").first.inner_text() == "Statistics"
