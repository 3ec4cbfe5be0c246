"""Starting a posting: which template, which language, which site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter_jobs.ui.forms import BaseForm
from postings.enums import Tier, WorkType
from postings.forms.posting_fields import LineField, YesField
from postings.models import Employer, Site, TemplateVersion
from postings.services.drafting import template_text


class TemplateFilterForm(BaseForm):
    """The filters above the list of templates; what makes no sense is ignored with a message beside it."""

    marks_optional = False
    q = LineField(label=gettext_lazy("Search"), max_length=80, required=False, help_text="")
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[("", gettext_lazy("All")), *Tier.choices], required=False)
    work_type = forms.ChoiceField(label=gettext_lazy("Work type"), choices=[("", gettext_lazy("All")), *WorkType.choices], required=False)

    def matching(self, versions: list[TemplateVersion]) -> list[TemplateVersion]:
        if not self.is_valid():
            return versions
        data = self.cleaned_data
        words = str(data["q"]).casefold().split()
        return [
            version
            for version in versions
            if (not data["tier"] or version.template.role.tier == data["tier"])
            and (not data["work_type"] or version.template.role.work_type == data["work_type"])
            and all(word in _haystack(version) for word in words)
        ]


def _haystack(version: TemplateVersion) -> str:
    """Titles and summaries in every language: people search for the name they use."""
    texts = [f"{text.title} {text.summary}" for text in version.texts.all()]
    return " ".join([version.template.role.key, *(alias.text for alias in version.template.role.titles.all()), *texts]).casefold()


class NewPostingForm(BaseForm):
    """``role`` is the key of the template's role. English words for another language only when asked for."""

    role = forms.ChoiceField(label=gettext_lazy("Template"), widget=forms.RadioSelect)
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

    def __init__(self, *args: Any, employer: Employer, versions: list[TemplateVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.template.role.key: version for version in versions}
        self.fields["role"].choices = [(key, version.template.role.title_in()) for key, version in self.versions.items()]  # type: ignore[attr-defined]
        self.fields["role"].error_messages["required"] = _("Choose a template.")
        self.fields["site"].queryset = Site.objects.filter(employer=employer, is_active=True)  # type: ignore[attr-defined]

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
