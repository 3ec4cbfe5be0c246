"""Starting a posting: which template, in which language, at which site, with which questions and stages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from callcenter_jobs.ui.forms import BaseForm
from postings.enums import RoleFamily, Tier, WorkType
from postings.forms.posting_fields import LineField, YesField
from postings.models import Employer, InterviewPlan, LibraryScreeningQuestion, Site, TemplateVersion
from postings.services.drafting import template_text

ALL = ("", gettext_lazy("All"))
SEARCH_LENGTH = 80
# The value of the choice "no plan of the library"; a key is never one hyphen.
PLAIN_PLAN = "-"


class TemplateFilterForm(BaseForm):
    """The filters above the list of templates. What makes no sense is left out, with a message beside it.

    ``language`` is the one the posting shall be in: it filters nothing, but says how complete each template is there.
    """

    marks_optional = False
    q = LineField(label=gettext_lazy("Search"), max_length=SEARCH_LENGTH, required=False, help_text="")
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[ALL, *Tier.choices], required=False)
    family = forms.ChoiceField(label=gettext_lazy("Role family"), choices=[ALL, *RoleFamily.choices], required=False)
    work_type = forms.ChoiceField(label=gettext_lazy("Work type"), choices=[ALL, *WorkType.choices], required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the posting"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, own_language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_language = own_language
        self.fields["language"].initial = own_language

    def chosen(self) -> dict[str, str]:
        """The filters that are understood; ``language`` is always one of the portal's."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        found = {name: str(data.get(name) or "") for name in ("q", "tier", "family", "work_type", "language")}
        return found | {"language": found["language"] or self.own_language}


class NewPostingForm(BaseForm):
    """``role`` is the key of the template's role. English words for another language only when asked for.

    ``screening`` and ``plan`` count only when ``suggested`` is sent along, as the page does: without it a posting gets
    all that the template suggests.
    """

    role = forms.ChoiceField(label=gettext_lazy("Template"), widget=forms.HiddenInput)
    suggested = forms.BooleanField(required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the posting"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("You can add it in more languages afterwards."),
    )
    site = forms.ModelChoiceField(
        queryset=Site.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Site"),
        required=False,
        empty_label=gettext_lazy("Choose later, or remote"),
    )
    from_english = YesField(
        label=gettext_lazy("If the template has no text in this language, start from the English one"),
        help_text=gettext_lazy("You then translate it yourself before you publish."),
    )
    screening = forms.MultipleChoiceField(
        label=gettext_lazy("Screening questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Asked when people apply. You can change them, and add your own, later."),
    )
    plan = forms.ChoiceField(label=gettext_lazy("Interview plan"), required=False, widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        employer: Employer,
        versions: list[TemplateVersion],
        questions: list[LibraryScreeningQuestion],
        plans: list[InterviewPlan],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.template.role.key: version for version in versions}
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(key, key) for key in self.versions]
        fields["role"].error_messages["required"] = fields["role"].error_messages["invalid_choice"] = _("Choose a template.")
        fields["site"].queryset = Site.objects.filter(employer=employer, is_active=True)
        here = get_language() or settings.LANGUAGE_CODE
        fields["screening"].choices = [(question.key, str(question.text_in(here).get("question", ""))) for question in questions]
        fields["plan"].choices = [*((str(plan.key), str(plan.key)) for plan in plans), (PLAIN_PLAN, PLAIN_PLAN)]
        fields["plan"].error_messages["invalid_choice"] = _("Choose one of the plans in the list.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        version = self.versions.get(data.get("role", ""))
        language = data.get("language")
        if version and language and not data.get("from_english") and template_text(version, language) is None:
            self.add_error(
                "language", _("This template has no text in this language yet. Choose another language, or start from the English text.")
            )
        return data

    @property
    def version(self) -> TemplateVersion:
        return self.versions[self.cleaned_data["role"]]

    def choices_of_draft(self) -> dict[str, Any]:
        """What was ticked, for ``drafting``; nothing when the sender did not see the suggestions."""
        data = self.cleaned_data
        if not data["suggested"]:
            return {}
        plan = {"plan_key": "" if data["plan"] == PLAIN_PLAN else data["plan"]} if data["plan"] else {}
        return {"screening": data["screening"], **plan}


def matching(versions: list[TemplateVersion], chosen: dict[str, str]) -> list[TemplateVersion]:
    """The templates that fit the filters. Words are looked for in the titles of every language, as people search for the
    name they use; only when no title has them, in the summaries."""
    fitting = [
        version
        for version in versions
        if (not chosen["tier"] or version.template.role.tier == chosen["tier"])
        and (not chosen["family"] or version.template.role.family == chosen["family"])
        and (not chosen["work_type"] or version.template.role.work_type == chosen["work_type"])
    ]
    words = search_key(chosen["q"]).split()
    if not words:
        return fitting
    titled = [version for version in fitting if _has(words, _titles(version))]
    return titled or [version for version in fitting if _has(words, [_summaries(version)])]


def _has(words: list[str], texts: list[str]) -> bool:
    """Whether one of the texts holds all the words: two words of two different titles are no name."""
    return any(all(word in text for word in words) for text in texts)


def _titles(version: TemplateVersion) -> list[str]:
    role = version.template.role
    shown = [search_key(text.title) for text in version.texts.all()]
    return [search_key(role.key), *(search_key(alias.text) for alias in role.titles.all()), *shown]


def _summaries(version: TemplateVersion) -> str:
    return search_key(" ".join(text.summary for text in version.texts.all()))
