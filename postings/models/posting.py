"""The published advertisement and everything a call-center vacancy states."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.codes import short_code
from callcenter_jobs.lib.text import slug_of
from callcenter_jobs.lib.workdays import add_working_days
from postings.enums import (
    Benefit,
    Channel,
    Direction,
    Education,
    EmploymentType,
    LanguageLevel,
    PayBasis,
    PayFrequency,
    PostingState,
    SupplementKind,
    Tier,
    Workplace,
    WorkType,
)
from postings.models.choices import a_language, only, subset
from postings.models.employer import Employer, Site
from postings.models.plan import InterviewPlan
from postings.models.role import Role, TemplateVersion
from postings.querysets import PostingQuerySet
from postings.shifts import FULL_MASK, ShiftGrid


class Posting(models.Model):
    """One advertisement. ``state`` is written only by ``postings.services.publishing``.

    ``tier``, ``work_type`` and ``direction`` are copied from the role, ``city`` and ``country`` from the site,
    and ``hourly_min``/``hourly_max`` computed by ``postings.pay``, so that lists and facets read one table.
    """

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="postings")
    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=PostingState.choices, default=PostingState.DRAFT, editable=False)
    language = models.CharField(_("language of the posting"), max_length=5, choices=settings.LANGUAGES)

    # what the work is
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="postings")
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="postings")
    plan = models.OneToOneField(InterviewPlan, on_delete=models.PROTECT, related_name="posting")
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    work_type = models.CharField(_("work type"), max_length=20, choices=WorkType.choices)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices), verbose_name=_("channels"), default=list, blank=True)
    client_program = models.CharField(_("brand or client program"), max_length=80, blank=True)
    openings = models.PositiveSmallIntegerField(_("openings"), default=1, help_text=_("How many people may be hired. 1 to 500."))

    # where
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("site"))
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    workplace = models.CharField(_("workplace"), max_length=8, choices=Workplace.choices, default=Workplace.ON_SITE)
    remote_countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries where the person may live"), default=list, blank=True
    )
    needs_own_computer = models.BooleanField(_("own computer"), default=False)
    needs_internet = models.BooleanField(_("stable internet connection"), default=False)
    needs_headset = models.BooleanField(_("own headset"), default=False)
    needs_quiet_room = models.BooleanField(_("quiet room"), default=False)

    # when
    employment_type = models.CharField(_("employment"), max_length=12, choices=EmploymentType.choices, default=EmploymentType.FULL_TIME)
    is_student_friendly = models.BooleanField(_("suits students"), default=False)
    hours_min = models.DecimalField(_("hours per week, from"), max_digits=4, decimal_places=1, default=Decimal(40))
    hours_max = models.DecimalField(_("hours per week, to"), max_digits=4, decimal_places=1, default=Decimal(40))
    shift_mask = models.BigIntegerField(_("shifts"), default=0)
    is_rotating = models.BooleanField(_("rotating shifts"), default=False)
    shift_hours = models.DecimalField(_("length of a shift in hours"), max_digits=3, decimal_places=1, null=True, blank=True)
    rota_notice_weeks = models.PositiveSmallIntegerField(_("weeks the rota is known ahead"), null=True, blank=True)
    can_choose_days_off = models.BooleanField(_("preferred days off can be chosen"), default=False)

    # pay
    pay_basis = models.CharField(_("pay basis"), max_length=8, choices=PayBasis.choices, blank=True)
    pay_min = models.DecimalField(_("pay from"), max_digits=12, decimal_places=2, null=True, blank=True)
    pay_max = models.DecimalField(_("pay to"), max_digits=12, decimal_places=2, null=True, blank=True)
    pay_currency = models.CharField(_("currency"), max_length=3, blank=True)
    pay_frequency = models.CharField(_("paid"), max_length=14, choices=PayFrequency.choices, blank=True)
    has_bonus = models.BooleanField(_("bonus"), default=False)
    has_commission = models.BooleanField(_("commission"), default=False)
    pay_extra = models.CharField(_("how bonus and commission work"), max_length=300, blank=True)
    hourly_min = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True, editable=False)
    hourly_max = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True, editable=False)
    hourly_is_estimate = models.BooleanField(default=False, editable=False)

    # training and what is asked for
    training_weeks = models.PositiveSmallIntegerField(_("weeks of training"), default=0)
    is_training_paid = models.BooleanField(_("training is paid"), default=True)
    licence = models.CharField(_("licence needed"), max_length=120, blank=True)
    experience_months = models.PositiveSmallIntegerField(_("months of experience needed"), default=0)
    education = models.CharField(_("education"), max_length=12, choices=Education.choices, default=Education.NONE)
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), default=18)
    needs_transport = models.BooleanField(_("reliable transport"), default=False)
    needs_right_to_work = models.BooleanField(_("right to work in the country"), default=True)
    needs_background_check = models.BooleanField(_("background check"), default=False)
    benefits = ArrayField(models.CharField(max_length=14, choices=Benefit.choices), verbose_name=_("benefits"), default=list, blank=True)

    # the promise and the clock
    response_promise_days = models.PositiveSmallIntegerField(
        _("response promise in working days"), default=5, help_text=_("The applicant hears from you within this time. 1 to 60.")
    )
    closes_on = models.DateField(
        _("last day to apply"), null=True, blank=True, help_text=_("Leave empty to keep it open until you close it.")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at", "-id")
        constraints = [
            only("state", PostingState, name="posting_state_known"),
            a_language("language", name="posting_language_known"),
            only("tier", Tier, name="posting_tier_known"),
            only("work_type", WorkType, name="posting_work_type_known"),
            only("direction", Direction, name="posting_direction_known"),
            only("workplace", Workplace, name="posting_workplace_known"),
            only("employment_type", EmploymentType, name="posting_employment_type_known"),
            only("pay_basis", PayBasis, name="posting_pay_basis_known", blank=True),
            only("pay_frequency", PayFrequency, name="posting_pay_frequency_known", blank=True),
            only("education", Education, name="posting_education_known"),
            subset("channels", Channel, name="posting_channels_known"),
            subset("benefits", Benefit, name="posting_benefits_known"),
            models.CheckConstraint(condition=Q(openings__range=(1, 500)), name="posting_openings_1_to_500"),
            models.CheckConstraint(
                condition=Q(hours_min__gt=0, hours_max__lte=60, hours_min__lte=F("hours_max")), name="posting_hours_in_order"
            ),
            models.CheckConstraint(condition=Q(shift_mask__range=(0, FULL_MASK)), name="posting_shift_mask_in_range"),
            models.CheckConstraint(
                condition=Q(pay_min__isnull=True, pay_max__isnull=True, pay_basis="", pay_currency="")
                | (Q(pay_min__gte=0, pay_min__lte=F("pay_max")) & ~Q(pay_basis="") & ~Q(pay_currency="")),
                name="posting_pay_whole_and_in_order",
            ),
            models.CheckConstraint(condition=Q(minimum_age__range=(15, 25)), name="posting_minimum_age_15_to_25"),
            models.CheckConstraint(condition=Q(response_promise_days__range=(1, 60)), name="posting_promise_1_to_60"),
            models.CheckConstraint(
                condition=Q(state=PostingState.DRAFT) | Q(published_at__isnull=False), name="posting_published_before_open"
            ),
            models.CheckConstraint(condition=~Q(state=PostingState.CLOSED) | Q(closed_at__isnull=False), name="posting_closed_has_a_time"),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=Q(state="open"), name="posting_open_newest"),
            models.Index(fields=["closes_on"], condition=Q(state="open"), name="posting_open_closing"),
            models.Index(fields=["employer", "state", "-published_at"], name="posting_by_employer"),
            models.Index(fields=["employer", "-updated_at", "-id"], name="posting_desk_newest"),
            models.Index(fields=["role", "-published_at"], condition=Q(state="open"), name="posting_open_by_role"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def shifts(self) -> ShiftGrid:
        return ShiftGrid(self.shift_mask)

    def text_in(self, language: str) -> PostingText | None:
        """The words in ``language``, else in the posting's own language. Reads the prefetched ``texts``."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or texts.get(self.language) or next(iter(texts.values()), None)

    @property
    def title(self) -> str:
        """The title in the posting's own language: postings are shown as they were written."""
        text = self.text_in(self.language)
        return text.title if text else self.code

    def get_absolute_url(self) -> str:
        return reverse("public:posting", args=[slug_of(self.title) or "job", self.code])

    def local_day(self, at: datetime | None = None) -> date:
        """The day of ``at`` (or now) where the job is: promises and last days count there, whoever looks and from where."""
        try:
            zone: tzinfo = ZoneInfo(self.site.time_zone) if self.site else UTC
        except (ZoneInfoNotFoundError, ValueError):
            zone = UTC
        return timezone.localdate(at, timezone=zone)

    def promised_day(self, applied_at: datetime) -> date:
        """The day by which whoever applied at ``applied_at`` was promised an answer."""
        return add_working_days(self.local_day(applied_at), self.response_promise_days)

    def is_open(self, *, on: date | None = None) -> bool:
        """Whether people may apply: the same rule as ``PostingQuerySet.open``."""
        today = on or self.local_day()
        return self.state == PostingState.OPEN and (self.closes_on is None or self.closes_on >= today)

    @property
    def has_pay(self) -> bool:
        return self.pay_min is not None


