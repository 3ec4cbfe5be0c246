"""The shipped library goes into the database once, and never over a curator's work."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from callcenter_jobs.accounts.models import User
from postings.enums import ImportKind, StageKind, VersionState
from postings.models import (
    CareerMove,
    CareerStep,
    Certificate,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryImport,
    LibraryScreeningQuestion,
    PayFigure,
    QuestionText,
    Role,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services import library_files, library_import, library_loading, library_templates, library_titles
from postings.services.library_files import Library, LibraryError
from postings.services.library_loading import LoadReport


@pytest.fixture(scope="module")
def library() -> Library:
    return library_files.read()


@pytest.fixture(scope="module")
def loaded(library: Library, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LoadReport]:
    """The library in the database, once: each test works in a transaction of its own inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield library_loading.load(library)
        transaction.set_rollback(True)


def test_every_language_of_the_portal_is_there(library: Library) -> None:
    assert library.languages == [code for code, _name in settings.LANGUAGES]


@pytest.mark.django_db
def test_loading_twice_changes_nothing(library: Library, loaded: LoadReport) -> None:
    assert len(loaded.published) == len(library.roles) + len(library.banks)
    assert library_loading.load(library).is_empty
    assert TemplateText.objects.count() == len(library.roles) * len(library.languages)
    assert all(not text.missing for text in TemplateText.objects.all())
    assert all(text.is_complete for text in QuestionText.objects.all())


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_each_role_has_one_preferred_title_per_language(library: Library) -> None:
    for language in library.languages:
        assert TitleAlias.objects.filter(language=language, is_preferred=True).count() == Role.objects.count()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_plans_start_with_new_and_kits_are_filled(library: Library) -> None:
    for plan in InterviewPlan.objects.all():
        kinds = [stage.kind for stage in plan.stages.all()]
        assert kinds[0] == StageKind.APPLIED
        assert kinds[-1] == StageKind.OFFER
    wanted = sum(len(kit["questions"]) for kit in library_files.kits_of(library).values())
    assert KitQuestion.objects.count() == wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_changed_files_become_the_next_published_version(library: Library) -> None:
    changed = copy.deepcopy(library)
    changed.texts["en"]["templates"]["agent-sales"]["summary"] = "A new summary. It has two sentences."
    report = library_loading.load(changed)
    assert report.published == ["template agent-sales"]
    states = TemplateVersion.objects.filter(template__role__key="agent-sales").order_by("number").values_list("state", flat=True)
    assert list(states) == [VersionState.RETIRED, VersionState.PUBLISHED]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_curators_version_is_not_overwritten_but_offered_a_draft(library: Library) -> None:
    own = TemplateVersion.objects.get(template__role__key="agent-sales")
    own.content_hash = ""
    own.save()
    changed = copy.deepcopy(library)
    changed.texts["en"]["templates"]["agent-sales"]["summary"] = "A new summary. It has two sentences."
    report = library_loading.load(changed)
    assert (report.published, report.offered) == ([], ["template agent-sales"])
    own.refresh_from_db()
    assert own.state == VersionState.PUBLISHED
    assert library_loading.load(changed).is_empty


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_an_alias_that_a_curator_removed_stays_away(library: Library) -> None:
    TitleAlias.objects.filter(text="CSR").delete()
    library_loading.load(library)
    assert not TitleAlias.objects.filter(text="CSR").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_kits_go_on_with_the_questions_of_the_next_version(library: Library) -> None:
    changed = copy.deepcopy(library)
    changed.texts["en"]["questions"]["questions"]["agent-why-service"]["probes"] = "Something else."
    before = KitQuestion.objects.count()
    library_loading.load(changed)
    assert KitQuestion.objects.count() == before
    assert not KitQuestion.objects.exclude(question__version__state=VersionState.PUBLISHED).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_titles_follow_the_files_but_not_over_a_curators_choice(library: Library, ada: User) -> None:
    role = Role.objects.get(key="agent-sales")
    changed = copy.deepcopy(library)
    titles = changed.texts["en"]["titles"]["agent-sales"]
    gone = titles["aliases"].pop()["text"]
    titles["aliases"].append({"text": titles["preferred"], "source": "trade"})
    titles["preferred"] = "Sales adviser by phone"
    library_loading.load(changed)
    assert role.title_in("en") == "Sales adviser by phone"
    assert not role.titles.filter(language="en", text=gone).exists()
    own = library_titles.add_title(role, language="en", text="Our own word", by=ada)
    library_titles.prefer_title(own, by=ada)
    titles["preferred"] = "Yet another"
    library_loading.load(changed)
    role = Role.objects.get(key="agent-sales")
    assert role.title_in("en") == "Our own word"
    assert role.titles.filter(language="en", text="Yet another").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_what_a_curator_edited_is_offered_as_an_import_and_applied_when_they_say_so(library: Library, ada: User) -> None:
    """One of each kind that is not kept in versions; the untouched neighbors are taken over at once."""
    now = timezone.now()
    figure = PayFigure.objects.get(key="bls-2024-median-hour")
    figure.amount, figure.edited_at = Decimal("21.00"), now
    figure.save()
    models: tuple[Any, ...] = (CareerMove, CareerStep, Certificate, InstructionClause, InterviewKit, LibraryScreeningQuestion)
    for model in models:
        model.objects.filter(pk=model.objects.first().pk).update(edited_at=now)
    changed = copy.deepcopy(library)
    changed.pay["bls-2024-median-hour"]["amount"] = 20.60
    changed.pay["bls-2024-median-year"]["amount"] = 42831
    move = CareerMove.objects.get(edited_at__isnull=False).key
    changed.texts["sv"]["career"]["moves"][move] = "Nya ord om steget."
    kit = InterviewKit.objects.get(edited_at__isnull=False).key
    changed.texts["en"]["kits"][kit]["intro"] = "A new introduction."
    report = library_loading.load(changed)
    assert set(report.offered) == {"pay/bls-2024-median-hour", f"move/{move}", f"kit/{kit}"}
    figure.refresh_from_db()
    assert figure.amount == Decimal("21.00")
    assert PayFigure.objects.get(key="bls-2024-median-year").amount == 42831
    item = LibraryImport.objects.get(kind=ImportKind.SHIPPED)
    assert item.problems == []
    assert {(change["area"], change["key"]) for change in item.changes} == {
        ("pay", "bls-2024-median-hour"), ("career", f"moves/{move}"), ("kit", kit),
    }  # fmt: skip
    assert library_loading.load(changed).is_empty, "offered once"
    library_import.apply(item, by=ada)
    figure.refresh_from_db()
    assert figure.amount == Decimal("20.60")
    assert CareerMove.objects.get(key=move).words_in("sv")["changes"] == "Nya ord om steget."
    assert InterviewKit.objects.get(key=kit).intro_in("en") == "A new introduction."


