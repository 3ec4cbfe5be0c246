"""What curators do: drafts of templates and question banks, their words, and publishing them.

A published version never changes. Editing starts a draft that copies it; publishing the draft retires the
version before. Postings and kits keep the version they were made from.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.enums import VersionState
from postings.models import (
    BankVersion,
    Question,
    QuestionBank,
    QuestionText,
    Role,
    RoleTemplate,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services.library_files import digest

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

SOURCE = settings.LANGUAGE_CODE
OPEN_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)
MOST_QUESTIONS = 60
MOST_TITLES = 80


class LibraryRefused(Exception):
    """Something a curator may not do now; ``message`` says why, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ChangedMeanwhile(LibraryRefused):
    """Somebody else saved the same text after it was opened; ``current`` is what stands there now."""

    def __init__(self, current: TemplateText | QuestionText) -> None:
        super().__init__(_("Somebody else has changed this text since you opened it. Compare the two, then save again."))
        self.current = current


# --- versions of templates --------------------------------------------------------------------


def published_version(template: RoleTemplate) -> TemplateVersion | None:
    return template.versions.filter(state=VersionState.PUBLISHED).prefetch_related("texts").first()


def draft_version(template: RoleTemplate) -> TemplateVersion | None:
    return template.versions.filter(state__in=OPEN_STATES).prefetch_related("texts").first()


@transaction.atomic
def start_template_draft(template: RoleTemplate, *, by: User) -> TemplateVersion:
    """The open draft, or a new one that copies the published version. Two curators who start together get the same one."""
    RoleTemplate.objects.select_for_update().get(pk=template.pk)
    draft = draft_version(template)
    if draft is not None:
        return draft
    source = published_version(template)
    draft = _copied(source) if source else TemplateVersion(template=template)
    draft.number = _next_number(template.versions)
    draft.state, draft.created_by, draft.created_at = VersionState.DRAFT, by, timezone.now()
    draft.content_hash, draft.change_note, draft.published_at, draft.published_by = "", "", None, None
    draft.save()
    TemplateText.objects.bulk_create(_copied(text, version=draft) for text in (source.texts.all() if source else []))
    return draft


@transaction.atomic
def save_template_text(
    version: TemplateVersion, *, language: str, content: dict[str, Any], by: User, seen: datetime | None = None
) -> TemplateText:
    """Write a draft's words in one language. ``seen`` is when the editor's copy was last saved; raises
    ``ChangedMeanwhile`` when that is no longer true, ``LibraryRefused`` when the version is no draft."""
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    text = TemplateText.objects.filter(version=locked, language=language).first() or TemplateText(version=locked, language=language)
    _must_be_unchanged(text, seen)
    for name, value in content.items():
        setattr(text, name, value)
    text.updated_by = by
    text.source_hash = _source_hash(locked.texts.filter(language=SOURCE).first(), text, language)
    text.save()
    return text


