"""The way of a template: draft, review, publishing by two people, restoring, and what the history keeps of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import LibraryAction, VersionState
from postings.models import BankVersion, LibraryEvent, RoleTemplate, TemplateText, TemplateVersion
from postings.services import completeness, library_banks, library_templates
from postings.services.library import ChangedMeanwhile, LibraryRefused, source_digest
from postings.services.library_review import sent_mark
from postings.services.library_templates import FACTS, SettingsChanged, settings_mark
from postings.tests.library import publish_questions, publish_role

KEY = "agent-customer-service"
pytestmark = pytest.mark.django_db


@pytest.fixture
def template() -> RoleTemplate:
    return publish_role(KEY, languages=("en", "nb")).template


@pytest.fixture
def draft(template: RoleTemplate, ada: User) -> TemplateVersion:
    return library_templates.start_template_draft(template, by=ada)


@pytest.fixture
def bo(db: None) -> User:
    return UserFactory.create(name="Bo")


def words(version: TemplateVersion, language: str = "en") -> dict[str, Any]:
    return TemplateText.objects.get(version=version, language=language).content()


def save(version: TemplateVersion, by: User, language: str = "en", **changes: Any) -> TemplateText:
    content = words(version, language) | changes
    return library_templates.save_template_text(version, language=language, content=content, by=by)


def actions(key: str = KEY) -> list[str]:
    return list(LibraryEvent.objects.filter(key=key).order_by("id").values_list("action", flat=True))


def test_a_version_in_review_cannot_be_changed(draft: TemplateVersion, ada: User) -> None:
    library_templates.submit_template(draft, by=ada, note="Shorter")
    with pytest.raises(LibraryRefused, match="in review"):
        save(draft, ada, title="Another")
    library_templates.take_back_template(draft, by=ada)
    assert save(draft, ada, title="Another").title == "Another"


def test_what_a_reviewer_sends_back_carries_the_reason_until_it_is_sent_again(draft: TemplateVersion, ada: User, bo: User) -> None:
    library_templates.submit_template(draft, by=ada, note="Shorter")
    back = library_templates.send_back_template(draft, by=bo, reason="Say how calls are measured.")
    assert (back.state, back.review_note, back.submitted_by) == (VersionState.DRAFT, "Say how calls are measured.", ada)
    with pytest.raises(LibraryRefused):
        library_templates.send_back_template(draft, by=bo, reason="Twice")
    assert library_templates.submit_template(draft, by=ada, note="Shorter").review_note == ""
    assert actions() == [LibraryAction.CREATED, LibraryAction.SUBMITTED, LibraryAction.RETURNED, LibraryAction.SUBMITTED]


def test_english_must_be_complete_before_review_too(draft: TemplateVersion, ada: User) -> None:
    save(draft, ada, summary="")
    with pytest.raises(LibraryRefused, match="Complete the English text"):
        library_templates.submit_template(draft, by=ada, note="x")
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


def test_one_person_is_enough_unless_the_site_says_otherwise(draft: TemplateVersion, ada: User) -> None:
    assert library_templates.publish_template(draft, by=ada, note="Alone").state == VersionState.PUBLISHED


class TestTwoPeople:
    @pytest.fixture(autouse=True)
    def two(self, settings: Any) -> None:
        settings.LIBRARY_TWO_PEOPLE = True

    def test_a_draft_goes_to_review_first(self, draft: TemplateVersion, bo: User) -> None:
        with pytest.raises(LibraryRefused, match="Send it to review first"):
            library_templates.publish_template(draft, by=bo, note="x")

    def test_not_by_who_sent_it(self, draft: TemplateVersion, ada: User, bo: User) -> None:
        library_templates.submit_template(draft, by=ada, note="x")
        with pytest.raises(LibraryRefused, match="You sent this to review"):
            library_templates.publish_template(draft, by=ada, note="x")
        assert library_templates.publish_template(draft, by=bo, note="x").published_by == bo

    def test_not_by_who_wrote_last(self, draft: TemplateVersion, ada: User, bo: User) -> None:
        save(draft, bo, title="By Bo")
        library_templates.submit_template(draft, by=ada, note="x")
        with pytest.raises(LibraryRefused, match="You wrote the last change"):
            library_templates.publish_template(draft, by=bo, note="x")

    def test_words_copied_from_the_published_version_are_nobodys(self, draft: TemplateVersion, ada: User, bo: User) -> None:
        save(draft, bo, title="By Bo")
        library_templates.submit_template(draft, by=bo, note="x")
        library_templates.publish_template(draft, by=ada, note="x")
        again = library_templates.start_template_draft(draft.template, by=ada)
        library_templates.submit_template(again, by=ada, note="y")
        assert library_templates.publish_template(again, by=bo, note="y").number == 3

    def test_who_restores_is_a_writer(self, draft: TemplateVersion, ada: User, bo: User) -> None:
        old = TemplateVersion.objects.get(template=draft.template, number=1)
        library_templates.drop_template_draft(draft, by=ada)
        restored = library_templates.restore_template_version(old, by=bo)
        library_templates.submit_template(restored, by=ada, note="Back")
        with pytest.raises(LibraryRefused, match="You wrote the last change"):
            library_templates.publish_template(restored, by=bo, note="Back")

    def test_a_bank_needs_two_as_well(self, ada: User, bo: User) -> None:
        version = library_banks.start_bank_draft(publish_questions(), by=ada)
        library_banks.submit_bank(version, by=ada, note="x")
        with pytest.raises(LibraryRefused, match="You sent this to review"):
            library_banks.publish_bank(version, by=ada, note="x")
        library_banks.publish_bank(version, by=bo, note="x")
        assert BankVersion.objects.get(bank__key="agent", state="published").number == 2


def test_the_same_words_again_change_nothing(draft: TemplateVersion, ada: User) -> None:
    before = TemplateText.objects.get(version=draft, language="en")
    after = save(draft, ada)
    assert (after.updated_at, after.updated_by) == (before.updated_at, None)
    assert actions() == [LibraryAction.CREATED]


def test_a_sitting_is_one_line_of_history(draft: TemplateVersion, ada: User, bo: User) -> None:
    for title in ("One", "Two", "Three"):
        save(draft, ada, title=title)
    save(draft, ada, "nb", title="En")
    save(draft, bo, title="Four")
    changed = LibraryEvent.objects.filter(action=LibraryAction.CHANGED).order_by("id")
    assert [(event.by, event.language) for event in changed] == [(ada, "en"), (ada, "nb"), (bo, "en")]
    assert changed[0].detail["before"]["title"] == "Agent (en)"
    assert changed[0].detail["after"]["title"] == "Three", "what the sitting left, not its first letters"
    save(draft, bo, title="Five", summary="Shorter.")
    last = LibraryEvent.objects.order_by("id").last()
    assert last is not None
    assert last.detail["before"] == {"version": 2, "title": "Three", "summary": words(draft, "nb")["summary"]}
    assert last.detail["after"] == {"version": 2, "title": "Five", "summary": "Shorter."}


def test_somebody_elses_change_is_never_written_over(draft: TemplateVersion, ada: User, bo: User) -> None:
    opened = TemplateText.objects.get(version=draft, language="en")
    save(draft, bo, title="By Bo")
    with pytest.raises(ChangedMeanwhile) as clash:
        library_templates.save_template_text(
            draft, language="en", content=opened.content() | {"title": "By Ada"}, by=ada, seen=opened.updated_at
        )
    assert isinstance(clash.value.current, TemplateText)
    assert clash.value.current.title == "By Bo"
    # The same words are no conflict: both wanted them.
    library_templates.save_template_text(
        draft, language="en", content=opened.content() | {"title": "By Bo"}, by=ada, seen=opened.updated_at
    )


def behind(version: TemplateVersion) -> dict[str, tuple[int, int]]:
    fresh = TemplateVersion.objects.prefetch_related("texts").get(pk=version.pk)
    versions = list(version.template.versions.prefetch_related("texts"))
    return {state.language: (state.behind_version, state.made_from) for state in completeness.of_template(fresh, versions) if state.behind}


def test_a_language_says_which_version_it_is_behind_and_made_from(draft: TemplateVersion, ada: User) -> None:
    save(draft, ada, "nb", summary="Oppdatert.")
    library_templates.publish_template(draft, by=ada, note="Two")
    third = library_templates.start_template_draft(draft.template, by=ada)
    assert behind(third) == {}
    save(third, ada, title="A new English title")
    # The English of the second version is that of the first; the newest that it fits is named.
    assert behind(third) == {"nb": (3, 2)}
    library_templates.publish_template(third, by=ada, note="Three")
    fourth = library_templates.start_template_draft(draft.template, by=ada)
    assert behind(fourth) == {"nb": (3, 2)}, "English has not changed in the fourth"


def test_writing_does_not_make_a_translation_fresh_but_marking_does(draft: TemplateVersion, ada: User) -> None:
    TemplateText.objects.filter(version=draft, language="nb").update(source_hash=source_digest(_text(draft, "en")))
    save(draft, ada, title="New English")
    save(draft, ada, "nb", title="Ny tittel")
    assert "nb" in behind(draft)
    before = _text(draft, "nb")
    mark = source_digest(_text(draft, "en"))
    library_templates.save_template_text(draft, language="nb", content=before.content(), by=ada, mark=mark)
    assert behind(draft) == {}
    assert _text(draft, "nb").updated_at == before.updated_at


def test_marking_against_english_that_moved_on_again_is_refused(draft: TemplateVersion, ada: User) -> None:
    mark = source_digest(_text(draft, "en"))
    save(draft, ada, title="Moved on")
    with pytest.raises(LibraryRefused, match="changed once more"):
        library_templates.save_template_text(draft, language="nb", content=words(draft, "nb"), by=ada, mark=mark)


def _text(version: TemplateVersion, language: str) -> TemplateText:
    return TemplateText.objects.get(version=version, language=language)


def test_an_old_version_comes_back_as_a_draft(draft: TemplateVersion, ada: User) -> None:
    save(draft, ada, title="Second")
    library_templates.publish_template(draft, by=ada, note="Two")
    old = TemplateVersion.objects.get(template=draft.template, number=1)
    restored = library_templates.restore_template_version(old, by=ada)
    assert (restored.number, restored.state, words(restored)["title"]) == (3, VersionState.DRAFT, "Agent (en)")
    assert library_templates.published_version(draft.template) == draft
    with pytest.raises(LibraryRefused, match="A draft is open"):
        library_templates.restore_template_version(old, by=ada)
    assert actions()[-1] == LibraryAction.RESTORED


def test_a_retired_role_leaves_the_public_pages_and_comes_back(client: Client, template: RoleTemplate, ada: User) -> None:
    role = template.role
    assert client.get(f"/roles/{KEY}/").status_code == 200
    assert library_templates.set_role_in_use(role, in_use=False, by=ada)
    assert not library_templates.set_role_in_use(role, in_use=False, by=ada), "it was retired already"
    assert client.get(f"/roles/{KEY}/").status_code == 404
    library_templates.set_role_in_use(role, in_use=True, by=ada)
    assert client.get(f"/roles/{KEY}/").status_code == 200
    assert actions() == [LibraryAction.RETIRED, LibraryAction.REVIVED]


def test_dropping_a_draft_that_is_gone_says_so(draft: TemplateVersion, ada: User) -> None:
    library_templates.drop_template_draft(draft, by=ada)
    with pytest.raises(LibraryRefused, match="dropped this draft"):
        library_templates.submit_template(draft, by=ada, note="x")
    with pytest.raises(LibraryRefused, match="dropped this draft"):
        library_templates.save_template_text(draft, language="nb", content={"title": "Ny"}, by=ada)
    with pytest.raises(LibraryRefused, match="dropped this draft"):
        library_templates.save_template_settings(draft, values={}, by=ada)


def test_only_what_the_reviewer_has_read_is_published(draft: TemplateVersion, ada: User, bo: User) -> None:
    read = sent_mark(library_templates.submit_template(draft, by=ada, note="One"))
    library_templates.take_back_template(draft, by=ada)
    with pytest.raises(LibraryRefused, match="taken back"):
        library_templates.publish_template(draft, by=bo, note="x", read=read)
    save(draft, ada, title="Not read by anybody")
    again = sent_mark(library_templates.submit_template(draft, by=ada, note="Two"))
    with pytest.raises(LibraryRefused, match="taken back"):
        library_templates.publish_template(draft, by=bo, note="x", read=read)
    assert library_templates.publish_template(draft, by=bo, note="x", read=again).state == VersionState.PUBLISHED


def test_settings_that_somebody_changed_meanwhile_are_not_written_over(draft: TemplateVersion, ada: User, bo: User) -> None:
    seen = settings_mark(draft)
    values = {name: getattr(draft, name) for name in FACTS}
    library_templates.save_template_settings(draft, values=values | {"training_weeks": 9}, by=bo, seen=seen)
    with pytest.raises(SettingsChanged) as clash:
        library_templates.save_template_settings(draft, values=values | {"minimum_age": 20}, by=ada, seen=seen)
    assert clash.value.current.training_weeks == 9
    # Having seen them, it is a decision; the same values need none.
    library_templates.save_template_settings(draft, values=values | {"training_weeks": 9}, by=ada, seen=seen)
    saved = library_templates.save_template_settings(draft, values=values, by=ada, seen=settings_mark(clash.value.current))
    assert saved.training_weeks == values["training_weeks"]
