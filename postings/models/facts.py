"""Facts beside the templates: what work pays, how a career runs, and the clauses of a job instruction."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from postings.enums import ClauseSection, Industry, MoveKind, PayMeasure, PayPeriod, RoleFamily, Tier
from postings.models.choices import only, subset
from postings.models.role import Role


class Kept(models.Model):
    """Something the loader brings and curators change. Once a curator has saved it (``edited_at``), changed
    files are offered as an import instead of being applied."""

    key = models.SlugField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class WithTexts(models.Model):
    """Words per language in one column: ``{"en": {"name": str, …}, "nb": …}``; ``WORDS`` names them."""

    WORDS: ClassVar[tuple[str, ...]] = ()
    texts = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def words_in(self, language: str | None = None) -> dict[str, str]:
        """Each of ``WORDS`` in ``language`` (the active one by default), else in English, else empty."""
        texts: dict[str, dict[str, str]] = self.texts
        own, source = texts.get(language or get_language() or "en", {}), texts.get("en", {})
        return {name: own.get(name) or source.get(name) or "" for name in self.WORDS}

    def missing_in(self, language: str) -> list[str]:
        """The words that English has and ``language`` lacks."""
        texts: dict[str, dict[str, Any]] = self.texts
        return [name for name in self.WORDS if texts.get("en", {}).get(name) and not texts.get(language, {}).get(name)]


class PayFigure(Kept):
    """One published figure of pay, exactly as its source gives it; ``is_converted`` marks what was worked out
    from a published one, and ``conversion`` says how."""

    role = models.ForeignKey(Role, on_delete=models.SET_NULL, null=True, blank=True, related_name="pay_figures", verbose_name=_("role"))
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    country = models.CharField(_("country"), max_length=2)
    industry = models.CharField(_("industry"), max_length=14, choices=Industry.choices, blank=True)
    employer_name = models.CharField(_("named employer"), max_length=80, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    period = models.CharField(_("period"), max_length=6, choices=PayPeriod.choices)
    measure = models.CharField(_("measure"), max_length=8, choices=PayMeasure.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, help_text=_("Empty when the source does not say."))
    source_name = models.CharField(_("source"), max_length=160)
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)
    source_note = models.CharField(_("what the source says"), max_length=300, blank=True)
    is_converted = models.BooleanField(_("converted from a published figure"), default=False)
    conversion = models.CharField(_("how it was converted"), max_length=200, blank=True)
    is_active = models.BooleanField(_("shown"), default=True)

    class Meta:
        ordering = ("position", "key")
        constraints = [
            only("tier", Tier, name="pay_figure_tier_known"),
            only("industry", Industry, name="pay_figure_industry_known", blank=True),
            only("period", PayPeriod, name="pay_figure_period_known"),
            only("measure", PayMeasure, name="pay_figure_measure_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="pay_figure_above_zero"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="pay_figure_year_sane"),
            models.CheckConstraint(condition=~Q(source_name=""), name="pay_figure_has_a_source"),
            models.CheckConstraint(
                condition=Q(is_converted=False, conversion="") | (Q(is_converted=True) & ~Q(conversion="")),
                name="pay_figure_conversion_said",
            ),
        ]


class CareerStep(WithTexts, Kept):
    """A rung of the ladder. ``months_*``: typical time on it before the next one."""

    WORDS = ("name", "about", "changes", "promoted")
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    role = models.ForeignKey(Role, on_delete=models.SET_NULL, null=True, blank=True, related_name="steps")
    months_min = models.PositiveSmallIntegerField(_("months on this step, from"), null=True, blank=True)
    months_max = models.PositiveSmallIntegerField(_("months on this step, to"), null=True, blank=True)

    class Meta:
        ordering = ("position", "key")
        constraints = [
            only("tier", Tier, name="career_step_tier_known"),
            models.CheckConstraint(
                condition=Q(months_min__isnull=True, months_max__isnull=True) | Q(months_min__lte=F("months_max")),
                name="career_step_months_in_order",
            ),
        ]


class CareerMove(WithTexts, Kept):
    """From one role to another, up or sideways, and what changes then."""

    WORDS = ("changes",)
    from_role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="moves")
    to_role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="arrivals")
    kind = models.CharField(_("direction of the move"), max_length=8, choices=MoveKind.choices)
    months_min = models.PositiveSmallIntegerField(_("months before it, from"), null=True, blank=True)
    months_max = models.PositiveSmallIntegerField(_("months before it, to"), null=True, blank=True)

    class Meta:
        ordering = ("position", "key")
        constraints = [
            only("kind", MoveKind, name="career_move_kind_known"),
            models.UniqueConstraint(fields=["from_role", "to_role"], name="career_move_once"),
            models.CheckConstraint(condition=~Q(from_role=F("to_role")), name="career_move_somewhere"),
        ]


class Certificate(WithTexts, Kept):
    """A certificate or license that helps in some roles."""

    WORDS = ("about",)
    name = models.CharField(_("name"), max_length=120)
    issuer = models.CharField(_("issued by"), max_length=120)
    url = models.URLField(_("address"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    roles = models.ManyToManyField(Role, related_name="certificates", blank=True)

    class Meta:
        ordering = ("position", "key")


class InstructionClause(WithTexts, Kept):
    """A sentence of the job instruction. Empty ``tiers`` or ``families`` mean all of them. The words may hold the
    placeholders of ``postings.services.instructions``; ``{line}`` is a line to fill in by hand."""

    WORDS = ("text",)
    section = models.CharField(_("section"), max_length=10, choices=ClauseSection.choices)
    tiers = ArrayField(models.CharField(max_length=12, choices=Tier.choices), default=list, blank=True)
    families = ArrayField(models.CharField(max_length=12, choices=RoleFamily.choices), default=list, blank=True)

    class Meta:
        ordering = ("section", "position", "key")
        constraints = [
            only("section", ClauseSection, name="clause_section_known"),
            subset("tiers", Tier, name="clause_tiers_known"),
            subset("families", RoleFamily, name="clause_families_known"),
        ]
