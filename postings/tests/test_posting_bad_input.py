"""What a hurried or hostile person sends to the posting form: a message beside the field, 422, nothing half-saved, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from callcenter_jobs.accounts.models import User
from postings.models import Employer, Posting
from postings.services import drafting
from postings.tests.factories import PostingFactory, SiteFactory
from postings.tests.templates import make_version
from postings.tests.test_desk_postings import fields_of, url

pytestmark = pytest.mark.django_db
PAST = str(timezone.localdate() - timedelta(days=1))
FAR = str(timezone.localdate() + timedelta(days=4000))
SOON = str(timezone.localdate() + timedelta(days=30))
SCRIPT = "<script>alert(1)</script>"
HUGE = "9" * 5000

# step, field, what is sent; the field is the one that must carry the message.
BAD: list[tuple[str, str, Any]] = [
    ("work", "title", ""),
    ("work", "title", "   "),
    ("work", "title", "x" * 91),
    ("work", "title", SCRIPT),
    ("work", "title", "Agent\r\nBcc: all@example.com"),
    ("work", "summary", "x" * 1201),
    ("work", "summary", SCRIPT),
    ("work", "must_haves", "\n".join(f"line {n}" for n in range(11))),
    ("work", "must_haves", "y" * 201),
    ("work", "nice_to_haves", SCRIPT),
    ("work", "preview_hard", "x" * 401),
    ("work", "call_to_action", "x" * 301),
    ("work", "reports_to", "a\nb"),
    ("work", "client_program", "x" * 81),
    ("work", "channels", ["voice", "telepathy"]),
    ("work", "duties-0-text", "x" * 241),
    ("work", "duties-0-text", SCRIPT),
    ("work", "duties-0-share", "101"),
    ("work", "duties-0-share", "-1"),
    ("work", "duties-0-share", "half"),
    ("work", "duties-0-share", HUGE),
    ("work", "measures-0-typical", "x" * 161),
    ("when", "workplace", "moon"),
    ("when", "workplace", ""),
    ("when", "site", "NOSUCHSITE"),
    ("when", "remote_countries", ["NO", "XX"]),
    ("when", "employment_type", "slavery"),
    ("when", "hours_min", "0"),
    ("when", "hours_min", "61"),
    ("when", "hours_min", "NaN"),
    ("when", "hours_min", "1e1"),
    ("when", "hours_min", "٣٧"),
    ("when", "hours_min", HUGE),
    ("when", "hours_min", ""),
    ("when", "hours_max", "20"),
    ("when", "hours_max", "37.55"),
    ("when", "shift_mask", ["36"]),
    ("when", "shift_mask", ["-1"]),
    ("when", "shift_mask", ["x"]),
    ("when", "shift_hours", "25"),
    ("when", "rota_notice_weeks", "27"),
    ("when", "rota_notice_weeks", "2.5"),
    ("pay", "pay_basis", "fortnight"),
    ("pay", "pay_basis", ""),
    ("pay", "pay_min", "0"),
    ("pay", "pay_min", "-5"),
    ("pay", "pay_min", ""),
    ("pay", "pay_min", "much"),
    ("pay", "pay_min", HUGE),
    ("pay", "pay_min", "210.5055"),
    ("pay", "pay_max", "100"),
    ("pay", "pay_currency", ""),
    ("pay", "pay_currency", "BTC"),
    ("pay", "pay_frequency", "never"),
    ("pay", "pay_extra", "x" * 301),
    ("pay", "pay_extra", SCRIPT),
    ("pay", "supplements-0-kind", "dance"),
    ("who", "languages-0-language", "xx"),
    ("who", "languages-0-level", "D9"),
    ("who", "languages-0-level", ""),
    ("who", "experience_months", "-1"),
    ("who", "experience_months", "241"),
    ("who", "education", "phd"),
    ("who", "minimum_age", "14"),
    ("who", "minimum_age", "26"),
    ("who", "training_weeks", "53"),
    ("who", "licence", SCRIPT),
    ("who", "licence", "a\r\nb"),
    ("who", "benefits", ["gold"]),
    ("hiring", "openings", "0"),
    ("hiring", "openings", "501"),
    ("hiring", "openings", ""),
    ("hiring", "openings", HUGE),
    ("hiring", "response_promise_days", "61"),
    ("hiring", "closes_on", PAST),
    ("hiring", "closes_on", FAR),
    ("hiring", "closes_on", "2027-02-31"),
    ("hiring", "closes_on", "tomorrow"),
    ("hiring", "closes_on", "0000-00-00"),
    ("hiring", "start_classes-1-starts_on", PAST),
    ("hiring", "start_classes-0-seats", "0"),
    ("hiring", "start_classes-0-seats", "501"),
    ("hiring", "start_classes-0-seats", ""),
]


@pytest.fixture
def desk(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


@pytest.fixture
def draft(northline: Employer, rosa: User) -> Posting:
    make_version()
    return PostingFactory.create(employer=northline, state="draft", start_in_days=30, questions=1)


def _picture(posting: Posting) -> dict[str, Any]:
    stored = Posting.objects.for_page().get(pk=posting.pk)
    fields = {field.name: getattr(stored, field.attname) for field in Posting._meta.concrete_fields}
    text = stored.texts.all()[0]
    return fields | {
        "text": (text.title, text.summary, text.duties, text.must_haves, text.preview),
        "languages": [str(row) for row in stored.languages.all()],
        "classes": [(row.starts_on, row.seats) for row in stored.start_classes.all()],
        "questions": stored.screening_questions.count(),
    }


@pytest.mark.parametrize(("step", "field", "value"), BAD, ids=lambda value: str(value)[:24])
def test_bad_value_is_said_beside_its_field(desk: Client, draft: Posting, step: str, field: str, value: Any) -> None:
    address = url("posting_step", draft, step)
    data = fields_of(desk.get(address).content.decode())
    if field == "start_classes-1-starts_on":
        data["start_classes-1-seats"] = "5"
    if field == "pay_basis" and value == "":
        data["pay_min"] = "10"
    if field == "supplements-0-kind":
        data["supplements-0-percent"] = "10"
    before = _picture(draft)
    answer = desk.post(address, data | {field: value})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert _picture(draft) == before
    assert f'id="id_{field}_error"' in html or f'id="id_{field}_0_error"' in html, f"no message beside {field}"
    assert "<script>alert" not in html
    if isinstance(value, str) and 0 < len(value) < 100 and value.strip() and "\n" not in value and field not in CHOICES:
        kept = fields_of(html)
        assert kept[field] == value


CHOICES = {
    "workplace", "site", "employment_type", "pay_basis", "pay_currency", "pay_frequency", "education",
    "supplements-0-kind", "languages-0-language", "languages-0-level",
}  # fmt: skip


def test_shares_over_a_hundred_and_too_many_rows_are_refused_at_the_rows(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "work")
    data = fields_of(desk.get(address).content.decode()) | {"duties-0-share": "80", "duties-1-share": "30"}
    answer = desk.post(address, data)
    assert answer.status_code == 422
    assert "110%" in answer.content.decode()
    rows = {f"duties-{n}-text": f"Duty {n}" for n in range(14)} | {"duties-TOTAL_FORMS": "14"}
    assert desk.post(address, data | rows | {"duties-0-share": "", "duties-1-share": ""}).status_code == 422


@pytest.mark.parametrize("total", ["", "-1", "x", "999999999", "1" * 500])
def test_forged_count_of_rows_is_refused(desk: Client, draft: Posting, total: str) -> None:
    address = url("posting_step", draft, "work")
    data = fields_of(desk.get(address).content.decode()) | {"duties-TOTAL_FORMS": total}
    before = _picture(draft)
    assert desk.post(address, data).status_code in {302, 422}
    if _picture(draft) != before:  # a huge count is cut to what fits; what was typed is saved as it was
        assert _picture(draft)["text"] == before["text"]


def test_same_language_supplement_or_date_twice_is_refused(desk: Client, draft: Posting) -> None:
    cases = {
        "who": {"languages-1-language": "en", "languages-1-level": "C1"},
        "pay": {"supplements-0-kind": "night", "supplements-0-percent": "5"}
        | {"supplements-1-kind": "night", "supplements-1-amount": "3", "supplements-TOTAL_FORMS": "2"},
        "hiring": {"start_classes-1-starts_on": str(draft.start_classes.get().starts_on), "start_classes-1-seats": "3"},
    }
    for step, more in cases.items():
        address = url("posting_step", draft, step)
        before = _picture(draft)
        assert desk.post(address, fields_of(desk.get(address).content.decode()) | more).status_code == 422, step
        assert _picture(draft) == before


def test_supplement_takes_a_percentage_or_an_amount_and_not_both(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "pay")
    data = fields_of(desk.get(address).content.decode()) | {"supplements-0-kind": "night"}
    assert desk.post(address, data).status_code == 422
    assert desk.post(address, data | {"supplements-0-percent": "5", "supplements-0-amount": "3"}).status_code == 422
    assert desk.post(address, data | {"supplements-0-amount": "12,50"}).status_code == 302
    assert str(draft.supplements.get().amount) == "12.50"


def test_foreign_site_and_foreign_class_are_refused(desk: Client, draft: Posting, foreign_posting: Posting) -> None:
    assert foreign_posting.site is not None
    address = url("posting_step", draft, "when")
    data = fields_of(desk.get(address).content.decode()) | {"site": foreign_posting.site.code}
    assert desk.post(address, data).status_code == 422
    other = PostingFactory.create(start_in_days=50)
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"start_classes-0-code": other.start_classes.get().code}
    assert desk.post(address, data).status_code == 422
    draft.refresh_from_db()
    assert draft.site != foreign_posting.site


def test_fields_that_the_form_does_not_have_change_nothing(desk: Client, draft: Posting, fjordline: Employer) -> None:
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode())
    extra = {"state": "open", "employer": fjordline.pk, "code": "MINE", "published_at": "2020-01-01", "hourly_min": "1", "pay_min": "1"}
    assert desk.post(address, data | extra).status_code == 302
    after = _picture(draft)
    assert (after["state"], after["employer"], after["code"]) == ("draft", draft.employer_id, draft.code)
    assert after["pay_min"] == draft.pay_min


def test_missing_or_forged_version_is_a_conflict_that_saves_nothing(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"openings": "99"}
    for version in ("", "never", "2020-01-01T00:00:00+00:00"):
        assert desk.post(address, data | {"version": version}).status_code == 409
    draft.refresh_from_db()
    assert draft.openings != 99


@pytest.mark.parametrize(
    "do", ["up:99", "remove:0", "remove:x", "down:" + "9" * 400, "own:telepathy", "add:nothing", "change:0", "\x00", "delete"]
)
def test_unknown_buttons_do_nothing_bad(desk: Client, draft: Posting, do: str) -> None:
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"do": do}
    assert desk.post(address, data).status_code in {200, 302, 422}
    assert draft.screening_questions.count() == 1


def test_unknown_library_question_is_refused(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"library": ["right-to-work", "no-such"], "do": "library"}
    answer = desk.post(address, data)
    assert answer.status_code == 422
    assert "Choose questions from the list." in answer.content.decode()
    assert draft.screening_questions.count() == 1


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("yes_no", {"question": ""}),
    ("yes_no", {"question": "x" * 201}),
    ("yes_no", {"question": SCRIPT}),
    ("yes_no", {"question": "Fine?", "answer": "maybe"}),
    ("yes_no", {"question": "Fine?", "is_knockout": "on"}),
    ("number", {"question": "How old?", "least": "-1"}),
    ("number", {"question": "How old?", "least": HUGE}),
    ("text", {"question": "Why?", "help": "x" * 301}),
    ("choice", {"question": "Which?", "options-0-label": "Only one", "options-TOTAL_FORMS": "1"}),
    ("choice", {"question": "Which?", "options-0-label": "A", "options-1-label": "A", "options-TOTAL_FORMS": "2"}),
    ("choice", {"question": "Which?", "options-0-label": "A", "options-1-label": "x" * 121, "options-TOTAL_FORMS": "2"}),
]


@pytest.mark.parametrize(("kind", "more"), QUESTIONS)
def test_bad_question_is_refused_and_kept_on_the_page(desk: Client, draft: Posting, kind: str, more: dict[str, Any]) -> None:
    address = url("question_new", draft, kind)
    data = fields_of(desk.get(address).content.decode())
    answer = desk.post(address, data | more)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert draft.screening_questions.count() == 1


NEW: list[dict[str, Any]] = [
    {"role": "", "language": "en"},
    {"role": "no-such-role", "language": "en"},
    {"role": "agent-customer-service", "language": "xx"},
    {"role": "agent-customer-service", "language": "hr"},
    {"role": "agent-customer-service", "language": "en", "site": "NOSUCH"},
    {},
]


@pytest.mark.parametrize("data", NEW, ids=str)
def test_bad_start_makes_no_draft(desk: Client, northline: Employer, data: dict[str, Any]) -> None:
    make_version()
    answer = desk.post(reverse("desk:posting_new", args=["northline"]), data)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Posting.objects.exists()


def test_start_with_a_foreign_site_makes_no_draft(desk: Client, northline: Employer, fjordline: Employer) -> None:
    make_version()
    site = SiteFactory.create(employer=fjordline)
    data = {"role": "agent-customer-service", "language": "en", "site": site.code}
    assert desk.post(reverse("desk:posting_new", args=["northline"]), data).status_code == 422
    assert not Posting.objects.exists()


def test_other_scripts_are_welcome_and_come_back_unharmed(desk: Client, northline: Employer, rosa: User) -> None:
    posting = drafting.create_posting_from_template(employer=northline, version=make_version(), language="en", by=rosa)
    address = url("posting_step", posting, "work")
    title = "Оператор – Ćevapčići & “Ærlig” 客服 😀 O'Neill"
    assert desk.post(address, fields_of(desk.get(address).content.decode()) | {"title": title}).status_code == 302
    assert posting.texts.get().title == title
    assert fields_of(desk.get(address).content.decode())["title"] == title


def test_numbers_as_people_write_them(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "pay")
    data = fields_of(desk.get(address).content.decode())
    for typed, stored in (
        ("23 500", "23500.00"),
        ("23.500", "23500.00"),
        ("1,234.5", "1234.50"),
        ("1.234,5", "1234.50"),
        ("210,50", "210.50"),
    ):
        data["version"] = fields_of(desk.get(address).content.decode())["version"]
        assert desk.post(address, data | {"pay_basis": "month", "pay_min": typed, "pay_max": ""}).status_code == 302, typed
        draft.refresh_from_db()
        assert str(draft.pay_min) == stored


def test_messages_come_in_the_language_of_the_page(desk: Client, draft: Posting) -> None:
    with translation.override("nb"):
        address = url("posting_step", draft, "hiring")
    assert address.startswith("/nb/")
    answer = desk.post(address, fields_of(desk.get(address).content.decode()) | {"openings": "0"})
    assert answer.status_code == 422
    assert answer["Content-Language"] == "nb"


@pytest.mark.django_db
def test_each_problem_of_a_draft_leads_to_a_place_that_exists(client: Client, rosa: User, northline: Employer) -> None:
    """The list of what is missing links into the steps; every target must be an id of that page."""
    import re

    version = make_version()
    posting = drafting.create_posting_from_template(employer=northline, version=version, language="en", by=rosa, site=None, fallback="en")
    client.force_login(rosa)
    page = client.get(url("posting_review", posting)).content.decode()
    links = re.findall(r'href="([^"#]+)#((?:field|rows)-[a-z_]+)"', page)
    assert links
    for address, target in links:
        assert f'id="{target}"' in client.get(address).content.decode(), (address, target)
