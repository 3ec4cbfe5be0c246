"""Drafts of role templates, their words per language, and publishing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from postings.enums import VersionState
from postings.models import RoleTemplate, TemplateText, TemplateVersion
from postings.services.library import (
    OPEN_STATES,
    SOURCE,
    LibraryRefused,
    copied,
    must_be_open,
    must_be_unchanged,
    next_number,
    source_hash,
)

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


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
    draft = copied(source) if source else TemplateVersion(template=template)
    draft.number = next_number(template.versions)
    draft.state, draft.created_by, draft.created_at = VersionState.DRAFT, by, timezone.now()
    draft.content_hash, draft.change_note, draft.published_at, draft.published_by = "", "", None, None
    draft.save()
    TemplateText.objects.bulk_create(copied(text, version=draft) for text in (source.texts.all() if source else []))
    return draft


@transaction.atomic
def save_template_text(
    version: TemplateVersion, *, language: str, content: dict[str, Any], by: User, seen: datetime | None = None
) -> TemplateText:
    """Write a draft's words in one language. ``seen`` is when the editor's copy was last saved; raises
    ``ChangedMeanwhile`` when that is no longer true, ``LibraryRefused`` when the version is no draft."""
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    must_be_open(locked.state)
    text = TemplateText.objects.filter(version=locked, language=language).first() or TemplateText(version=locked, language=language)
    must_be_unchanged(text, seen)
    for name, value in content.items():
        setattr(text, name, value)
    text.updated_by = by
    text.source_hash = source_hash(locked.texts.filter(language=SOURCE).first(), text, language)
    text.save()
    return text


@transaction.atomic
def publish_template(version: TemplateVersion, *, by: User, note: str) -> TemplateVersion:
    """Make a draft the version that new postings start from. English must be complete: every other language falls back to it."""
    RoleTemplate.objects.select_for_update().get(pk=version.template_id)
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    must_be_open(locked.state)
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
    must_be_open(locked.state)
    locked.delete()
