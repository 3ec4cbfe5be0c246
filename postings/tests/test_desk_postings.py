"""The desk's posting pages: the way from template to public page, access, counts of queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from postings.enums import PostingState, VersionState
from postings.models import Employer, Posting, StartClass, TemplateVersion
from postings.services import drafting
from postings.services.editing import version_of
from postings.tasks import close_overdue
from postings.tests.factories import PostingFactory, SiteFactory
from postings.tests.templates import make_version

pytestmark = pytest.mark.django_db
STEPS = ("work", "when", "pay", "who", "hiring")


def url(name: str, posting: Posting, *args: object) -> str:
    return reverse(f"desk:{name}", args=[posting.employer.slug, posting.code, *args])


def fields_of(html: str) -> dict[str, Any]:
    """What a browser would send of the step form: names and values as they stand in the page."""
    form = html[html.index('id="step-form"') : html.rindex("</form>")] if 'id="step-form"' in html else html
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") in {"checkbox", "radio"}:
            if not re.search(r"\schecked[\s>]", tag):
                continue
            data.setdefault(attributes["name"], []).append(attributes.get("value", "on"))
        elif "name" in attributes:
            data[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        data[name] = unescape(body.removeprefix("\n"))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"[^>]*selected', body)
        data[name] = chosen[0] if chosen else ""
    return data


def unescape(text: str) -> str:
    import html

    return html.unescape(text)


@pytest.fixture
def desk(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


@pytest.fixture
def draft(northline: Employer, rosa: User) -> Posting:
    return drafting.create_posting_from_template(employer=northline, version=make_version(), language="en", by=rosa)


def test_without_a_script_a_template_becomes_a_public_page(desk: Client, northline: Employer) -> None:
    make_version()
    site = SiteFactory.create(employer=northline, city="Bergen")
    page = desk.get(reverse("desk:posting_new", args=["northline"]), {"tier": "agent", "q": "service"})
    assert "Customer service agent" in page.content.decode()
    made = desk.post(
        reverse("desk:posting_new", args=["northline"]), {"role": "agent-customer-service", "language": "en", "site": site.code}
    )
    posting = Posting.objects.get()
    assert made.status_code == 302
    assert made["Location"] == url("posting_step", posting, "work")

    more: dict[str, dict[str, Any]] = {
        "work": {"title": "Agent in Bergen", "duties-0-share": "60"},
        "when": {"shift_mask": ["0", "5", "10"], "hours_min": "30", "hours_max": "37,5", "employment_type": "part_time"},
        "pay": {"pay_basis": "hour", "pay_min": "210,50", "pay_max": "", "pay_currency": "NOK", "supplements-0-kind": "evening"}
        | {"supplements-0-percent": "25"},
        "who": {"languages-1-language": "nb", "languages-1-level": "C1"},
        "hiring": {
            "start_classes-0-starts_on": str(timezone.localdate() + timedelta(days=40)),
            "start_classes-0-seats": "12",
            "openings": "12",
        },
    }
    for step, following in zip(STEPS, [*STEPS[1:], None], strict=True):
        address = url("posting_step", posting, step)
        data = fields_of(desk.get(address).content.decode()) | more[step]
        answer = desk.post(address, data)
        assert answer.status_code == 302, (step, re.findall(r'class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL))
        expected = url("posting_step", posting, following) if following else url("posting_review", posting)
        assert answer["Location"] == expected
    review = desk.get(url("posting_review", posting)).content.decode()
    assert "Nothing is missing" in review
    desk.post(url("posting_publish", posting))
    posting.refresh_from_db()
    assert posting.state == PostingState.OPEN
    assert str(posting.hourly_min) == "210.50"
    assert posting.pay_max == posting.pay_min
    assert posting.languages.count() == 2
    assert posting.supplements.get().percent == 25
    assert posting.texts.get().duties[0]["share"] == 60
    assert Client().get(posting.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["posting", "posting_review", "posting_preview", "posting_publish", "posting_duplicate"])
def test_pages_of_a_draft_answer(desk: Client, draft: Posting, name: str) -> None:
    assert desk.get(url(name, draft)).status_code == 200


@pytest.mark.parametrize("step", STEPS)
def test_a_step_comes_back_as_it_was_sent(desk: Client, draft: Posting, step: str) -> None:
    before = Posting.objects.get(pk=draft.pk)
    text = before.texts.get()
    data = fields_of(desk.get(url("posting_step", draft, step)).content.decode())
    if step == "when":
        data["country"] = "NO"
    assert desk.post(url("posting_step", draft, step), data).status_code == 302
    after = Posting.objects.get(pk=draft.pk)
    for field in Posting._meta.concrete_fields:
        if field.name != "updated_at":
            assert getattr(after, field.name) == getattr(before, field.name), field.name
    assert after.texts.get().duties == text.duties
    assert after.texts.get().preview == text.preview
    assert after.texts.get().summary == text.summary


def test_row_is_added_without_saving_or_judging(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "work")
    data = fields_of(desk.get(address).content.decode()) | {"title": "", "duties-0-text": "Typed", "do": "add:duties"}
    count = int(data["duties-TOTAL_FORMS"])
    page = desk.post(address, data)
    html = page.content.decode()
    assert page.status_code == 200
    assert f'name="duties-{count}-text"' in html
    assert fields_of(html)["duties-0-text"] == "Typed"
    assert "errorlist" not in html
    assert draft.texts.get().duties[0]["text"] == "Answer customers"


def test_emptied_row_goes_away(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "work")
    data = fields_of(desk.get(address).content.decode()) | {"duties-0-text": "", "duties-0-share": ""}
    assert desk.post(address, data).status_code == 302
    assert [duty["text"] for duty in draft.texts.get().duties] == ["Log every contact"]


def test_preview_shows_what_is_typed_and_saves_nothing(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "work")
    data = fields_of(desk.get(address).content.decode()) | {"title": "A title to look at", "do": "preview"}
    fragment = desk.post(address, data, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "A title to look at" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
    page = desk.post(address, data).content.decode()
    assert page.count("A title to look at") >= 2
    assert draft.texts.get().title == "Customer service agent"


def test_pay_figure_is_worked_out_as_one_types(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "pay")
    data = fields_of(desk.get(address).content.decode())
    data |= {"pay_basis": "month", "pay_min": "34 667", "pay_currency": "NOK", "do": "figure"}
    html = desk.post(address, data, headers={"HX-Request": "true"}).content.decode()
    assert "200" in html  # 34,667 × 12 / (52 × 40)
    assert Posting.objects.get(pk=draft.pk).pay_min is None


def test_two_people_on_one_posting_lose_nothing(desk: Client, posting: Posting, nora: User) -> None:
    address = url("posting_step", posting, "work")
    data = fields_of(desk.get(address).content.decode()) | {"title": "Mine"}
    other = Client()
    other.force_login(nora)
    assert other.post(address, fields_of(other.get(address).content.decode()) | {"title": "Theirs"}).status_code == 302
    refused = desk.post(address, data)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody else saved this posting meanwhile" in html
    assert 'value="Mine"' in html
    assert "Theirs" in html
    assert posting.texts.get().title == "Theirs"
    again = fields_of(html)
    assert again["title"] == "Mine"
    assert desk.post(address, again).status_code == 302
    assert posting.texts.get().title == "Mine"


def test_open_posting_refuses_an_edit_that_breaks_it_beside_the_rows(desk: Client, posting: Posting) -> None:
    address = url("posting_step", posting, "who")
    data = fields_of(desk.get(address).content.decode()) | {"languages-0-language": "", "languages-0-level": ""}
    answer = desk.post(address, data)
    assert answer.status_code == 422
    assert "Name at least one language" in answer.content.decode()
    assert posting.languages.count() == 1


def test_publishing_an_incomplete_draft_lists_what_is_missing_with_links(desk: Client, draft: Posting) -> None:
    answer = desk.post(url("posting_publish", draft))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert url("posting_step", draft, "when") in html
    assert "Mark when the work is done." in html
    draft.refresh_from_db()
    assert draft.state == PostingState.DRAFT


def test_states_change_only_by_post_and_are_kept_in_the_history(desk: Client, posting: Posting) -> None:
    for name, state in (("posting_pause", "paused"), ("posting_resume", "open"), ("posting_close", "closed"), ("posting_reopen", "open")):
        before = Posting.objects.get(pk=posting.pk).state
        assert desk.get(url(name, posting)).status_code == 200
        assert Posting.objects.get(pk=posting.pk).state == before
        assert desk.post(url(name, posting)).status_code == 302
        assert Posting.objects.get(pk=posting.pk).state == state
    assert posting.events.count() == 4
    late = desk.post(url("posting_resume", posting), follow=True)
    assert "This is not possible now." in late.content.decode()


def test_revision_page_shows_what_changed(desk: Client, posting: Posting, rosa: User) -> None:
    words = {"title": "Service agent at night", "summary": "S", "duties": [{"text": "Answer", "share": 50}]}
    drafting.save_step(posting=posting, step="work", values={**words, "channels": ["chat"], "client_program": "Acme"}, by=rosa)
    html = desk.get(url("revision", posting, 2)).content.decode()
    assert "Customer service agent"[:8] in html
    assert "<ins>" in html
    assert "Acme" in html
    assert "Compared with version 1" in html
    assert desk.get(url("revision", posting, 1)).status_code == 200
    assert desk.get(url("revision", posting, 3)).status_code == 404
    listed = desk.get(url("posting", posting)).content.decode()
    assert "Changed:" in listed


def test_template_that_moved_on_is_mentioned(desk: Client, draft: Posting) -> None:
    assert "The template has moved on" not in desk.get(url("posting", draft)).content.decode()
    TemplateVersion.objects.filter(postings=draft).update(state=VersionState.RETIRED)
    make_version(number=2)
    assert "The template has moved on" in desk.get(url("posting", draft)).content.decode()


def test_text_in_another_language_starts_from_the_template(desk: Client, draft: Posting) -> None:
    address = url("posting_text", draft, "nb")
    html = desk.get(address).content.decode()
    assert "Kundeservicemedarbeider" in html
    assert desk.post(address, fields_of(html)).status_code == 302
    assert draft.texts.get(language="nb").title == "Kundeservicemedarbeider"
    assert desk.post(url("posting_text_remove", draft, "nb")).status_code == 302
    assert not draft.texts.filter(language="nb").exists()
    assert desk.get(url("posting_text", draft, "xx")).status_code == 404


def test_questions_are_written_moved_and_taken_away_without_losing_the_step(desk: Client, draft: Posting) -> None:
    address = url("posting_step", draft, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"openings": "33", "do": "own:choice"}
    answer = desk.post(address, data)
    assert answer["Location"] == url("question_new", draft, "choice")
    draft.refresh_from_db()
    assert draft.openings == 33
    form = fields_of(desk.get(answer["Location"]).content.decode())
    form |= {"question": "Which days?", "options-0-label": "Weekdays", "do": "add:options"}
    more = fields_of(desk.post(answer["Location"], form).content.decode())
    assert more["options-0-label"] == "Weekdays"
    more |= {"options-1-label": "Weekends", "options-1-passes": "on", "is_knockout": "on", "is_required": "on"}
    assert desk.post(answer["Location"], more).status_code == 302
    own = draft.screening_questions.last()
    assert own is not None
    assert (own.options, own.accepted, own.is_knockout) == (["o1", "o2"], ["o2"], True)
    data = fields_of(desk.get(address).content.decode()) | {"do": "up:3"}
    desk.post(address, data)
    assert [question.kind for question in draft.screening_questions.all()] == ["yes_no", "choice", "yes_no"]
    data = fields_of(desk.get(address).content.decode()) | {"do": "remove:1"}
    desk.post(address, data)
    assert draft.screening_questions.count() == 2
    assert desk.get(url("question", draft, 1)).status_code == 200
    assert desk.get(url("question", draft, 9)).status_code == 404


# --- who may -----------------------------------------------------------------------------------------

READ = ("posting", "posting_preview")
EDIT = ("posting_review", "posting_publish", "posting_pause", "posting_resume", "posting_close", "posting_reopen", "posting_duplicate")


def _edit_pages(posting: Posting) -> list[str]:
    steps = [url("posting_step", posting, step) for step in STEPS]
    others = [url("posting_text", posting, "nb"), url("question_new", posting, "text"), url("question", posting, 1)]
    return [*steps, *others, *(url(name, posting) for name in EDIT)]


def test_interviewer_reads_and_does_not_edit(client: Client, ivan: User, posting: Posting) -> None:
    client.force_login(ivan)
    assert client.get(reverse("desk:posting_list", args=["northline"])).status_code == 200
    for name in READ:
        assert client.get(url(name, posting)).status_code == 200
    assert client.get(reverse("desk:posting_new", args=["northline"])).status_code == 403
    for address in _edit_pages(posting):
        assert client.get(address).status_code == 403, address
        assert client.post(address).status_code in {403, 405}, address
    assert url("posting_step", posting, "work") not in client.get(url("posting", posting)).content.decode()


def test_stranger_sees_a_foreign_posting_as_an_unknown_one(client: Client, otto: User, posting: Posting) -> None:
    client.force_login(otto)
    own = reverse("desk:posting_list", args=["fjordline"])
    assert client.get(own).status_code == 200
    addresses = [
        reverse("desk:posting_list", args=["northline"]),
        *_edit_pages(posting),
        url("posting", posting),
        url("revision", posting, 1),
    ]
    for address in addresses:
        for used in (address, address.replace("/northline/", "/fjordline/")):
            if used != own:
                assert client.get(used).status_code == 404, used
                assert client.post(used).status_code in {404, 405}, used
    posting.refresh_from_db()
    assert posting.state == PostingState.OPEN


def test_anonymous_is_sent_to_sign_in(client: Client, posting: Posting) -> None:
    answer = client.get(url("posting_step", posting, "work"))
    assert answer.status_code == 302
    assert "/account/login" in answer["Location"]


# --- lists ---------------------------------------------------------------------------------------------


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_list_costs_the_same_for_one_and_three_postings(desk: Client, northline: Employer) -> None:
    address = reverse("desk:posting_list", args=["northline"])
    PostingFactory.create(employer=northline, start_in_days=10)
    one = _queries(desk, address)
    for days in (20, 30):
        PostingFactory.create(employer=northline, start_in_days=days, spoken=[("en", "B2"), ("nb", "C1")])
    assert _queries(desk, address) == one <= 20


def test_pages_of_a_posting_stay_within_their_queries(desk: Client, posting: Posting) -> None:
    for address in (url("posting", posting), url("posting_review", posting), *(url("posting_step", posting, step) for step in STEPS)):
        assert _queries(desk, address) <= 20, address


def test_list_is_filtered_searched_and_paged(desk: Client, northline: Employer) -> None:
    PostingFactory.create(employer=northline, text__title="Night agent in Oslo")
    PostingFactory.create(employer=northline, state="draft", text__title="Team lead")
    address = reverse("desk:posting_list", args=["northline"])
    assert "Team lead" not in desk.get(address, {"state": "open"}).content.decode()
    found = desk.get(address, {"q": "night oslo"}).content.decode()
    assert "Night agent in Oslo" in found
    assert "Team lead" not in found
    for query in ({"state": "nonsense"}, {"page": "99999999"}, {"page": "-1"}, {"q": "\x00" * 5}, {"q": "%_\\" + "x" * 5000}):
        assert desk.get(address, query).status_code == 200
    fragment = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


# --- the clock -----------------------------------------------------------------------------------------


def test_overdue_postings_are_closed_however_late_the_task_runs(northline: Employer) -> None:
    # Where the work is done: the factory's site is in Oslo, which is a day ahead late in the evening.
    today = timezone.localdate(timezone=ZoneInfo("Europe/Oslo"))
    late = PostingFactory.create(employer=northline, closes_on=today - timedelta(days=5))
    on_time = PostingFactory.create(employer=northline, closes_on=today)
    paused = PostingFactory.create(employer=northline, state="paused", closes_on=today - timedelta(days=5))
    assert close_overdue() == 1
    assert close_overdue() == 0
    late.refresh_from_db()
    assert (late.state, late.events.get().by) == (PostingState.CLOSED, None)
    assert Posting.objects.get(pk=on_time.pk).state == PostingState.OPEN
    assert Posting.objects.get(pk=paused.pk).state == PostingState.PAUSED


def test_past_class_of_an_open_posting_does_not_block_its_form(desk: Client, posting: Posting) -> None:
    StartClass.objects.filter(posting=posting).update(starts_on=timezone.localdate() - timedelta(days=2))
    address = url("posting_step", posting, "hiring")
    data = fields_of(desk.get(address).content.decode()) | {"openings": "7"}
    assert desk.post(address, data).status_code == 302
    assert version_of(Posting.objects.get(pk=posting.pk)) != data["version"]
