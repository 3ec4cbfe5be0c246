"""One candidate for one posting, and its append-only history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.enums import ActorKind, Disposition, Source, Status
from applicants.models.candidate import Candidate
from applicants.querysets import ApplicationQuerySet
from callcenter_jobs.lib.codes import long_code
from postings.enums import LanguageLevel, StageKind
from postings.models import Employer, Posting, PostingRevision, ScreeningQuestion, Stage, StartClass
from postings.models.choices import a_language, only
from postings.shifts import FULL_MASK, ShiftFit, ShiftGrid


class Application(models.Model):
    """``stage`` is where it is; only ``applicants.pipeline`` writes it. ``status`` is derived from the stage.

    Contact details are what the candidate typed for this application. ``version`` grows with every stage
    change, so that two recruiters cannot move the same card from different places.
    ``link_version`` is part of the private status link; raising it makes old links stop working.
    """

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="applications", editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    revision = models.ForeignKey(PostingRevision, on_delete=models.PROTECT, null=True, related_name="applications", editable=False)
    code = models.CharField(max_length=26, unique=True, default=long_code, editable=False)
    idempotency_key = models.CharField(max_length=64, editable=False)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)  # E.164
    language = models.CharField(_("language of the messages"), max_length=5, choices=settings.LANGUAGES)
    time_zone = models.CharField(max_length=60, default="UTC")
    availability_mask = models.BigIntegerField(_("availability"), default=0)
    start_class = models.ForeignKey(
        StartClass, on_delete=models.SET_NULL, null=True, blank=True, related_name="applications", verbose_name=_("preferred start")
    )
    source = models.CharField(_("source"), max_length=16, choices=Source.choices, default=Source.PORTAL)
    consent_version = models.CharField(max_length=20)
    consented_at = models.DateTimeField()

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="applications", editable=False)
    stage_entered_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    disposition = models.CharField(_("disposition"), max_length=14, choices=Disposition.choices, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_flagged = models.BooleanField(_("an answer needs a look"), default=False)
    # The day by which the employer promised to answer; cleared by the first move that tells the candidate something.
    reply_due_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    # The digest to the hiring team that names this application: all of one digest share the moment.
    digested_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-submitted_at", "-id")
        constraints = [
            a_language("language", name="application_language_known"),
            only("source", Source, name="application_source_known"),
            only("disposition", Disposition, name="application_disposition_known", blank=True),
            models.UniqueConstraint(fields=["posting", "idempotency_key"], name="application_once_per_key"),
            models.UniqueConstraint(
                fields=["posting", "candidate"],
                condition=Q(ended_at__isnull=True),
                name="application_one_active_per_posting",
                violation_error_message=_("You have already applied for this job."),
            ),
            models.CheckConstraint(condition=Q(disposition="") | Q(ended_at__isnull=False), name="application_disposition_only_at_end"),
            models.CheckConstraint(condition=Q(availability_mask__range=(0, FULL_MASK)), name="application_availability_in_range"),
        ]
        indexes = [
            models.Index(fields=["posting", "stage", "stage_entered_at"], name="application_board"),
            models.Index(fields=["employer", "-submitted_at"], name="application_by_employer"),
            models.Index(fields=["employer", "reply_due_on"], condition=Q(ended_at__isnull=True), name="application_reply_due"),
            models.Index(fields=["employer", "digested_at"], name="application_by_digest"),
            models.Index(fields=["employer"], condition=Q(digested_at__isnull=True), name="application_undigested"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def status(self) -> Status:
        match self.stage.kind:
            case StageKind.HIRED:
                return Status.HIRED
            case StageKind.REJECTED:
                return Status.REJECTED
            case StageKind.WITHDRAWN:
                return Status.WITHDRAWN
        return Status.ACTIVE

    @property
    def availability(self) -> ShiftGrid:
        return ShiftGrid(self.availability_mask)

    @property
    def fit(self) -> ShiftFit:
        """How the candidate's week covers the posting's."""
        return self.posting.shifts.fit(self.availability)

    @property
    def about(self) -> str:
        """The outbox's name for what a message is about."""
        return f"application:{self.code}"

    def get_absolute_url(self) -> str:
        return reverse("hiring:application", args=[self.employer.slug, self.code])


class ApplicationLanguage(models.Model):
    """A language the candidate says they speak."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(_("language"), max_length=3)
    level = models.CharField(_("level"), max_length=2, choices=LanguageLevel.choices)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["application", "language"], name="application_language_once"),
            only("level", LanguageLevel, name="application_language_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class Answer(models.Model):
    """An answer to a screening question: ``value`` is "yes"/"no", an option key, a number as text, or text.

    ``is_flagged`` says that it does not meet a knock-out; a human decides what follows.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(ScreeningQuestion, on_delete=models.PROTECT, related_name="answers")
    value = models.CharField(max_length=1000, blank=True)
    is_flagged = models.BooleanField(default=False)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("question__position", "id")
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="answer_once_per_question")]

    def __str__(self) -> str:
        return f"{self.application_id}:{self.question_id}"


class StageChange(models.Model):
    """Append-only: from where to where, by whom, when and why. Funnels, clocks and the status page read these rows."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="stage_changes")
    seq = models.PositiveIntegerField()
    from_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=10, choices=ActorKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    disposition = models.CharField(max_length=14, choices=Disposition.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["application", "seq"], name="stage_change_seq_once"),
            only("actor", ActorKind, name="stage_change_actor_known"),
            only("disposition", Disposition, name="stage_change_disposition_known", blank=True),
            models.CheckConstraint(condition=Q(from_stage__isnull=True) | ~Q(from_stage=F("to_stage")), name="stage_change_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.seq}"


class Correction(models.Model):
    """An answer that the candidate changed while the application was new: what it was, what it became."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="corrections")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="corrections", null=True, blank=True)
    field = models.CharField(max_length=30)
    before = models.CharField(max_length=1000, blank=True)
    after = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.application_id} {self.field}"


class Note(models.Model):
    """A remark of the hiring team; the candidate never sees it in the portal."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("note"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.application_id} note"
