"""The templates of the workshop, as their users: writing beside a source, review, versions, and who is let in where."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import VersionState
from postings.models import LibraryEvent, LibraryMember, RoleTemplate, TemplateText, TemplateVersion
from postings.services import library_templates
from postings.services.library import source_digest
from postings.tests.factories import LibraryMemberFactory, PostingFactory
from postings.tests.library import publish_questions, publish_role

KEY = "agent-customer-service"
HERE = f"/curate/templates/{KEY}/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def template() -> RoleTemplate:
    return publish_role(KEY, languages=("en", "nb", "sv")).template


@pytest.fixture
def draft(template: RoleTemplate, ada: User) -> TemplateVersion:
    return library_templates.start_template_draft(template, by=ada)


@pytest.fixture
def desk(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def keeper(role: str, *languages: str) -> Client:
    """Somebody else of the library, signed in."""
    member = LibraryMemberFactory.create(role=role, languages=list(languages), user=UserFactory.create(name=f"A {role}"))
    client = Client()
    client.force_login(member.user)
    return client


def fields(client: Client, language: str = "en") -> dict[str, str]:
    """What the editor's form would send, unchanged."""
    form = client.get(f"{HERE}{language}/").context["form"]
    return {name: field.prepare_value(form.initial.get(name, "")) or "" for name, field in form.fields.items()}


def text(language: str = "en") -> TemplateText:
    return TemplateText.objects.get(version__template__role__key=KEY, version__state__in=["draft", "in_review"], language=language)


# --- rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "curator", "reviewer", "translator"),
    [
        ("GET ", 200, 200, 200),
        ("GET people/", 200, 200, 200),
        ("POST people/", 422, 403, 403),
        ("GET templates/", 200, 200, 200),
        (f"GET templates/{KEY}/", 200, 200, 200),
        (f"GET templates/{KEY}/review/", 200, 200, 200),
        (f"GET templates/{KEY}/compare/", 200, 200, 200),
        (f"GET templates/{KEY}/versions/1/", 200, 200, 200),
        (f"GET templates/{KEY}/sv/preview/", 200, 200, 200),
        (f"GET templates/{KEY}/nb/", 200, 200, 200),
        (f"GET templates/{KEY}/sv/", 200, 200, 403),
        (f"POST templates/{KEY}/nb/", 302, 302, 302),
        (f"POST templates/{KEY}/en/", 302, 302, 403),
        (f"POST templates/{KEY}/settings/", 422, 403, 403),
        (f"POST templates/{KEY}/start/", 302, 403, 403),
        (f"POST templates/{KEY}/submit/", 422, 403, 403),
        (f"POST templates/{KEY}/take-back/", 302, 403, 403),
        (f"POST templates/{KEY}/publish/", 422, 422, 403),
        (f"POST templates/{KEY}/send-back/", 302, 302, 403),
        (f"POST templates/{KEY}/versions/1/restore/", 302, 403, 403),
        (f"POST templates/{KEY}/retire/", 302, 403, 403),
        (f"POST templates/{KEY}/revive/", 302, 403, 403),
        (f"POST templates/{KEY}/drop/", 302, 403, 403),
        ("GET questions/agent/", 200, 200, 200),
        ("POST questions/agent/start/", 302, 403, 403),
        ("POST questions/agent/add/", 422, 403, 403),
        ("POST questions/agent/publish/", 302, 302, 403),
        (f"GET titles/{KEY}/en/", 200, 200, 200),
        (f"POST titles/{KEY}/en/", 422, 403, 403),
    ],
)
def test_each_role_gets_as_far_as_its_rights(draft: TemplateVersion, path: str, curator: int, reviewer: int, translator: int) -> None:
    publish_questions()
    method, _space, rest = path.partition(" ")
    for role, expected in (("translator", translator), ("reviewer", reviewer), ("curator", curator)):
        client = keeper(role, *(["nb"] if role == "translator" else []))
        answer = client.get(f"/curate/{rest}") if method == "GET" else client.post(f"/curate/{rest}", {"sent": "1"})
        assert answer.status_code == expected, (role, path)


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("curator", ["Send to review", "Drop the draft", "Retire this template", "Edit"], []),
        ("reviewer", ["Edit"], ["Send to review", "Drop the draft", "Retire this template", "Publish without review"]),
        ("translator", ["Edit"], ["Send to review", "Drop the draft", "Retire this template", "Publish without review"]),
    ],
)
def test_nobody_is_offered_what_they_may_not_do(draft: TemplateVersion, role: str, seen: list[str], unseen: list[str]) -> None:
    page = keeper(role).get(HERE).content.decode()
    assert [word for word in seen if word not in page] == []
    assert [word for word in unseen if f">{word}" in page] == []