class PostingText(models.Model):
    """A posting in one language; the shapes of the lists are those of ``TemplateText``.

    ``search`` is kept by a database trigger (see the migration) with the stemming of the language.
    """

    # Found by ``posting_text_titles``, which begins with it.
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=90)
    summary = models.TextField(_("summary"), max_length=1200, blank=True)
    duties = models.JSONField(_("duties"), default=list, blank=True)
    must_haves = models.JSONField(_("must-haves"), default=list, blank=True)
    nice_to_haves = models.JSONField(_("nice-to-haves"), default=list, blank=True)
    measures = models.JSONField(_("measures of success"), default=list, blank=True)
    reports_to = models.CharField(_("reports to"), max_length=120, blank=True)
    preview = models.JSONField(_("what it is really like"), default=dict, blank=True)
    call_to_action = models.CharField(_("call to action"), max_length=300, blank=True)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        constraints = [
            a_language("language", name="posting_text_language_known"),
            models.UniqueConstraint(fields=["posting", "language"], name="posting_text_once_per_language"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="posting_text_search"),
            # A list needs twenty titles, and whole texts lie far apart.
            models.Index(fields=["posting", "language"], include=["title"], name="posting_text_titles"),
        ]

    def __str__(self) -> str:
        return self.title


class PostingLanguage(models.Model):
    """A language the work needs, with its level."""

    # Found by ``posting_languages_in_order``, which begins with it.
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="languages", db_index=False)
    language = models.CharField(_("language"), max_length=3, help_text=_("ISO 639 code."))
    level = models.CharField(_("level"), max_length=2, choices=LanguageLevel.choices)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ("-is_required", "id")
        constraints = [
            models.UniqueConstraint(fields=["posting", "language"], name="posting_language_once"),
            only("level", LanguageLevel, name="posting_language_level_known"),
        ]
        indexes = [
            # All that a list says of them, in its order.
            models.Index(fields=["posting", "-is_required", "id"], include=["language", "level"], name="posting_languages_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class PaySupplement(models.Model):
    """An addition to base pay: a percentage of it, or an amount per hour in the posting's currency."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="supplements")
    kind = models.CharField(_("supplement"), max_length=10, choices=SupplementKind.choices)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=1, null=True, blank=True)
    amount = models.DecimalField(_("amount per hour"), max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            only("kind", SupplementKind, name="supplement_kind_known"),
            models.UniqueConstraint(fields=["posting", "kind"], name="supplement_kind_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=300, amount__isnull=True) | Q(percent__isnull=True, amount__gt=0),
                name="supplement_percent_or_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.kind}"


class StartClass(models.Model):
    """A dated training cohort with seats."""

    # Found by ``start_class_once_per_date``, which begins with it.
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="start_classes", db_index=False)
    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    starts_on = models.DateField(_("start date"))
    seats = models.PositiveSmallIntegerField(_("seats"))

    class Meta:
        ordering = ("starts_on",)
        constraints = [
            models.UniqueConstraint(fields=["posting", "starts_on"], name="start_class_once_per_date"),
            models.CheckConstraint(condition=Q(seats__range=(1, 500)), name="start_class_seats_1_to_500"),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.starts_on}"


class PostingRevision(models.Model):
    """What applicants saw: the whole public content at one moment, written when an open posting is published or edited."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["posting", "number"], name="posting_revision_number_once")]

    def __str__(self) -> str:
        return f"{self.posting_id} r{self.number}"


class PostingEvent(models.Model):
    """Append-only history of a posting's state."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=8, blank=True)
    to_state = models.CharField(max_length=8, choices=PostingState.choices)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [only("to_state", PostingState, name="posting_event_state_known")]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.from_state}→{self.to_state}"