@transaction.atomic
def publish_template(version: TemplateVersion, *, by: User, note: str) -> TemplateVersion:
    """Make a draft the version that new postings start from. English must be complete: every other language falls back to it."""
    RoleTemplate.objects.select_for_update().get(pk=version.template_id)
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    source = locked.texts.filter(language=SOURCE).first()
    if source is None or source.missing:
        raise LibraryRefused(_("Complete the English text first: the other languages fall back to it."))
    TemplateVersion.objects.filter(template_id=locked.template_id, state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    locked.state, locked.published_at, locked.published_by, locked.change_note = VersionState.PUBLISHED, timezone.now(), by, note
    locked.save()
    return locked


@transaction.atomic
def drop_template_draft(version: TemplateVersion) -> None:
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    locked.delete()


# --- versions of question banks ---------------------------------------------------------------


def published_bank(bank: QuestionBank) -> BankVersion | None:
    return _bank_versions(bank).filter(state=VersionState.PUBLISHED).first()


def draft_bank(bank: QuestionBank) -> BankVersion | None:
    return _bank_versions(bank).filter(state__in=OPEN_STATES).first()


def _bank_versions(bank: QuestionBank) -> QuerySet[BankVersion]:
    return BankVersion.objects.filter(bank=bank).prefetch_related("questions__texts")


@transaction.atomic
def start_bank_draft(bank: QuestionBank, *, by: User) -> BankVersion:
    """The open draft, or a new one that copies the published questions."""
    QuestionBank.objects.select_for_update().get(pk=bank.pk)
    draft = draft_bank(bank)
    if draft is not None:
        return draft
    source = published_bank(bank)
    draft = BankVersion.objects.create(bank=bank, number=_next_number(bank.versions), created_by=by)
    texts: list[QuestionText] = []
    for question in source.questions.all() if source else []:
        copy = _copied(question, version=draft)
        copy.save()
        texts += [_copied(text, question=copy) for text in question.texts.all()]
    QuestionText.objects.bulk_create(texts)
    return draft


@transaction.atomic
def add_question(version: BankVersion, *, category: str, is_public: bool, text: str) -> Question:
    """A new question at the end of a draft, with its English wording."""
    locked = BankVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    if locked.questions.count() >= MOST_QUESTIONS:
        raise LibraryRefused(_("A bank holds at most %(limit)d questions.") % {"limit": MOST_QUESTIONS})
    last = locked.questions.aggregate(last=Max("position"))["last"] or 0
    question = Question.objects.create(version=locked, key=_question_key(locked), category=category, is_public=is_public, position=last + 1)
    QuestionText.objects.create(question=question, language=SOURCE, text=text)
    return question


@transaction.atomic
def save_question(
    question: Question,
    *,
    language: str,
    content: dict[str, Any],
    category: str,
    is_public: bool,
    seen: datetime | None = None,
) -> QuestionText:
    """Write a draft question's words in one language, and its language-neutral marks."""
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    _must_be_open(version.state)
    text = QuestionText.objects.filter(question=question, language=language).first() or QuestionText(question=question, language=language)
    _must_be_unchanged(text, seen)
    for name, value in content.items():
        setattr(text, name, value)
    text.source_hash = _source_hash(question.texts.filter(language=SOURCE).first(), text, language)
    text.save()
    Question.objects.filter(pk=question.pk).update(category=category, is_public=is_public)
    return text


@transaction.atomic
def remove_question(question: Question) -> None:
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    _must_be_open(version.state)
    question.delete()


@transaction.atomic
def move_question(question: Question, *, up: bool) -> None:
    """Swap with the neighbor; at the end of the list nothing happens."""
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    _must_be_open(version.state)
    rows = list(version.questions.all())
    here = next(place for place, row in enumerate(rows) if row.pk == question.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, 1):
        row.position = position
    Question.objects.bulk_update(rows, ["position"])


@transaction.atomic
def publish_bank(version: BankVersion, *, by: User, note: str) -> BankVersion:
    """Make a draft bank the one that practice pages show and new kits draw on."""
    QuestionBank.objects.select_for_update().get(pk=version.bank_id)
    locked = BankVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    questions = locked.questions.prefetch_related("texts")
    if not questions:
        raise LibraryRefused(_("A bank needs at least one question."))
    for place, question in enumerate(questions, 1):
        source = next((text for text in question.texts.all() if text.language == SOURCE), None)
        if source is None or not source.is_complete:
            raise LibraryRefused(_("Complete question %(place)d in English first: the other languages fall back to it.") % {"place": place})
    BankVersion.objects.filter(bank_id=locked.bank_id, state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    locked.state, locked.published_at, locked.published_by, locked.change_note = VersionState.PUBLISHED, timezone.now(), by, note
    locked.save()
    return locked


@transaction.atomic
def drop_bank_draft(version: BankVersion) -> None:
    locked = BankVersion.objects.select_for_update().get(pk=version.pk)
    _must_be_open(locked.state)
    locked.delete()


# --- titles -----------------------------------------------------------------------------------


def add_title(role: Role, *, language: str, text: str) -> TitleAlias:
    """A further name that people search for. Raises ``LibraryRefused`` for one that is there already."""
    if role.titles.filter(language=language).count() >= MOST_TITLES:
        raise LibraryRefused(_("A role has at most %(limit)d titles per language.") % {"limit": MOST_TITLES})
    is_first = not role.titles.filter(language=language, is_preferred=True).exists()
    try:
        with transaction.atomic():
            return TitleAlias.objects.create(
                role=role, language=language, text=text, normalized=search_key(text), is_preferred=is_first, source="curator"
            )
    except IntegrityError:
        raise LibraryRefused(_("“%(title)s” is already in this list.") % {"title": text}) from None


def remove_title(title: TitleAlias) -> None:
    if title.is_preferred:
        raise LibraryRefused(_("The preferred title cannot be removed. Prefer another one first."))
    title.delete()


@transaction.atomic
def prefer_title(title: TitleAlias) -> None:
    """Make ``title`` the one that pages show."""
    rows = TitleAlias.objects.select_for_update().filter(role_id=title.role_id, language=title.language)
    rows.filter(is_preferred=True).update(is_preferred=False)
    rows.filter(pk=title.pk).update(is_preferred=True)


# --- the small print --------------------------------------------------------------------------


def is_behind(text: TemplateText | QuestionText, source: TemplateText | QuestionText | None) -> bool:
    """Whether a translation was made from an English text that has changed since."""
    return text.language != SOURCE and source is not None and bool(text.source_hash) and text.source_hash != digest(source.content())


def _source_hash(source: TemplateText | QuestionText | None, text: TemplateText | QuestionText, language: str) -> str:
    """What a translation that is saved now was made from; the source language is its own."""
    return digest((text if language == SOURCE or source is None else source).content())


def _must_be_open(state: str) -> None:
    if state not in OPEN_STATES:
        raise LibraryRefused(_("This version is published and does not change any more. Start a new version."))


def _must_be_unchanged(text: TemplateText | QuestionText, seen: datetime | None) -> None:
    if seen is not None and text.pk is not None and text.updated_at != seen:
        raise ChangedMeanwhile(text)


def _next_number(versions: Any) -> int:
    last: int | None = versions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _question_key(version: BankVersion) -> str:
    taken = set(Question.objects.filter(version__bank_id=version.bank_id).values_list("key", flat=True))
    number = len(taken) + 1
    while f"{version.bank.key}-{number}" in taken:
        number += 1
    return f"{version.bank.key}-{number}"


M = TypeVar("M", bound=Model)


def _copied(row: M, **changes: Any) -> M:
    """An unsaved copy of a row, with ``changes``."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