def test_a_member_without_the_right_reads_why(draft: TemplateVersion) -> None:
    answer = keeper("translator", "nb").get(f"{HERE}sv/")
    assert answer.status_code == 403
    assert "A curator of the library can change your role" in answer.content.decode()


@pytest.mark.parametrize("action", ["start", "submit", "take-back", "drop", "retire", "revive"])
def test_a_reload_of_a_refused_form_leads_back(desk: Client, template: RoleTemplate, action: str) -> None:
    assert desk.get(f"{HERE}{action}/")["Location"] == HERE
    assert desk.get(f"/nb{HERE}{action}/")["Location"] == f"/nb{HERE}"
    assert desk.put(f"{HERE}{action}/").status_code == 405


def test_language_link_of_a_refused_form_leads_back_at_the_team_and_the_board(client: Client, nora: User, posting: Any) -> None:
    client.force_login(nora)
    assert client.get("/nb/desk/northline/team/invite/")["Location"] == "/nb/desk/northline/team/"
    board = client.get(f"/desk/northline/board/{posting.code}/")
    bulk = f"/desk/northline/board/{posting.code}/bulk/"
    assert board.status_code == 200
    assert client.get(bulk)["Location"] == f"/desk/northline/board/{posting.code}/"


# --- writing ----------------------------------------------------------------------------------------


def test_text_goes_through_the_form_unchanged(desk: Client, draft: TemplateVersion) -> None:
    before = text().content()
    assert desk.post(f"{HERE}en/", fields(desk)).status_code == 302
    assert text().content() == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "x" * 121, "121"),
        ("title", "two\nlines", "one line"),
        ("summary", "x" * 1201, "1201"),
        ("duties", "Answer | 60\nWrite | 50", "110%"),
        ("duties", "Answer | many", "whole number"),
        ("duties", "| 50", "nothing before the bar"),
        ("duties", "\n".join(f"Duty {n}" for n in range(11)), "11 lines"),
        ("must_haves", "<script>alert(1)</script>", "plain text"),
    ],
)
def test_bad_input_is_refused_beside_the_field(desk: Client, draft: TemplateVersion, field: str, value: str, message: str) -> None:
    sent = fields(desk) | {field: value}
    answer = desk.post(f"{HERE}en/", sent)
    assert answer.status_code == 422
    assert any(message in str(error) for error in answer.context["form"].errors[field])
    saving = desk.post(f"{HERE}en/", sent, headers={"X-Autosave": "1"})
    assert saving.status_code == 422
    assert saving.json()["status"].startswith("Not saved yet.")
    assert text().title == "Agent (en)"


