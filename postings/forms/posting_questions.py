"""Writing a screening question, and the flags of one from the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postings.enums import ScreeningKind
from postings.forms.posting_fields import LineField, PickManyField, TextField, WholeField, YesField
from postings.forms.posting_forms import StepForm
from postings.forms.posting_rows import Options
from postings.forms.posting_steps import forget_errors
from postings.models import Posting, ScreeningQuestion
from postings.services.question_check import objections
from postings.services.screening import QuestionContent

ANY = ""


class FlagsForm(StepForm):
    """What a question does with its answers; all that can be changed on a library question."""

    is_required = YesField(label=gettext_lazy("The question must be answered"))
    is_knockout = YesField(
        label=gettext_lazy("Flag the application when the answer does not fit"),
        help_text=gettext_lazy("A flag is for your eyes: it never rejects anybody by itself."),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("The answer that fits"),
        choices=[(ANY, gettext_lazy("Either")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
        required=False,
    )
    least = WholeField(
        label=gettext_lazy("The least that fits"),
        low=0,
        high=99_999,
        required=False,
        help_text=gettext_lazy("0 to 99,999. Empty: every number is fine."),
    )
    accepted = PickManyField(
        label=gettext_lazy("Answers that fit"), required=False, help_text=gettext_lazy("None marked: every answer is fine.")
    )

    def __init__(self, *args: Any, kind: str, options: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        keep = {ScreeningKind.YES_NO: "answer", ScreeningKind.NUMBER: "least", ScreeningKind.CHOICE: "accepted"}.get(ScreeningKind(kind))
        for name in {"answer", "least", "accepted"} - {keep}:
            del self.fields[name]
        if kind == ScreeningKind.CHOICE and options is None:
            # The rows of an own question say themselves which of them fit.
            del self.fields["accepted"]
        elif kind == ScreeningKind.CHOICE:
            self.fields["accepted"].choices = options  # type: ignore[attr-defined]
        if kind == ScreeningKind.TEXT:
            del self.fields["is_knockout"]

    def accepted_answers(self) -> tuple[str, ...]:
        data = self.cleaned_data
        if self.kind == ScreeningKind.YES_NO:
            return (data["answer"],) if data.get("answer") else ()
        if self.kind == ScreeningKind.NUMBER:
            return (str(data["least"]),) if data.get("least") is not None else ()
        return tuple(data.get("accepted", ()))


class OwnQuestionForm(FlagsForm):
    """A recruiter's own words."""

    question = LineField(label=gettext_lazy("Question"), max_length=200)
    help = TextField(
        label=gettext_lazy("Help"),
        max_length=300,
        rows=2,
        required=False,
        help_text=gettext_lazy("Shown under the question: what counts, what does not."),
    )
    field_order = ("question", "help")

    def clean_question(self) -> str:
        """What an interview must not ask for, a form must not either. The help may name it: "not your date of birth"."""
        text: str = self.cleaned_data["question"]
        found = objections(text, self.posting.language)
        if found:
            raise forms.ValidationError(found)
        return text


class QuestionForms:
    """The question's form and, for one of several, its answers."""

    def __init__(self, posting: Posting, kind: str, *, question: ScreeningQuestion | None = None, data: QueryDict | None = None) -> None:
        self.posting, self.kind, self.question = posting, kind, question
        self.is_library = bool(question and question.library_key)
        text: dict[str, Any] = question.text_in(posting.language) if question else {}
        self.text = text
        self.labels: dict[str, str] = text.get("options") or {}
        options = [(key, self.labels.get(key, key)) for key in question.options] if question and self.is_library else None
        form = FlagsForm if self.is_library else OwnQuestionForm
        self.form: FlagsForm = form(data, posting=posting, kind=kind, options=options, initial=self._initial())
        self.rows = None
        if kind == ScreeningKind.CHOICE and not self.is_library:
            self.rows = Options(data, posting=posting, prefix="options", initial=None if data is not None else self._option_rows())

    def _initial(self) -> dict[str, Any]:
        if self.question is None:
            return {"is_required": True}
        accepted: list[str] = self.question.accepted
        return {
            "question": self.text.get("question", ""),
            "help": self.text.get("help", ""),
            "is_required": self.question.is_required,
            "is_knockout": self.question.is_knockout,
            "answer": accepted[0] if accepted else ANY,
            "least": accepted[0] if accepted else None,
            "accepted": accepted,
        }

    def _option_rows(self) -> list[dict[str, Any]]:
        if self.question is None:
            return []
        return [{"label": self.labels.get(key, key), "passes": key in self.question.accepted} for key in self.question.options]

    @property
    def all(self) -> list[Any]:
        return [self.form, *([self.rows] if self.rows else [])]

    def is_valid(self) -> bool:
        answers = [part.is_valid() for part in self.all]
        if not all(answers):
            return False
        if self.form.cleaned_data.get("is_knockout") and not self._accepted():
            self.form.add_error("is_knockout", _("Say which answer fits, so that the others can be flagged."))
            return False
        return True

    def quiet(self) -> None:
        """Show what was typed without judging it."""
        forget_errors(self.all)

    def _options(self) -> dict[str, str]:
        return {f"o{place}": row["label"] for place, row in enumerate(self.rows.values(), 1)} if self.rows else {}

    def _accepted(self) -> tuple[str, ...]:
        if self.rows:
            return tuple(f"o{place}" for place, row in enumerate(self.rows.values(), 1) if row["passes"])
        return self.form.accepted_answers()

    def content(self) -> QuestionContent:
        data = self.form.cleaned_data
        return QuestionContent(
            kind=self.kind,
            question=data.get("question", ""),
            help=data.get("help", ""),
            options=self._options(),
            accepted=self._accepted(),
            is_knockout=bool(data.get("is_knockout")),
            is_required=bool(data["is_required"]),
        )
