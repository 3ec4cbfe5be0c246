"""From a role template to a posting's content. Words are copied by value: what the library changes later, no posting notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from postings.enums import LanguageLevel, VersionState
from postings.models import (
    Employer,
    InterviewPlan,
    LibraryScreeningQuestion,
    PaySupplement,
    Posting,
    PostingLanguage,
    PostingText,
    ScreeningQuestion,
    Site,
    StartClass,
    TemplateText,
    TemplateVersion,
)
from postings.services.editing import EditRefused, editing, normalize_pay
from postings.services.plans import copy_plan
from postings.services.revisions import STEP_FIELDS, TEXT_FIELDS

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

TITLE_LIMIT = 90
LIST_FIELDS = frozenset({"duties", "must_haves", "nice_to_haves", "measures"})
# Own to each posting, so a duplicate starts without them.
NOT_COPIED = frozenset(
    {"id", "code", "state", "plan", "created_at", "created_by", "updated_at", "published_at", "closed_at", "copied_from", "closes_on"}
)


class TextMissing(EditRefused):
    """The template says nothing in the wanted language, and the caller did not ask for another one."""


def template_text(version: TemplateVersion, language: str) -> TemplateText | None:
    """The template's words in ``language``, if it has at least a title and duties there."""
    found = next((text for text in version.texts.all() if text.language == language), None)
    return found if found and found.title and found.duties else None


@transaction.atomic
def create_posting_from_template(
    *,
    employer: Employer,
    version: TemplateVersion,
    language: str,
    by: User,
    site: Site | None = None,
    fallback: str | None = None,
    screening: Iterable[str] | None = None,
    plan_key: str | None = None,
) -> Posting:
    """A draft with the template's words in ``language``, its defaults, screening questions and plan.

    Without words in ``language`` it raises ``TextMissing``, unless ``fallback`` names the language to start from (the
    posting is then in ``language`` and its words wait to be translated). The version must be published and its role in
    use. ``screening`` and ``plan_key`` choose from the library instead of what the template suggests; an empty
    ``plan_key`` means the plain stages.
    """
    if version.state != VersionState.PUBLISHED or not version.template.role.is_active:
        raise EditRefused("role", _("This template is not published, so no posting can start from it."))
    if language not in dict(settings.LANGUAGES):
        raise EditRefused("language", _("Choose one of the languages in the list."))
    if site is not None and site.employer_id != employer.pk:
        raise EditRefused("site", _("Choose one of your own sites."))
    text = template_text(version, language) or (template_text(version, fallback) if fallback else None)
    if text is None:
        raise TextMissing("language", _("This template has no text in that language yet."))
    role = version.template.role
    plan = _library_plan(version.plan_key if plan_key is None else plan_key, must=plan_key is not None)
    posting = Posting.objects.create(
        employer=employer,
        language=language,
        role=role,
        template_version=version,
        plan=copy_plan(plan),
        tier=role.tier,
        work_type=role.work_type,
        direction=role.direction,
        channels=list(version.channels),
        site=site,
        city=site.city if site else "",
        country=site.country if site else employer.country,
        education=version.education,
        experience_months=version.experience_months,
        minimum_age=version.minimum_age,
        training_weeks=version.training_weeks,
        # The promise that the team and this kind of hiring can both keep.
        response_promise_days=max(version.response_promise_days, employer.response_promise_days),
        created_by=by,
    )
    words = {name: getattr(text, name) for name in TEXT_FIELDS}
    PostingText.objects.create(posting=posting, language=language, **{**words, "title": text.title[:TITLE_LIMIT]})
    PostingLanguage.objects.create(posting=posting, language=language, level=LanguageLevel.B2)
    copy_library_questions(posting, version.screening_keys if screening is None else screening)
    return posting


def _library_plan(key: str, *, must: bool) -> InterviewPlan | None:
    """The library's plan, or none for the plain stages. One that the caller named has to be there."""
    plan = InterviewPlan.objects.filter(key=key).prefetch_related("stages").first() if key else None
    if plan is None and key and must:
        raise EditRefused("plan", _("Choose one of the plans in the list."))
    return plan


def copy_library_questions(posting: Posting, keys: Iterable[str]) -> None:
    """Put the library's questions behind those the posting has, in the order of ``keys``; unknown keys are left out."""
    wanted = list(keys)
    known = {question.key: question for question in LibraryScreeningQuestion.objects.filter(key__in=wanted)}
    start = posting.screening_questions.count()
    ScreeningQuestion.objects.bulk_create(
        ScreeningQuestion(
            posting=posting,
            library_key=key,
            position=start + place,
            kind=known[key].kind,
            texts=known[key].texts,
            options=known[key].options,
            accepted=known[key].accepted,
            is_knockout=known[key].is_knockout,
        )
        for place, key in enumerate(wanted)
        if key in known
    )


def save_step(*, posting: Posting, step: str, values: Mapping[str, Any], by: User, seen: str | None = None) -> None:
    """Store one step of the posting form. ``values`` holds cleaned values by field name; lists of rows come as dicts.

    Raises ``EditConflict``, ``PublishRefused`` (see ``editing``) and ``EditRefused``.
    """
    with editing(posting, by=by, seen=seen) as locked:
        for name in STEP_FIELDS[step]:
            if name in values:
                setattr(locked, name, values[name])
        RELATED[step](locked, values)


