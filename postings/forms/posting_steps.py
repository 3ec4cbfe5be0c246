"""The steps of the posting form: which form and rows each is made of, and how they are filled from a posting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from postings.forms import posting_forms as forms
from postings.forms.posting_rows import Classes, Duties, Languages, Measures, Rows, Supplements
from postings.models import Posting, PostingText

FILES: None = None


@dataclass(frozen=True, slots=True)
class Step:
    """``rows`` maps the key of a row set to its class and to the function that reads its rows from a posting."""

    key: str
    label: Any
    form: type[forms.StepForm]
    initial: Callable[[Posting], dict[str, Any]]
    rows: Mapping[str, tuple[type[Rows], Callable[[Posting], list[dict[str, Any]]]]] = field(default_factory=dict)


def own_text(posting: Posting) -> PostingText | None:
    return next((text for text in posting.texts.all() if text.language == posting.language), None)


def _duties(text: PostingText | None) -> list[dict[str, Any]]:
    return [{"text": duty.get("text", ""), "share": duty.get("share")} for duty in (text.duties if text else [])]


def _measures(text: PostingText | None) -> list[dict[str, Any]]:
    return [{"name": row.get("name", ""), "typical": row.get("typical", "")} for row in (text.measures if text else [])]


def _languages(posting: Posting) -> list[dict[str, Any]]:
    return [{"language": row.language, "level": row.level, "is_required": row.is_required} for row in posting.languages.all()]


def _supplements(posting: Posting) -> list[dict[str, Any]]:
    return [{"kind": row.kind, "percent": row.percent, "amount": row.amount} for row in posting.supplements.all()]


def _classes(posting: Posting) -> list[dict[str, Any]]:
    return [{"starts_on": row.starts_on, "seats": row.seats, "code": row.code} for row in posting.start_classes.all()]


def _work(posting: Posting) -> dict[str, Any]:
    return {
        **forms.WordsForm.initial_of(own_text(posting)),
        "client_program": posting.client_program,
        "channels": posting.channels,
    }


STEPS: tuple[Step, ...] = (
    Step(
        "work",
        _("The work"),
        forms.WorkForm,
        _work,
        {
            "duties": (Duties, lambda posting: _duties(own_text(posting))),
            "measures": (Measures, lambda posting: _measures(own_text(posting))),
        },
    ),
    Step("when", _("When and where"), forms.WhenForm, forms.WhenForm.initial_of),
    Step("pay", _("Pay"), forms.PayForm, forms.PayForm.initial_of, {"supplements": (Supplements, _supplements)}),
    Step("who", _("Who"), forms.WhoForm, forms.WhoForm.initial_of, {"languages": (Languages, _languages)}),
    Step("hiring", _("Hiring"), forms.HiringForm, forms.HiringForm.initial_of, {"start_classes": (Classes, _classes)}),
)
STEP_BY_KEY = {step.key: step for step in STEPS}
# Where a part of the posting is edited, for the list of what is missing.
STEP_OF_FIELD: dict[str, str] = {
    **{name: step.key for step in STEPS for name in (*step.form.base_fields, *step.rows)},
    "preview": "work",
    "questions": "hiring",
    "screening": "hiring",
    "library": "hiring",
}


def words_step(posting: Posting, text: PostingText | None) -> Step:
    """The words alone, for another language; filled from ``text``."""
    return Step(
        "words",
        _("Text"),
        forms.WordsForm,
        lambda _posting: forms.WordsForm.initial_of(text),
        {"duties": (Duties, lambda _posting: _duties(text)), "measures": (Measures, lambda _posting: _measures(text))},
    )


class StepForms:
    """A step's form and rows as one thing: valid together, one summary of errors, one dict of values."""

    def __init__(self, step: Step, posting: Posting, data: QueryDict | None = None) -> None:
        self.step = step
        self.form = step.form(data, FILES, posting=posting, initial=step.initial(posting))
        self.rows: dict[str, Rows] = {}
        for key, (rows, read) in step.rows.items():
            self.rows[key] = rows(data, FILES, posting=posting, prefix=key, initial=None if data is not None else read(posting))

    def __getitem__(self, key: str) -> Rows:
        return self.rows[key]

    @property
    def all(self) -> list[Any]:
        """Form and row sets, as the error summary takes them."""
        return [self.form, *self.rows.values()]

    def is_valid(self) -> bool:
        # Every part is asked, so that every part shows its errors.
        answers = [part.is_valid() for part in self.all]
        return all(answers)

    def values(self) -> dict[str, Any]:
        return {**self.form.values(), **{key: rows.values() for key, rows in self.rows.items()}}

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """Show what a service refused: beside its field or rows, or on top when the step has no such field."""
        for name, message in problems:
            if name in self.rows:
                self.rows[name].non_form_errors().append(message)
            else:
                self.form.add_error(name if name in self.form.fields else None, message)

    def quiet(self) -> None:
        """Show what was typed without judging it, for a row more or a preview."""
        forget_errors(self.all)


def forget_errors(parts: Iterable[Any]) -> None:
    """Keep what was typed in forms and row sets, and nothing of what was said about it."""
    for part in parts:
        if isinstance(part, Rows):
            forget_errors(part.forms)
            part._errors = [ErrorDict() for _row in part.forms]  # type: ignore[attr-defined]
            part._non_form_errors = ErrorList()  # type: ignore[attr-defined]
        else:
            part._errors = ErrorDict()
            part.cleaned_data = {}


def with_one_more(data: QueryDict, key: str, most: int) -> QueryDict:
    """The typed data with a blank row behind the others of ``key``."""
    typed = data.copy()
    name = f"{key}-TOTAL_FORMS"
    count = typed.get(name, "")
    if isinstance(count, str) and count.isascii() and count.isdecimal() and len(count) <= 3:
        typed[name] = str(min(int(count) + 1, most))
    return typed
