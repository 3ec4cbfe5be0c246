"""Forms of the curators' workshop for questions, interview kits and the kits of a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.forms import BaseForm
from postings.enums import QuestionCategory
from postings.forms.library import NEVER, SeenField
from postings.forms.posting_fields import LineField, TextField, WholeField, YesField
from postings.models import Question, QuestionText
from postings.services.library import SOURCE
from postings.services.library_questions import Marks, Seen
from postings.services.question_check import objections


class QuestionSeenField(SeenField):
    """When the words were last saved and which marks the editor had before them: ``<time>~<category>~<0 or 1>``."""

    def clean(self, value: Any) -> Any:
        time, _sign, marks = str(value or "").partition("~")
        category, _sign, public = marks.partition("~")
        known = category in QuestionCategory.values and public in {"0", "1"}
        return Seen(super().clean(time), Marks(category, public == "1") if known else None)

    @staticmethod
    def text_of(question: Question, text: QuestionText | None) -> str:
        saved = text.updated_at.isoformat() if text else NEVER
        return f"{saved}~{question.category}~{int(question.is_public)}"


class QuestionForm(BaseForm):
    """A question in one language, and for those who may change them, its marks. A draft is saved as it is; only the
    English wording must be there, because everything else falls back to it."""

    marks_optional = False

    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=QuestionCategory.choices)
    is_public = YesField(
        label=gettext_lazy("Public practice question"),
        help_text=gettext_lazy("Job seekers see the question and “what they want to hear”, never the rest."),
    )
    text = TextField(label=gettext_lazy("Question"), max_length=500, rows=3, required=False)
    probes = TextField(label=gettext_lazy("What it probes"), max_length=500, rows=3, required=False)
    strong = TextField(label=gettext_lazy("What a strong answer shows"), max_length=1000, rows=4, required=False)
    weak = TextField(label=gettext_lazy("What a weak answer shows"), max_length=1000, rows=4, required=False)
    tip = TextField(
        label=gettext_lazy("What they want to hear"),
        max_length=1000,
        rows=4,
        required=False,
        help_text=gettext_lazy("For job seekers who practice. A public question needs it."),
    )
    anchor_1 = TextField(label=gettext_lazy("Anchor 1"), max_length=400, rows=2, required=False)
    anchor_2 = TextField(label=gettext_lazy("Anchor 2"), max_length=400, rows=2, required=False)
    anchor_3 = TextField(label=gettext_lazy("Anchor 3"), max_length=400, rows=2, required=False)
    anchor_4 = TextField(label=gettext_lazy("Anchor 4"), max_length=400, rows=2, required=False)
    anchor_5 = TextField(label=gettext_lazy("Anchor 5"), max_length=400, rows=2, required=False)
    seen = QuestionSeenField(required=False)

    PLAIN = ("text", "probes", "strong", "weak", "tip")
    MARKS = ("category", "is_public")

    def __init__(self, *args: Any, language: str, edits_marks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language, self.edits_marks = language, edits_marks
        self.fields["text"].required = language == SOURCE
        if not edits_marks:
            for name in self.MARKS:
                del self.fields[name]

    @classmethod
    def initial_of(cls, question: Question, text: QuestionText | None) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(question, name) for name in cls.MARKS}
        if text is not None:
            values |= {name: getattr(text, name) for name in cls.PLAIN}
            values |= {f"anchor_{score}": text.anchors.get(score, "") for score in QuestionText.SCORES}
        return {**values, "seen": QuestionSeenField.text_of(question, text)}

    def clean_text(self) -> str:
        return refuse_forbidden(self.cleaned_data["text"], self.language)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.language == SOURCE and data.get("is_public") and not data.get("tip") and "tip" not in self.errors:
            self.add_error("tip", _("A public question needs a hint for those who practice."))
        return data

    def content(self) -> dict[str, Any]:
        """The cleaned words as ``QuestionText`` stores them."""
        data = self.cleaned_data
        anchors = {score: data[f"anchor_{score}"] for score in QuestionText.SCORES if data[f"anchor_{score}"]}
        return {**{name: data[name] for name in self.PLAIN}, "anchors": anchors}

    def marks(self) -> Marks | None:
        """None from somebody who only writes words: they leave the marks as they are."""
        return Marks(self.cleaned_data["category"], self.cleaned_data["is_public"]) if self.edits_marks else None


def refuse_forbidden(text: str, language: str) -> str:
    """``text``, unless it asks for what no question may ask for (``question_check``)."""
    found = objections(text, language)
    if found:
        raise forms.ValidationError(found)
    return text


class NewQuestionForm(BaseForm):
    text = TextField(label=gettext_lazy("Question in English"), max_length=500, rows=3)
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=QuestionCategory.choices)

    def clean_text(self) -> str:
        return refuse_forbidden(self.cleaned_data["text"], SOURCE)


SHOWN = (
    ("", pgettext_lazy("questions", "All")),
    ("public", pgettext_lazy("questions", "Public ones")),
    ("incomplete", pgettext_lazy("questions", "Incomplete in this language")),
    ("behind", pgettext_lazy("questions", "Behind English")),
)


class BankFilterForm(BaseForm):
    """Which questions of a bank are listed, and in which language. Anything unknown means all, in the first language."""

    marks_optional = False

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    show = forms.ChoiceField(label=gettext_lazy("Show"), choices=SHOWN, required=False)

    def __init__(self, *args: Any, categories: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = get_language() or "en"
        self.fields["language"].choices = [(code, language_name(code, here)) for code, _name in settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("All categories")), *categories]  # type: ignore[attr-defined]


class NewKitForm(BaseForm):
    name = LineField(label=gettext_lazy("Name in English"), max_length=120)
    minutes = WholeField(label=gettext_lazy("Minutes planned"), low=5, high=480)


class PlanKitsForm(BaseForm):
    """The kit of each stage of a library plan; fields are named by the stage's position."""

    marks_optional = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, *args: Any, stages: list[tuple[int, str]], kits: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for position, name in stages:
            choices = [("", _("No kit")), *kits]
            self.fields[f"stage_{position}"] = forms.ChoiceField(label=name, choices=choices, required=False)

    def chosen(self) -> dict[int, str]:
        return {int(name.removeprefix("stage_")): value for name, value in self.cleaned_data.items() if name.startswith("stage_")}
