"""Interview plans: the ordered stages a posting hires through, each with a desk name and a candidate name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from postings.enums import TERMINAL_KINDS, StageKind
from postings.models.choices import only
from postings.models.kit import InterviewKit

# What a candidate reads where the hiring team's own word would be strange or hard.
CANDIDATE_NAMES = {
    StageKind.APPLIED: pgettext_lazy("stage, for the candidate", "Application received"),
    StageKind.REJECTED: pgettext_lazy("stage, for the candidate", "Not chosen this time"),
}


class InterviewPlan(models.Model):
    """Stages in order. A library plan has a key; a posting works on its own copy, so that editing the
    library never moves an application under somebody's feet."""

    key = models.SlugField(max_length=60, unique=True, null=True, blank=True)
    names = models.JSONField(_("names per language"), default=dict)
    descriptions = models.JSONField(_("descriptions per language"), default=dict, blank=True)
    # When a curator last changed a library plan: from then on the loader offers instead of applying.
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.key or f"plan {self.pk}"


class Stage(models.Model):
    """A stop on the line. ``names`` is ``{"en": {"desk": …, "candidate": …}, …}``; what a language lacks
    falls back to English and then to the kind's own name. ``applicants.stages`` says which moves are allowed."""

    plan = models.ForeignKey(InterviewPlan, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(_("kind"), max_length=12, choices=StageKind.choices)
    position = models.PositiveSmallIntegerField()
    names = models.JSONField(default=dict, blank=True)
    kit = models.ForeignKey(InterviewKit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # A stage the candidate may know of: entering it writes an e-mail and shows on the status page.
    is_visible = models.BooleanField(_("shown to the candidate"), default=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            only("kind", StageKind, name="stage_kind_known"),
            models.UniqueConstraint(fields=["plan", "position"], name="stage_position_once", deferrable=models.Deferrable.DEFERRED),
            models.UniqueConstraint(
                fields=["plan", "kind"],
                condition=models.Q(kind__in=[StageKind.APPLIED, *sorted(TERMINAL_KINDS)]),
                name="stage_one_start_and_one_of_each_end",
            ),
        ]

    def __str__(self) -> str:
        return self.desk_name

    @property
    def is_terminal(self) -> bool:
        return StageKind(self.kind).is_terminal

    @property
    def desk_name(self) -> str:
        """What the hiring team calls it, in the active language."""
        return self._name("desk")

    @property
    def candidate_name(self) -> str:
        """What the candidate reads, in the active language."""
        return self._name("candidate")

    def _name(self, reader: str) -> str:
        names: dict[str, dict[str, str]] = self.names or {}
        own = names.get(get_language() or "en", {}).get(reader) or names.get("en", {}).get(reader)
        kind = StageKind(self.kind)
        return own or str(CANDIDATE_NAMES.get(kind, kind.label) if reader == "candidate" else kind.label)
