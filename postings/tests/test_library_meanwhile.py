"""Two who act on the same thing: nobody's work is lost, nobody publishes what they have not read; and how the history tells it."""

from __future__ import annotations

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import VersionState
from postings.models import InterviewKit, LibraryEvent, RoleTemplate, TemplateVersion, TitleAlias
from postings.presenters_facts import of_event
from postings.services import library_templates, library_titles, library_words
from postings.services.library import LibraryRefused
from postings.tests.factories import LibraryMemberFactory, RoleFactory
from postings.tests.library import publish_role

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


@pytest.fixture
def reviewer(db: None) -> Client:
    member = LibraryMemberFactory.create(role="reviewer", languages=[], user=UserFactory.create(name="A reviewer"))
    client = Client()
    client.force_login(member.user)
    return client


def test_a_review_page_that_was_left_open_publishes_nothing_unread(reviewer: Client, draft: TemplateVersion, ada: User) -> None:
    library_templates.submit_template(draft, by=ada, note="One")
    form = reviewer.get(f"{HERE}review/").context["publish_form"]
    sent = {"note": "Read", "read": form.initial["read"]}
    library_templates.take_back_template(draft, by=ada)
    library_templates.submit_template(draft, by=ada, note="Two")
    refused = reviewer.post(f"{HERE}publish/", sent)
    assert refused.status_code == 422
    assert "taken back" in str(refused.context["publish_form"].non_field_errors())
    draft.refresh_from_db()
    assert draft.state == VersionState.IN_REVIEW
    # The page it got shows the version as it is now.
    assert reviewer.post(f"{HERE}publish/", {"note": "Read", "read": refused.context["publish_form"]["read"].value()}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == VersionState.PUBLISHED


def test_two_curators_with_the_same_settings_open_are_told(desk: Client, draft: TemplateVersion) -> None:
    form = desk.get(f"{HERE}settings/").context["form"]
    sent = {name: form.initial[name] for name in form.fields} | {"channels": ["voice", "chat"]}
    TemplateVersion.objects.filter(pk=draft.pk).update(training_weeks=9)
    answer = desk.post(f"{HERE}settings/", sent)
    assert answer.status_code == 422
    assert [change.label for change in answer.context["clash"]] == ["Channels", "Weeks of training"]
    assert answer.context["form"]["channels"].value() == ["voice", "chat"]
    assert desk.post(f"{HERE}settings/", sent | {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    draft.refresh_from_db()
    assert (draft.training_weeks, draft.channels) == (2, ["voice", "chat"])


def test_the_history_speaks_of_fields_and_codes_as_people_do(ada: User) -> None:
    member = LibraryEvent(area="member", action="changed", detail={"before": {"role": "translator", "languages": ["nb", "sv"]}})
    version = LibraryEvent(area="template", action="restored", detail={"after": {"version": 5, "from": 2, "note": "Back"}})
    done = LibraryEvent(area="import", action="imported", detail={"after": {"made": 3, "left_out": 1}})
    figure = LibraryEvent(
        area="pay", action="changed", detail={"before": {"measure": "mean", "is_active": "yes"}, "after": {"measure": "median"}}
    )
    shown = [[(row.label, row.before, row.after) for row in of_event(event)] for event in (member, version, done, figure)]
    assert shown == [
        [("Role", "Translator", ""), ("Languages", "Norwegian Bokmål, Swedish", "")],
        [("Version", "", "5"), ("From", "", "2"), ("Note", "", "Back")],
        [("Changes", "", "3"), ("Left out", "", "1")],
        [("Measure", "Average", "Median"), ("Shown", "Yes", "")],
    ]


def test_a_title_that_went_meanwhile_leaves_the_preferred_one_where_it_is(ada: User) -> None:
    role = RoleFactory.create(key="role-with-titles")
    first = library_titles.add_title(role, language="en", text="First", by=ada)
    second = library_titles.add_title(role, language="en", text="Second", by=ada)
    stale = TitleAlias.objects.get(pk=second.pk)
    library_titles.remove_title(second, by=ada)
    with pytest.raises(LibraryRefused, match="removed"):
        library_titles.prefer_title(stale, by=ada)
    first.refresh_from_db()
    assert first.is_preferred
    third = library_titles.add_title(role, language="en", text="Third", by=ada)
    library_titles.prefer_title(TitleAlias.objects.get(pk=third.pk), by=ada)
    assert not third.is_preferred, "as a page had it that was opened before"
    with pytest.raises(LibraryRefused, match="preferred"):
        library_titles.remove_title(third, by=ada)


def test_words_of_a_kit_that_went_meanwhile_are_refused(ada: User) -> None:
    kit = InterviewKit.objects.create(key="gone", names={"en": "Gone"})
    stale = InterviewKit.objects.get(pk=kit.pk)
    kit.delete()
    with pytest.raises(LibraryRefused, match="removed"):
        library_words.save_words(library_words.KINDS["kits"], stale, language="nb", words={"name": "Borte", "intro": ""}, by=ada, seen="x")