def test_autosave_saves_and_says_when(desk: Client, draft: TemplateVersion) -> None:
    answer = desk.post(f"{HERE}en/", fields(desk) | {"title": "Saved by itself"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    assert answer.json()["status"].startswith("Saved ")
    assert text().title == "Saved by itself"
    assert answer.json()["seen"] == text().updated_at.isoformat()
    again = desk.post(f"{HERE}en/", fields(desk) | {"title": "And on"} | {"seen": answer.json()["seen"]}, headers={"X-Autosave": "1"})
    assert again.status_code == 200, "what autosave answered is what the form has seen"


@pytest.mark.parametrize("language", ["en", "hr"])
def test_two_who_save_the_same_text_lose_nothing(desk: Client, draft: TemplateVersion, language: str) -> None:
    """Also when neither found a text to begin with (hr)."""
    theirs, mine = fields(desk, language) | {"title": "Their title"}, fields(desk, language) | {"title": "My title"}
    keeper("curator").post(f"{HERE}{language}/", theirs)
    answer = desk.post(f"{HERE}{language}/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="My title"' in page
    assert "Their" in page.partition('id="conflict"')[2]
    assert text(language).title == "Their title"
    saving = desk.post(f"{HERE}{language}/", mine, headers={"X-Autosave": "1"})
    assert saving.status_code == 409
    assert "Their" in saving.json()["panel"]
    assert text(language).title == "Their title"
    # The plain Save of that page compares again; only the button of the comparison saves over theirs.
    assert answer.context["form"]["seen"].value() == mine["seen"]
    assert desk.post(f"{HERE}{language}/", mine).status_code == 409
    assert text(language).title == "Their title"
    assert f'name="over" value="{answer.context["their_seen"]}"' in page
    assert f'name="over" value="{answer.context["their_seen"]}"' in saving.json()["panel"]
    desk.post(f"{HERE}{language}/", mine | {"over": answer.context["their_seen"]})
    assert text(language).title == "My title"


def test_a_version_that_went_to_review_is_not_written_by_a_late_save(desk: Client, draft: TemplateVersion, ada: User) -> None:
    sent = fields(desk) | {"title": "Late"}
    library_templates.submit_template(draft, by=ada, note="x")
    late = desk.post(f"{HERE}en/", sent, headers={"X-Autosave": "1"})
    assert late.status_code == 409
    assert "in review" in late.json()["status"]
    assert desk.post(f"{HERE}en/", sent)["Location"] == HERE
    assert text().title == "Agent (en)"


def test_source_language_is_chosen_and_shown_part_by_part(desk: Client, draft: TemplateVersion) -> None:
    default = desk.get(f"{HERE}nb/").context
    assert (default["beside"], default["pairs"][0]["words"]) == ("en", "Agent (en)")
    chosen = desk.get(f"{HERE}nb/?source=sv").context
    assert chosen["pairs"][0]["words"] == "Agent (sv)"
    for nothing in ("", "nb", "xx"):
        assert desk.get(f"{HERE}nb/?source={nothing}").context["source"] is None
    assert desk.get(f"{HERE}en/").context["source"] is None
    assert desk.post(f"{HERE}nb/?source=sv", fields(desk, "nb"))["Location"] == f"{HERE}nb/?source=sv"


def test_what_changed_in_english_stands_beside_the_translation_until_it_is_marked(desk: Client, draft: TemplateVersion) -> None:
    digest = source_digest(text("en"))
    TemplateText.objects.update(source_hash=digest)
    desk.post(f"{HERE}en/", fields(desk) | {"must_haves": "Clear speech\nGood hearing"})
    page = desk.get(f"{HERE}nb/")
    assert (page.context["state"].behind_version, page.context["state"].made_from) == (2, 1)
    changed = [pair["change"].label for pair in page.context["pairs"] if pair["change"]]
    assert changed == ["Must-haves"]
    assert "<ins>Good hearing</ins>" in page.content.decode()
    desk.post(f"{HERE}nb/", fields(desk, "nb") | {"title": "Ny tittel"})
    assert desk.get(f"{HERE}nb/").context["state"].behind, "saving alone says nothing about English"
    desk.post(f"{HERE}nb/", fields(desk, "nb") | {"mark": page.context["mark"]})
    assert not desk.get(f"{HERE}nb/").context["state"].behind


def test_settings_of_a_draft_are_changed_and_noted(desk: Client, draft: TemplateVersion) -> None:
    sent = {"channels": ["voice"], "education": "none", "experience_months": "6", "minimum_age": "18", "training_weeks": "3"}
    assert desk.post(f"{HERE}settings/", sent | {"response_promise_days": "99"}).status_code == 422
    assert desk.post(f"{HERE}settings/", sent | {"response_promise_days": "3"})["Location"] == HERE
    draft.refresh_from_db()
    assert (draft.channels, draft.experience_months, draft.training_weeks, draft.response_promise_days) == (["voice"], 6, 3, 3)
    event = LibraryEvent.objects.latest("id")
    assert event.detail["after"]["experience_months"] == 6
    assert [change.after for change in desk.get(f"{HERE}review/").context["facts"]][1:] == ["6", "3", "3"]


def test_preview_speaks_the_language_of_the_posting(desk: Client, draft: TemplateVersion) -> None:
    desk.post(f"{HERE}nb/", fields(desk, "nb") | {"title": "Kundeveileder"})
    article = desk.get(f"{HERE}nb/preview/").context["article"]
    assert "Kundeveileder" in article
    assert 'lang="nb"' in article
    assert "Not written in this language yet" in desk.get(f"{HERE}ru/preview/").content.decode()
    assert desk.get(f"{HERE}xx/preview/").status_code == 404


# --- review and versions --------------------------------------------------------------------------


def test_a_version_goes_through_review_and_postings_keep_theirs(desk: Client, draft: TemplateVersion) -> None:
    old = TemplateVersion.objects.get(number=1)
    posting = PostingFactory.create(role=old.template.role, template_version=old)
    desk.post(f"{HERE}en/", fields(desk) | {"title": "Customer care agent"})
    desk.post(f"{HERE}submit/", {"note": "Shorter title"})
    reviewer = keeper("reviewer")
    shown = reviewer.get(f"{HERE}review/")
    assert [row.language for row in shown.context["changes"]] == ["en"]
    assert shown.context["unchanged"] == ["nb", "sv"]
    assert reviewer.post(f"{HERE}send-back/", {"reason": ""}).status_code == 422
    assert reviewer.post(f"{HERE}send-back/", {"reason": "Say what is new."}).status_code == 302
    assert "Say what is new." in desk.get(HERE).content.decode()
    desk.post(f"{HERE}submit/", {"note": "Care instead of service"})
    assert reviewer.post(f"{HERE}publish/", {"note": "Care instead of service"}).status_code == 302
    published = TemplateVersion.objects.get(state=VersionState.PUBLISHED)
    assert (published.number, published.change_note) == (2, "Care instead of service")
    posting.refresh_from_db()
    assert posting.template_version == old
    assert old.texts.get(language="en").title == "Agent (en)"


def test_a_reviewer_does_not_publish_what_was_not_sent(draft: TemplateVersion) -> None:
    answer = keeper("reviewer").post(f"{HERE}publish/", {"note": "x"})
    assert answer.status_code == 422
    assert "not in review" in answer.content.decode()


def test_two_people_are_told_why(desk: Client, draft: TemplateVersion, settings: Any) -> None:
    settings.LIBRARY_TWO_PEOPLE = True
    assert "Publish without review" not in desk.get(HERE).content.decode()
    desk.post(f"{HERE}submit/", {"note": "x"})
    page = desk.get(f"{HERE}review/")
    assert page.context["objection"].startswith("You sent this to review")
    refused = desk.post(f"{HERE}publish/", {"note": "x"})
    assert refused.status_code == 422
    assert "You sent this to review" in refused.content.decode()
    assert keeper("reviewer").post(f"{HERE}publish/", {"note": "x"}).status_code == 302


def test_english_must_be_complete(desk: Client, draft: TemplateVersion) -> None:
    desk.post(f"{HERE}en/", fields(desk) | {"summary": ""})
    for action in ("submit", "publish"):
        answer = desk.post(f"{HERE}{action}/", {"note": "x"})
        assert answer.status_code == 422
        assert "Complete the English text first" in answer.content.decode()


def test_any_two_versions_are_compared(desk: Client, draft: TemplateVersion, ada: User) -> None:
    desk.post(f"{HERE}nb/", fields(desk, "nb") | {"title": "Veileder"})
    library_templates.publish_template(draft, by=ada, note="Two")
    third = library_templates.start_template_draft(draft.template, by=ada)
    TemplateVersion.objects.filter(pk=third.pk).update(minimum_age=20)
    last = desk.get(f"{HERE}compare/").context
    assert (last["before"].number, last["after"].number, last["changes"]) == (2, 3, [])
    assert [(change.before, change.after) for change in last["facts"]] == [("18", "20")]
    wide = desk.get(f"{HERE}compare/?from=1&to=2").context
    assert [(row.language, [change.label for change in row.changes]) for row in wide["changes"]] == [("nb", ["Title"])]
    for odd in ("?from=99&to=x", "?from=9999999999999999999", "?to=-1"):
        assert desk.get(f"{HERE}compare/{odd}").status_code == 200


def test_an_old_version_is_restored_from_its_page(desk: Client, draft: TemplateVersion, ada: User) -> None:
    desk.post(f"{HERE}en/", fields(desk) | {"title": "Second"})
    library_templates.publish_template(draft, by=ada, note="Two")
    assert "Restore as a new draft" in desk.get(f"{HERE}versions/1/").content.decode()
    desk.post(f"{HERE}versions/1/restore/")
    assert text().title == "Agent (en)"
    assert "A draft is open" in desk.get(f"{HERE}versions/1/").content.decode()


def test_unknown_things_are_not_found(desk: Client, draft: TemplateVersion) -> None:
    for path in (
        "templates/nothing/",
        f"templates/{KEY}/xx/",
        f"templates/{KEY}/versions/99/",
        f"templates/{KEY}/versions/99999999999999/",
    ):
        assert desk.get(f"/curate/{path}").status_code == 404, path
    assert desk.get(f"{HERE}versions/1/?language=xx").status_code == 404


# --- the front page -------------------------------------------------------------------------------------


def test_front_page_lists_what_waits_for_each(desk: Client, draft: TemplateVersion, ada: User) -> None:
    reviewer, translator = keeper("reviewer"), keeper("translator", "hr")
    assert [work.title for work in desk.get("/curate/").context["drafts"]] == ["Agent (en)"]
    gaps = translator.get("/curate/").context["gaps"]
    assert [(gap["language"], gap["rows"][0]["href"]) for gap in gaps] == [("hr", f"{HERE}hr/")]
    library_templates.submit_template(draft, by=ada, note="x")
    assert [work.href for work in reviewer.get("/curate/").context["reviews"]] == [f"{HERE}review/"]
    seen = translator.get("/curate/").context
    assert (seen["reviews"], len(seen["waiting"])) == ([], 1)
    library_templates.send_back_template(draft, by=ada, reason="Shorter")
    assert [work.title for work in desk.get("/curate/").context["sent_back"]] == ["Agent (en)"]
    assert reviewer.get("/curate/").context["sent_back"] == []


def test_retired_templates_ask_nothing_of_translators(desk: Client, template: RoleTemplate, ada: User) -> None:
    library_templates.set_role_in_use(template.role, in_use=False, by=ada)
    assert keeper("translator", "hr").get("/curate/").context["gaps"] == []


@pytest.mark.parametrize("path", ["", "templates/", f"templates/{KEY}/", "questions/", "titles/"])
def test_pages_cost_the_same_for_one_and_for_many(desk: Client, draft: TemplateVersion, path: str, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    publish_questions()
    desk.get(f"/curate/{path}")  # the first request of a session writes it
    with CaptureQueriesContext(connection) as one:
        desk.get(f"/curate/{path}")
    for name in ("two", "three"):
        other = publish_role(name, languages=("en", "nb"))
        TemplateVersion.objects.create(
            template=other.template, number=2, state="in_review", submitted_by=UserFactory.create(), submitted_at=timezone.now()
        )
        publish_questions(key=name)
    with django_assert_num_queries(len(one)):
        desk.get(f"/curate/{path}")
    assert len(one) <= 20


def test_closed_accounts_are_out(draft: TemplateVersion) -> None:
    client = keeper("curator")
    User.objects.filter(library_membership__in=LibraryMember.objects.all()).update(is_active=False)
    assert client.get("/curate/").status_code in {302, 404}
