"""Choosing what a posting starts from: search, side by side, and what comes with a template."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from callcenter_jobs.accounts.models import User
from postings.enums import StageKind
from postings.models import Employer, InterviewKit, InterviewPlan, Posting, Role, Stage, TemplateText, TemplateVersion, TitleAlias
from postings.services import drafting
from postings.services.editing import EditRefused
from postings.tests.factories import TitleAliasFactory
from postings.tests.templates import make_version

pytestmark = pytest.mark.django_db
AGENT, LEAD, SALES = "agent-customer-service", "team-lead-service", "agent-sales"


@pytest.fixture
def desk(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


@pytest.fixture
def library(db: None) -> None:
    """Three roles of two tiers; only one has Norwegian words."""
    for key, tier, family, work, title in (
        (AGENT, "agent", "service", "customer_service", "Customer service agent"),
        (SALES, "agent", "sales", "sales", "Sales agent"),
        (LEAD, "team_lead", "service", "leadership", "Team lead"),
    ):
        version = make_version(key, languages=("en", "nb") if key == AGENT else ("en",))
        Role.objects.filter(key=key).update(tier=tier, family=family, work_type=work)
        TemplateText.objects.filter(version=version, language="en").update(title=title, summary=f"About a {title}. More.")
        TitleAlias.objects.filter(role__key=key).update(text=title)
    TitleAliasFactory.create(role=Role.objects.get(key=SALES), language="hr", text="Prodajni agent čarobni")
    plan = InterviewPlan.objects.create(key="lead", names={"en": "Team leads"})
    kit = InterviewKit.objects.create(key="lead-kit", names={"en": "Leading people"}, minutes=50)
    Stage.objects.create(plan=plan, kind=StageKind.APPLIED, position=0)
    Stage.objects.create(plan=plan, kind=StageKind.INTERVIEW, position=1, kit=kit, names={"en": {"desk": "Case interview"}})


def new_url() -> str:
    return reverse("desk:posting_new", args=["northline"])


def keys_in(page: str) -> set[str]:
    return set(re.findall(r'class="template-row__title" href="[^"]*role=([\w-]+)', page))


def found(desk: Client, **query: str) -> set[str]:
    return keys_in(desk.get(new_url(), query).content.decode())


def test_templates_are_found_by_any_name_in_any_language(desk: Client, library: None) -> None:
    assert found(desk) == {AGENT, SALES, LEAD}
    assert found(desk, q="prodajni") == {SALES}
    assert found(desk, q="CAROBNI agent") == {SALES}
    assert found(desk, q="kundeservice") == {AGENT}
    assert found(desk, q="sales") == {SALES}


def test_words_of_two_different_names_are_no_name(desk: Client, library: None) -> None:
    assert found(desk, q="sales prodajni") == set()


def test_summaries_are_searched_only_when_no_title_fits(desk: Client, library: None) -> None:
    assert found(desk, q="about") == {AGENT, SALES, LEAD}
    TitleAliasFactory.create(role=Role.objects.get(key=LEAD), text="About person")
    assert found(desk, q="about") == {LEAD}


def test_filters_are_tier_family_and_work_type(desk: Client, library: None) -> None:
    assert found(desk, tier="team_lead") == {LEAD}
    assert found(desk, family="sales") == {SALES}
    assert found(desk, family="service", work_type="leadership") == {LEAD}
    assert found(desk, tier="nonsense") == {AGENT, SALES, LEAD}


def test_nothing_found_says_what_to_do(desk: Client, library: None) -> None:
    page = desk.get(new_url(), {"q": "zebra"}).content.decode()
    assert "No template matches" in page
    assert "take a filter away" in page


def test_completeness_is_that_of_the_wanted_language(desk: Client, library: None) -> None:
    page = desk.get(new_url(), {"language": "nb", "q": "kundeservice"}).content.decode()
    assert "7 of 8 parts" in page
    assert "Not translated" in desk.get(new_url(), {"language": "hr"}).content.decode()
    page = desk.get(new_url(), {"language": "en"}).content.decode()
    assert page.count("Complete</span>") == 3


def test_retired_roles_and_unpublished_templates_are_not_offered(desk: Client, library: None, northline: Employer, rosa: User) -> None:
    Role.objects.filter(key=SALES).update(is_active=False)
    TemplateVersion.objects.filter(template__role__key=LEAD).update(state="draft")
    assert found(desk) == {AGENT}
    answer = desk.post(new_url(), {"role": SALES, "language": "en"})
    assert answer.status_code == 422
    assert "Choose a template." in answer.content.decode()
    retired = TemplateVersion.objects.select_related("template__role").get(template__role__key=SALES)
    with pytest.raises(EditRefused):
        drafting.create_posting_from_template(employer=northline, version=retired, language="en", by=rosa)


def test_up_to_three_stand_side_by_side_with_all_that_they_bring(desk: Client, library: None) -> None:
    make_version("fourth-role")
    page = desk.get(new_url(), {"compare": [AGENT, SALES, LEAD, "fourth-role", "no-such"]}).content.decode()
    table = page[page.index('id="compare"') : page.index("</table>")]
    assert len(re.findall('<th scope="col"', table)) == 3
    shown = ("Answer customers", "Clear speech and writing", "First-contact resolution", "Some callers are angry.")
    for word in (*shown, "Question evenings?", "Desk interview"):
        assert table.count(word) == 3, word
    assert 'value="no-such"' not in page


def test_list_answers_htmx_with_the_part_that_changes(desk: Client, library: None) -> None:
    answer = desk.get(new_url(), {"q": "sales"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert keys_in(answer.content.decode()) == {SALES}
    assert "HX-Request" in answer["Vary"]


def chosen(desk: Client, **query: str) -> str:
    return desk.get(new_url(), {"role": AGENT, **query}).content.decode()


def test_chosen_template_brings_questions_and_plan_ticked(desk: Client, library: None) -> None:
    page = chosen(desk, language="nb")
    assert set(re.findall(r'name="screening" value="([\w-]+)"[^>]* checked', page)) == {"right-to-work", "evenings"}
    assert re.findall(r'name="plan" value="([\w-]+)"[^>]* checked', page) == ["agent-short"]
    assert '<option value="nb" selected>' in page
    assert "Svare kunder" in page
    assert "Leading people, 50 minutes" in " ".join(page.replace("\n", " ").split())


def test_ticks_and_another_plan_are_what_the_draft_gets(desk: Client, library: None) -> None:
    data = {"role": AGENT, "language": "en", "suggested": "True", "screening": ["evenings"], "plan": "lead"}
    assert desk.post(new_url(), data).status_code == 302
    posting = Posting.objects.get()
    assert [question.library_key for question in posting.screening_questions.all()] == ["evenings"]
    stages = list(posting.plan.stages.all())
    assert [stage.kind for stage in stages][:2] == [StageKind.APPLIED, StageKind.INTERVIEW]
    assert stages[1].kit is not None
    assert stages[1].kit.key == "lead-kit"


def test_everything_unticked_and_plain_stages(desk: Client, library: None) -> None:
    assert desk.post(new_url(), {"role": AGENT, "language": "en", "suggested": "True", "plan": "-"}).status_code == 302
    posting = Posting.objects.get()
    assert not posting.screening_questions.exists()
    assert [stage.kind for stage in posting.plan.stages.all()][1] == StageKind.SCREENING


def test_without_the_suggestions_on_the_page_all_of_them_come_along(desk: Client, library: None) -> None:
    desk.post(new_url(), {"role": AGENT, "language": "en"})
    assert Posting.objects.get().screening_questions.count() == 2


@pytest.mark.parametrize("bad", [{"screening": ["no-such"]}, {"plan": "no-such"}, {"screening": ["contact"]}])
def test_choice_that_is_not_offered_makes_no_draft_and_keeps_the_rest(desk: Client, library: None, bad: dict[str, object]) -> None:
    data = {"role": AGENT, "language": "nb", "suggested": "True", "screening": ["evenings"], "plan": "lead", **bad}
    answer = desk.post(new_url(), data)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert '<option value="nb" selected>' in answer.content.decode()
    assert not Posting.objects.exists()


def test_strange_addresses_show_the_list(desk: Client, library: None) -> None:
    for query in ({"role": "no-such"}, {"role": "\x00"}, {"q": "\x00%_\\"}, {"q": "x" * 5000}, {"language": "xx"}, {"compare": "\x00"}):
        assert desk.get(new_url(), query).status_code == 200, query


def _queries(desk: Client, **query: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(new_url(), query).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_one_and_many_templates(desk: Client, northline: Employer) -> None:
    make_version(AGENT)
    one, one_chosen = _queries(desk, compare=[AGENT]), _queries(desk, role=AGENT)
    for number in range(4):
        make_version(f"role-{number}")
    assert _queries(desk, compare=[AGENT, "role-1", "role-2"]) == one <= 14
    assert _queries(desk, role=AGENT) == one_chosen <= 18
