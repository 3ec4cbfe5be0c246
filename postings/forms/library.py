"""Forms of the curators' workshop: a template's words, a title, a note, a member. Questions and kits: ``library_banks``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.forms import BaseForm
from postings.enums import LibraryRole
from postings.forms.posting_fields import FlowField, LineField, LinesField, TextField
from postings.models import LibraryMember, TemplateText
from postings.presenters_library import PREVIEW_LABELS, PREVIEW_PARTS

# What a form says that was opened before the text existed: no time of saving equals it.
NEVER = "-"


class SeenField(forms.CharField):
    """When the text was last saved as the editor saw it, hidden in the form. Cleans to a datetime, for ``NEVER`` to one
    that no text has, or to None when the form does not say."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> datetime | None:
        text = str(super().clean(value))
        if text == NEVER:
            return datetime.min.replace(tzinfo=UTC)
        try:
            return parse_datetime(text) if text else None
        except ValueError:
            return None


class PairLinesField(LinesField):
    """Lines of the form ``text | remark``; cleans to dictionaries with ``names`` as keys."""

    names: tuple[str, str] = ("name", "typical")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return "\n".join(self._line(item) for item in value)

    def _line(self, item: dict[str, Any]) -> str:
        first, second = (item.get(name) for name in self.names)
        return f"{first} | {second}" if second not in (None, "") else f"{first}"

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return [self.pair(place, item) for place, item in enumerate(super().clean(value), 1)]

    def pair(self, place: int, item: str) -> dict[str, Any]:
        text, _bar, remark = (part.strip() for part in item.partition("|"))
        if not text:
            raise ValidationError(_("Line %(place)d has nothing before the bar.") % {"place": place})
        return {self.names[0]: text, self.names[1]: remark}


class DutyLinesField(PairLinesField):
    """``text | share`` with the share in percent; all shares together are at most 100."""

    names = ("text", "share")

    def clean(self, value: Any) -> list[dict[str, Any]]:
        duties = super().clean(value)
        total = sum(duty["share"] or 0 for duty in duties)
        if total > 100:
            raise ValidationError(_("The shares add up to %(total)d%%; together they are at most 100%%.") % {"total": total})
        return duties

    def pair(self, place: int, item: str) -> dict[str, Any]:
        duty = super().pair(place, item)
        share = str(duty["share"]).rstrip("% ").strip()
        if not share:
            return {"text": duty["text"], "share": None}
        if not (share.isascii() and share.isdecimal() and len(share) <= 3 and 1 <= int(share) <= 100):
            raise ValidationError(_("In line %(place)d the share must be a whole number from 1 to 100.") % {"place": place})
        return {"text": duty["text"], "share": int(share)}


class TemplateTextForm(BaseForm):
    """A template in one language. Everything may be left for later: a draft is saved as it is."""

    marks_optional = False

    title = LineField(label=gettext_lazy("Title"), max_length=120, required=False)
    summary = TextField(label=gettext_lazy("Summary"), max_length=1200, rows=5, required=False)
    duties = DutyLinesField(
        label=gettext_lazy("Duties"),
        most=10,
        longest=260,
        rows=8,
        required=False,
        help_text=gettext_lazy(
            "One per line, starting with a verb; five to seven are good, ten the most. Share of the time after a bar: “Answer calls | 45”."
        ),
    )
    must_haves = LinesField(label=gettext_lazy("Must-haves"), most=10, required=False)
    nice_to_haves = LinesField(label=gettext_lazy("Nice-to-haves"), most=10, rows=4, required=False)
    measures = PairLinesField(
        label=gettext_lazy("Measures of success"),
        most=8,
        longest=260,
        required=False,
        help_text=gettext_lazy("One per line, at most 8. The usual value after a bar: “Quality score | 85 of 100”."),
    )
    reports_to = LineField(label=gettext_lazy("Reports to"), max_length=120, required=False)
    preview_contacts = TextField(label=PREVIEW_LABELS["contacts"], max_length=300, rows=2, required=False)
    preview_script = TextField(label=PREVIEW_LABELS["script"], max_length=600, rows=3, required=False)
    preview_monitoring = TextField(label=PREVIEW_LABELS["monitoring"], max_length=600, rows=3, required=False)
    preview_hard = TextField(label=PREVIEW_LABELS["hard"], max_length=600, rows=3, required=False)
    preview_good = TextField(label=PREVIEW_LABELS["good"], max_length=600, rows=3, required=False)
    call_to_action = FlowField(label=gettext_lazy("Call to action"), max_length=300, required=False)
    seen = SeenField(required=False)

    PLAIN = ("title", "summary", "duties", "must_haves", "nice_to_haves", "measures", "reports_to", "call_to_action")

    @classmethod
    def initial_of(cls, text: TemplateText | None) -> dict[str, Any]:
        if text is None:
            return {"seen": NEVER}
        values = {name: getattr(text, name) for name in cls.PLAIN}
        values |= {f"preview_{part}": text.preview.get(part, "") for part in PREVIEW_PARTS}
        return {**values, "seen": text.updated_at.isoformat()}

    def content(self) -> dict[str, Any]:
        """The cleaned words as ``TemplateText`` stores them."""
        data = self.cleaned_data
        preview = {part: data[f"preview_{part}"] for part in PREVIEW_PARTS if data[f"preview_{part}"]}
        return {**{name: data[name] for name in self.PLAIN}, "preview": preview}


class TitleForm(BaseForm):
    text = LineField(label=gettext_lazy("Title or search word"), max_length=120)


class PublishForm(BaseForm):
    note = LineField(label=gettext_lazy("What changed"), max_length=200)
    # What the reviewer had before them (``library_review.sent_mark``).
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)


class SendBackForm(BaseForm):
    reason = TextField(label=gettext_lazy("What to change"), max_length=500, rows=3)


def _role_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Role"), choices=LibraryRole.choices, initial=LibraryRole.TRANSLATOR)


def _languages_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=lambda: [(code, language_name(code, get_language() or "en")) for code, _name in settings.LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Whose words this person may write. None chosen means all."),
    )


class MemberForm(BaseForm):
    """A member's role and languages."""

    marks_optional = False

    role = _role_field()
    languages = _languages_field()

    @classmethod
    def initial_of(cls, member: LibraryMember) -> dict[str, Any]:
        return {"role": member.role, "languages": member.languages}


class NewMemberForm(BaseForm):
    """Somebody who has an account already, by its address."""

    marks_optional = False

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The address this person signs in with."),
    )
    role = _role_field()
    languages = _languages_field()
