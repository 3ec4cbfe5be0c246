"""The role library: kinds of work, the curated templates to start a posting from, and what people call them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from postings.enums import Direction, Education, RoleFamily, Tier, VersionState, WorkType
from postings.models.choices import a_language, only


class Role(models.Model):
    """A kind of work. Its codes (ISCO-08, ESCO, US SOC) carry their source in ``codes_source``."""

    key = models.SlugField(max_length=60, unique=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    family = models.CharField(_("role family"), max_length=12, choices=RoleFamily.choices)
    work_type = models.CharField(_("work type"), max_length=20, choices=WorkType.choices)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, default=Direction.INBOUND)
    isco = models.CharField("ISCO-08", max_length=4, blank=True)
    esco_uri = models.URLField("ESCO", max_length=120, blank=True)
    soc = models.CharField("SOC", max_length=10, blank=True)
    codes_source = models.TextField(_("source of the codes"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("position", "key")
        constraints = [
            only("tier", Tier, name="role_tier_known"),
            only("family", RoleFamily, name="role_family_known"),
            only("work_type", WorkType, name="role_work_type_known"),
            only("direction", Direction, name="role_direction_known"),
        ]

    def __str__(self) -> str:
        return self.key

    def title_in(self, language: str | None = None) -> str:
        """The preferred title in ``language`` (the active one by default), else in English, else the key.

        Reads the prefetched ``titles``; without a prefetch it costs one query.
        """
        wanted = language or get_language() or "en"
        preferred = {alias.language: alias.text for alias in self.titles.all() if alias.is_preferred}
        return preferred.get(wanted) or preferred.get("en") or self.key


class TitleAlias(models.Model):
    """A name that people use for a role, in one language; one of them is the preferred title.

    Search compares forms of it: ``normalized`` is in lower case without accents, ``letters`` has no blanks and signs
    either, and ``stems`` are its words without endings, in alphabetical order. A database trigger keeps the last two.
    """

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="titles")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.CharField(_("title"), max_length=120)
    normalized = models.CharField(max_length=120, editable=False, db_index=True)
    stems = models.TextField(default="", editable=False)
    letters = models.TextField(default="", editable=False)
    is_preferred = models.BooleanField(_("preferred title"), default=False)
    source = models.CharField(_("source"), max_length=20, default="trade")

    class Meta:
        ordering = ("-is_preferred", "text", "id")
        indexes = [models.Index(fields=["stems"], name="title_stems"), models.Index(fields=["letters"], name="title_letters")]
        constraints = [
            a_language("language", name="title_language_known"),
            models.UniqueConstraint(fields=["role", "language", "normalized"], name="title_once_per_role_and_language"),
            models.UniqueConstraint(fields=["role", "language"], condition=Q(is_preferred=True), name="title_one_preferred"),
        ]

    def __str__(self) -> str:
        return self.text


class RoleTemplate(models.Model):
    """What a posting of one role starts from. Its content lives in versions; a posting keeps the one it came from."""

    role = models.OneToOneField(Role, on_delete=models.CASCADE, related_name="template")

    def __str__(self) -> str:
        return self.role.key


class TemplateVersion(models.Model):
    """One version of a template: language-neutral defaults here, words per language in ``TemplateText``.

    Changed only by ``postings.services.library_templates`` and ``library_review``; a published version never changes again.
    """

    template = models.ForeignKey(RoleTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    # Defaults of a new posting.
    channels = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    education = models.CharField(max_length=12, choices=Education.choices, default=Education.NONE)
    experience_months = models.PositiveSmallIntegerField(default=0)
    minimum_age = models.PositiveSmallIntegerField(default=18)
    training_weeks = models.PositiveSmallIntegerField(default=2)
    response_promise_days = models.PositiveSmallIntegerField(default=5)
    screening_keys = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    plan_key = models.CharField(max_length=60, blank=True)
    bank_key = models.CharField(max_length=60, blank=True)
    # Hash of the files this version was loaded from; empty for a curator's own version.
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Why a reviewer sent it back; empty again once it is resubmitted.
    review_note = models.CharField(_("what to change"), max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            only("state", VersionState, name="template_version_state_known"),
            only("education", Education, name="template_version_education_known"),
            models.UniqueConstraint(fields=["template", "number"], name="template_version_number_once"),
            models.UniqueConstraint(fields=["template"], condition=Q(state=VersionState.PUBLISHED), name="template_version_one_published"),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.IN_REVIEW]),
                name="template_version_one_draft",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.PUBLISHED) | Q(published_at__isnull=False), name="template_version_published_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"


class TemplateText(models.Model):
    """A template version in one language.

    ``duties``: ``[{"text": str, "share": int percent or null}]``; ``must_haves``, ``nice_to_haves``: ``[str]``;
    ``measures``: ``[{"name": str, "typical": str}]``; ``preview``: ``{"contacts", "script", "monitoring", "hard",
    "good"}`` → str. ``source_hash`` is the hash of the English text this was translated from: when it differs
    from today's, the translation is behind.
    """

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), max_length=1200, blank=True)
    duties = models.JSONField(_("duties"), default=list, blank=True)
    must_haves = models.JSONField(_("must-haves"), default=list, blank=True)
    nice_to_haves = models.JSONField(_("nice-to-haves"), default=list, blank=True)
    measures = models.JSONField(_("measures of success"), default=list, blank=True)
    reports_to = models.CharField(_("reports to"), max_length=120, blank=True)
    preview = models.JSONField(_("what it is really like"), default=dict, blank=True)
    call_to_action = models.CharField(_("call to action"), max_length=300, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            a_language("language", name="template_text_language_known"),
            models.UniqueConstraint(fields=["version", "language"], name="template_text_once_per_language"),
        ]

    REQUIRED = ("title", "summary", "duties", "must_haves", "nice_to_haves", "measures", "preview", "call_to_action")

    def __str__(self) -> str:
        return self.title or f"{self.version_id} {self.language}"

    @property
    def missing(self) -> list[str]:
        """The names of the parts that are still empty; an empty list means the language is complete."""
        return [name for name in self.REQUIRED if not getattr(self, name)]

    def content(self) -> dict[str, Any]:
        """All the words, as they would be copied into a posting."""
        return {name: getattr(self, name) for name in (*self.REQUIRED, "reports_to")}


class LibraryLoad(models.Model):
    """What the loader has taken from the shipped files, by key and content: the same content is never applied
    twice, so what a curator changed or removed afterwards stays changed."""

    key = models.CharField(max_length=140, unique=True)
    content_hash = models.CharField(max_length=64)
    # What was loaded last, where the loader must know what a file no longer says (titles).
    content = models.JSONField(null=True, blank=True)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