def replace_text(*, posting: Posting, language: str, words: Mapping[str, Any], by: User, seen: str | None = None) -> None:
    """Write the posting's words in one more language, or new ones in a language it has."""
    if language not in dict(settings.LANGUAGES):
        raise EditRefused("language", _("Choose one of the languages in the list."))
    with editing(posting, by=by, seen=seen) as locked:
        _write_text(locked, language, words)


def remove_text(*, posting: Posting, language: str, by: User, seen: str | None = None) -> None:
    """Take a translation away; the posting's own language stays."""
    if language == posting.language:
        raise EditRefused("language", _("The posting is written in this language, so its text stays."))
    with editing(posting, by=by, seen=seen) as locked:
        locked.texts.filter(language=language).delete()


@transaction.atomic
def duplicate_posting(*, posting: Posting, by: User) -> Posting:
    """A new draft with the same content and its own plan. The closing date and past start dates stay behind."""
    source = Posting.objects.for_page().get(pk=posting.pk)
    copied = {field.name: getattr(source, field.name) for field in Posting._meta.concrete_fields if field.name not in NOT_COPIED}
    copy = Posting(**copied, plan=copy_plan(source.plan), created_by=by, copied_from=source)
    normalize_pay(copy)
    copy.save()
    for text in source.texts.all():
        PostingText.objects.create(posting=copy, language=text.language, **{name: getattr(text, name) for name in TEXT_FIELDS})
    PostingLanguage.objects.bulk_create(
        PostingLanguage(posting=copy, language=row.language, level=row.level, is_required=row.is_required) for row in source.languages.all()
    )
    PaySupplement.objects.bulk_create(
        PaySupplement(posting=copy, kind=row.kind, percent=row.percent, amount=row.amount) for row in source.supplements.all()
    )
    today = timezone.localdate()
    StartClass.objects.bulk_create(
        StartClass(posting=copy, starts_on=row.starts_on, seats=row.seats) for row in source.start_classes.all() if row.starts_on > today
    )
    ScreeningQuestion.objects.bulk_create(_copies(copy, (row for row in source.screening_questions.all() if row.is_active)))
    return copy


def _copies(posting: Posting, questions: Iterable[ScreeningQuestion]) -> list[ScreeningQuestion]:
    names = ("library_key", "kind", "texts", "options", "accepted", "is_knockout", "is_required")
    return [
        ScreeningQuestion(posting=posting, position=place, **{name: getattr(question, name) for name in names})
        for place, question in enumerate(questions)
    ]


def _write_text(posting: Posting, language: str, words: Mapping[str, Any]) -> None:
    given = {name: words[name] for name in TEXT_FIELDS if name in words}
    PostingText.objects.update_or_create(posting=posting, language=language, defaults=given)


def _work(posting: Posting, values: Mapping[str, Any]) -> None:
    _write_text(posting, posting.language, values)


def _when(posting: Posting, values: Mapping[str, Any]) -> None:
    site: Site | None = values["site"]
    if site is not None and site.employer_id != posting.employer_id:
        raise EditRefused("site", _("Choose one of your own sites."))
    posting.site = site
    posting.city = site.city if site else ""
    posting.country = site.country if site else values["country"]


def _pay(posting: Posting, values: Mapping[str, Any]) -> None:
    posting.supplements.all().delete()
    PaySupplement.objects.bulk_create(PaySupplement(posting=posting, **row) for row in values["supplements"])


def _who(posting: Posting, values: Mapping[str, Any]) -> None:
    posting.languages.all().delete()
    PostingLanguage.objects.bulk_create(PostingLanguage(posting=posting, **row) for row in values["languages"])


def _hiring(posting: Posting, values: Mapping[str, Any]) -> None:
    """Classes keep their row, and with it the candidates who chose them, as long as their date or their code is sent."""
    wanted: list[dict[str, Any]] = list(values["start_classes"])
    existing = list(posting.start_classes.all())
    by_date = {row.starts_on: row for row in existing}
    by_code = {row.code: row for row in existing}
    kept: dict[int, dict[str, Any]] = {}
    for row in wanted:
        same_day = by_date.get(row["starts_on"])
        if same_day:
            kept[same_day.pk] = row
    new: list[dict[str, Any]] = []
    for row in (row for row in wanted if row["starts_on"] not in by_date):
        moved = by_code.get(row.get("code", ""))
        if moved and moved.pk not in kept:
            kept[moved.pk] = row
        else:
            new.append(row)
    posting.start_classes.exclude(pk__in=list(kept)).delete()
    for row_pk, row in kept.items():
        StartClass.objects.filter(pk=row_pk).update(starts_on=row["starts_on"], seats=row["seats"])
    StartClass.objects.bulk_create(StartClass(posting=posting, starts_on=row["starts_on"], seats=row["seats"]) for row in new)


RELATED = {"work": _work, "when": _when, "pay": _pay, "who": _who, "hiring": _hiring}
