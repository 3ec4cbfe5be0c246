"""Role templates: drafts, their words per language, restoring an old version, and taking a role out of use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, VersionState
from postings.models import Role, RoleTemplate, TemplateText, TemplateVersion
from postings.services import library_review as review
from postings.services.library import (
    OPEN_STATES,
    SOURCE,
    LibraryRefused,
    compared_hash,
    copied,
    must_be_draft,
    must_be_unchanged,
)
from postings.services.library_files import digest
from postings.services.library_history import record, record_sitting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

FACTS = (
    "channels",
    "education",
    "experience_months",
    "minimum_age",
    "training_weeks",
    "response_promise_days",
    "screening_keys",
    "plan_key",
    "bank_key",
)


class SettingsChanged(LibraryRefused):
    """Somebody else saved the settings after they were opened; ``current`` is what stands there now."""

    def __init__(self, current: TemplateVersion) -> None:
        super().__init__(_("Somebody else has changed this since you opened it. Compare the two, then save again."))
        self.current = current


def settings_mark(version: TemplateVersion) -> str:
    """What an editor has seen of the settings: differs as soon as one of them does."""
    return digest({name: getattr(version, name) for name in FACTS})


def _gap(version: TemplateVersion) -> str:
    source = version.texts.filter(language=SOURCE).first()
    if source is None or source.missing:
        return _("Complete the English text first: the other languages fall back to it.")
    return ""


def _last_writer(version: TemplateVersion) -> int | None:
    last = version.texts.filter(updated_by__isnull=False).order_by("-updated_at").first()
    return last.updated_by_id if last else None


KIND = review.Kind(
    area=LibraryArea.TEMPLATE,
    whole="template",
    key_of=lambda version: version.template.role.key,
    gap=_gap,
    last_writer=_last_writer,
)


def published_version(template: RoleTemplate) -> TemplateVersion | None:
    return template.versions.filter(state=VersionState.PUBLISHED).prefetch_related("texts").first()


def draft_version(template: RoleTemplate) -> TemplateVersion | None:
    """The version that is being worked on: a draft, or one in review."""
    return template.versions.filter(state__in=OPEN_STATES).prefetch_related("texts").first()


@transaction.atomic
def start_template_draft(template: RoleTemplate, *, by: User) -> TemplateVersion:
    """The open draft, or a new one that copies the published version. Two curators who start together get the same one."""
    RoleTemplate.objects.select_for_update().get(pk=template.pk)
    draft = draft_version(template)
    if draft is not None:
        return draft
    return _draft_from(template, published_version(template), by=by, action=LibraryAction.CREATED)


@transaction.atomic
def restore_template_version(version: TemplateVersion, *, by: User) -> TemplateVersion:
    """A new draft with the words and settings of an old version. Refused while another draft is open, which it would replace."""
    template = RoleTemplate.objects.select_for_update().get(pk=version.template_id)
    if draft_version(template) is not None:
        raise LibraryRefused(_("A draft is open. Publish or drop it first, then restore."))
    # Restoring is writing: where two people are asked for, somebody else publishes it.
    return _draft_from(template, version, by=by, action=LibraryAction.RESTORED, writer=by)


def _draft_from(
    template: RoleTemplate, source: TemplateVersion | None, *, by: User, action: LibraryAction, writer: User | None = None
) -> TemplateVersion:
    draft: TemplateVersion = review.new_draft(source or TemplateVersion(template=template), template.versions, by=by)
    draft.save()
    # updated_by says who changed the words in this draft: copies are nobody's.
    texts = source.texts.all() if source else []
    TemplateText.objects.bulk_create(copied(text, version=draft, updated_by=writer) for text in texts)
    record(
        LibraryArea.TEMPLATE,
        template.role.key,
        action,
        by=by,
        after={"version": draft.number, "from": source.number if source else None},
    )
    return draft


@transaction.atomic
def save_template_text(
    version: TemplateVersion,
    *,
    language: str,
    content: dict[str, Any],
    by: User,
    seen: datetime | None = None,
    mark: str = "",
) -> TemplateText:
    """Write a draft's words in one language; the same words again change nothing.

    ``seen`` is when the editor's copy was last saved; raises ``ChangedMeanwhile`` when that is no longer true,
    ``LibraryRefused`` when the version is no draft. ``mark`` is the digest of the English text the writer has
    compared with: the translation then counts as up to date, unless English has changed once more.
    """
    locked = _locked(version)
    rows = {text.language: text for text in locked.texts.all()}
    text = rows.get(language) or TemplateText(version=locked, language=language)
    differs = text.pk is None or any(getattr(text, name) != value for name, value in content.items())
    if differs:
        must_be_unchanged(text, seen)
    is_new = text.pk is None
    before = {name: getattr(text, name) for name in content if getattr(text, name) != content[name]}
    for name, value in content.items():
        setattr(text, name, value)
    source = rows.get(SOURCE)
    if is_new or language == SOURCE or mark or not text.source_hash:
        text.source_hash = compared_hash(source, text, language, mark)
    if differs:
        text.updated_by = by
        text.save()
        TemplateVersion.objects.filter(pk=locked.pk).update(updated_at=text.updated_at)
        _note_saving(locked, language, by=by, before=before, after={name: content[name] for name in before})
    elif mark:
        # Not through save(): the words are as old as they were.
        TemplateText.objects.filter(pk=text.pk).update(source_hash=text.source_hash)
        record(LibraryArea.TEMPLATE, locked.template.role.key, LibraryAction.CHANGED, by=by, language=language, after={"up_to_date": True})
    return text


@transaction.atomic
def save_template_settings(version: TemplateVersion, *, values: dict[str, Any], by: User, seen: str = "") -> TemplateVersion:
    """Write what a draft's postings start with (``FACTS``). ``seen`` is the ``settings_mark`` the editor started from;
    raises ``SettingsChanged`` when it is another now, ``LibraryRefused`` when the version is no draft."""
    locked = _locked(version)
    if seen and seen != settings_mark(locked) and any(getattr(locked, name) != values[name] for name in FACTS):
        raise SettingsChanged(locked)
    before = {name: getattr(locked, name) for name in FACTS if getattr(locked, name) != values[name]}
    if before:
        for name in before:
            setattr(locked, name, values[name])
        locked.save(update_fields=[*before, "updated_at"])
        after = {name: values[name] for name in before}
        record(LibraryArea.TEMPLATE, locked.template.role.key, LibraryAction.CHANGED, by=by, before=before, after=after)
    return locked


def _locked(version: TemplateVersion) -> TemplateVersion:
    """The draft, locked for writing. Refused when it has been dropped, sent to review or published meanwhile."""
    locked = TemplateVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None:
        raise LibraryRefused(_("Somebody has dropped this draft meanwhile."))
    must_be_draft(locked.state)
    return locked


def _note_saving(version: TemplateVersion, language: str, *, by: User, before: dict[str, Any], after: dict[str, Any]) -> None:
    detail = {"version": version.number}
    record_sitting(LibraryArea.TEMPLATE, version.template.role.key, by=by, language=language, before=detail | before, after=detail | after)


@transaction.atomic
def submit_template(version: TemplateVersion, *, by: User, note: str) -> TemplateVersion:
    submitted: TemplateVersion = review.submit(KIND, version, by=by, note=note)
    return submitted


@transaction.atomic
def take_back_template(version: TemplateVersion, *, by: User) -> TemplateVersion:
    draft: TemplateVersion = review.take_back(KIND, version, by=by)
    return draft


@transaction.atomic
def send_back_template(version: TemplateVersion, *, by: User, reason: str) -> TemplateVersion:
    draft: TemplateVersion = review.send_back(KIND, version, by=by, reason=reason)
    return draft


@transaction.atomic
def publish_template(version: TemplateVersion, *, by: User, note: str, read: str = "") -> TemplateVersion:
    """Make a version the one that new postings start from; ``read`` as in ``library_review.publish``."""
    published: TemplateVersion = review.publish(KIND, version, by=by, note=note, read=read)
    return published


@transaction.atomic
def drop_template_draft(version: TemplateVersion, *, by: User) -> None:
    review.drop(KIND, version, by=by)


@transaction.atomic
def set_role_in_use(role: Role, *, in_use: bool, by: User) -> bool:
    """Retire a role or take it into use again. Its postings keep their template; nothing new starts from a retired one.
    False when it was so already."""
    changed = Role.objects.filter(pk=role.pk, is_active=not in_use).update(is_active=in_use)
    if changed:
        record(LibraryArea.TEMPLATE, role.key, LibraryAction.REVIVED if in_use else LibraryAction.RETIRED, by=by)
    return bool(changed)
