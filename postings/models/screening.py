"""Screening questions: asked when applying. A knock-out answer flags for a human, it never rejects by itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postings.enums import ScreeningKind
from postings.models.choices import only


class ScreeningBase(models.Model):
    """``texts`` is ``{"en": {"question": str, "help": str, "options": {key: label}}, …}``; ``options`` lists the
    keys in order (kind ``choice``); ``accepted`` lists the answers that pass a knock-out: option keys,
    ``["yes"]`` or ``["no"]``, or for a number ``["18"]``, the least that passes."""

    kind = models.CharField(_("kind"), max_length=10, choices=ScreeningKind.choices)
    texts = models.JSONField(default=dict)
    options = models.JSONField(default=list, blank=True)
    accepted = models.JSONField(default=list, blank=True)
    is_knockout = models.BooleanField(_("flag the application when the answer does not fit"), default=False)

    class Meta:
        abstract = True

    def text_in(self, language: str, fallback: str = "en") -> dict[str, object]:
        """Question, help and option labels in ``language``, else in ``fallback``, else in any language there is."""
        texts: dict[str, dict[str, object]] = self.texts
        return texts.get(language) or texts.get(fallback) or texts.get("en") or next(iter(texts.values()), {})


class LibraryScreeningQuestion(ScreeningBase):
    """A question that recruiters pick from."""

    key = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("position", "key")
        constraints = [only("kind", ScreeningKind, name="library_screening_kind_known")]

    def __str__(self) -> str:
        return self.key


class ScreeningQuestion(ScreeningBase):
    """A posting's own copy. Once answered it is retired rather than changed, so that answers keep their question."""

    posting = models.ForeignKey("postings.Posting", on_delete=models.CASCADE, related_name="screening_questions")
    library_key = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(_("must be answered"), default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            only("kind", ScreeningKind, name="screening_kind_known"),
            models.UniqueConstraint(
                fields=["posting", "library_key"],
                condition=~models.Q(library_key="") & models.Q(is_active=True),
                name="screening_library_question_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id}:{self.position}"