def test_broken_files_are_named(tmp_path: object, library: Library) -> None:
    broken = copy.deepcopy(library)
    del broken.texts["en"]["templates"]["agent-sales"]
    broken.roles["agent-sales"]["plan"] = "nowhere"
    assert library_files._problems(broken)[:2] == [
        "roles: agent-sales names the unknown plan nowhere",
        "en/templates: agent-sales is missing",
    ]


def test_yaml_that_does_not_parse_is_an_error_with_the_file_name(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "roles.yaml").write_text("- key: [", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"roles\.yaml"):
        library_files.read(folder)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_an_offered_draft_that_a_curator_has_reworded_is_theirs_from_then_on(library: Library, ada: User) -> None:
    own = TemplateVersion.objects.get(template__role__key="agent-sales")
    own.content_hash = ""
    own.save()
    changed = copy.deepcopy(library)
    words = changed.texts["en"]["templates"]["agent-sales"]
    words["summary"] = "A new summary. It has two sentences."
    library_loading.load(changed)
    offered = TemplateVersion.objects.get(template=own.template, state=VersionState.DRAFT)
    text = offered.texts.get(language="en")
    library_templates.save_template_text(offered, language="en", content=text.content() | {"title": "Ours"}, by=ada)
    library_templates.publish_template(offered, by=ada, note="Taken over")
    words["summary"] = "Yet another summary. It has two sentences."
    report = library_loading.load(changed)
    assert (report.published, report.offered) == ([], ["template agent-sales"])
    published = TemplateVersion.objects.get(template=own.template, state=VersionState.PUBLISHED)
    assert published.texts.get(language="en").title == "Ours"


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_stage_that_stays_in_its_place_stays_hidden(library: Library) -> None:
    plan = InterviewPlan.objects.exclude(key=None).order_by("key")[0]
    hidden = plan.stages.order_by("position")[1]
    plan.stages.filter(pk=hidden.pk).update(is_visible=False)
    changed = copy.deepcopy(library)
    changed.texts["en"]["plans"][str(plan.key)]["name"] = "Another name"
    library_loading.load(changed)
    plan.refresh_from_db()
    assert plan.names["en"] == "Another name"
    assert list(plan.stages.filter(is_visible=False).values_list("position", "kind")) == [(hidden.position, hidden.kind)]
