"""Question banks and interview kits: what to ask, what a strong answer shows, how to score it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from postings.enums import QuestionCategory, Tier, VersionState
from postings.models.choices import a_language, only
from postings.models.role import Role


class QuestionBank(models.Model):
    """The questions of a tier, or of one role. The questions live in versions, as a template's words do."""

    key = models.SlugField(max_length=60, unique=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    role = models.ForeignKey(Role, on_delete=models.SET_NULL, null=True, blank=True, related_name="banks")
    names = models.JSONField(_("names per language"), default=dict)  # {"en": "Agent", …}
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "key")
        constraints = [only("tier", Tier, name="bank_tier_known")]

    def __str__(self) -> str:
        return self.key

    def name_in(self, language: str) -> str:
        names: dict[str, str] = self.names
        return names.get(language) or names.get("en") or self.key

    @property
    def shown_name(self) -> str:
        """The name in the active language."""
        return self.name_in(get_language() or "en")


class BankVersion(models.Model):
    """One version of a bank. A published version never changes. The library's kits move on to the questions of the next
    one (``services.library_kits``); an employer's kits keep theirs."""

    bank = models.ForeignKey(QuestionBank, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(_("what to change"), max_length=500, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            only("state", VersionState, name="bank_version_state_known"),
            models.UniqueConstraint(fields=["bank", "number"], name="bank_version_number_once"),
            models.UniqueConstraint(fields=["bank"], condition=Q(state=VersionState.PUBLISHED), name="bank_version_one_published"),
            models.UniqueConstraint(
                fields=["bank"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.IN_REVIEW]),
                name="bank_version_one_draft",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.PUBLISHED) | Q(published_at__isnull=False), name="bank_version_published_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id} v{self.number}"


class Question(models.Model):
    """One question of a bank's version. ``is_public`` ones are shown for practice, never with their anchors."""

    version = models.ForeignKey(BankVersion, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=80)
    category = models.CharField(_("category"), max_length=12, choices=QuestionCategory.choices)
    is_public = models.BooleanField(_("public practice question"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            only("category", QuestionCategory, name="question_category_known"),
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once_per_version"),
        ]

    def __str__(self) -> str:
        return self.key

    def text_in(self, language: str) -> QuestionText | None:
        """The words in ``language``, else in English. Reads the prefetched ``texts``."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or texts.get("en")


class QuestionText(models.Model):
    """A question in one language. ``anchors`` maps "1" … "5" to what such an answer sounds like."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.TextField(_("question"), max_length=500, blank=True)
    probes = models.TextField(_("what it probes"), max_length=500, blank=True)
    strong = models.TextField(_("what a strong answer shows"), max_length=1000, blank=True)
    weak = models.TextField(_("what a weak answer shows"), max_length=1000, blank=True)
    anchors = models.JSONField(_("scoring anchors"), default=dict, blank=True)
    tip = models.TextField(_("what they want to hear"), max_length=1000, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            a_language("language", name="question_text_language_known"),
            models.UniqueConstraint(fields=["question", "language"], name="question_text_once_per_language"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    REQUIRED = ("text", "probes", "strong", "weak")
    SCORES = ("1", "2", "3", "4", "5")

    @property
    def is_complete(self) -> bool:
        return all(getattr(self, name) for name in self.REQUIRED) and all(self.anchors.get(score) for score in self.SCORES)

    def content(self) -> dict[str, object]:
        """All the words of this language."""
        return {name: getattr(self, name) for name in (*self.REQUIRED, "tip", "anchors")}


class InterviewKit(models.Model):
    """What one interviewer receives for a stage: questions in order. Library kits have no employer."""

    key = models.SlugField(max_length=80, unique=True)
    employer = models.ForeignKey("postings.Employer", on_delete=models.CASCADE, null=True, blank=True, related_name="kits")
    names = models.JSONField(_("names per language"), default=dict)
    intros = models.JSONField(_("introductions per language"), default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes planned"), default=45)
    # When a curator last changed a library kit: from then on the loader offers instead of applying.
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.key

    def name_in(self, language: str) -> str:
        names: dict[str, str] = self.names
        return names.get(language) or names.get("en") or self.key

    def intro_in(self, language: str) -> str:
        intros: dict[str, str] = self.intros
        return intros.get(language) or intros.get("en") or ""


class KitQuestion(models.Model):
    kit = models.ForeignKey(InterviewKit, on_delete=models.CASCADE, related_name="kit_questions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="kit_questions")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["kit", "question"], name="kit_question_once")]

    def __str__(self) -> str:
        return f"{self.kit_id}:{self.question_id}"
