"""The three screens of applying, and the same fields again for corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applicants.forms.fields import NOT_SPOKEN, AmountField, LevelField, MailField, NameField, PhoneField, ResumeField, TrapField
from callcenter_jobs.lib.dates import date_long, known_time_zones
from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.forms import BaseForm
from callcenter_jobs.ui.widgets import ShiftGridField
from postings.enums import ScreeningKind
from postings.forms.posting_fields import languages_of_work
from postings.models import Posting, PostingLanguage, ScreeningQuestion, StartClass

OTHER_LANGUAGES = 2
NO_ANSWER = ""
TRAP = "leave_empty"


class TrapMixin(forms.Form):
    """A trap that was walked into is answered with a sentence, never with silence: a browser may have filled it in by itself."""

    leave_empty = TrapField(label=_("Leave this field empty"))

    def clean_leave_empty(self) -> str:
        if self.cleaned_data["leave_empty"]:
            raise ValidationError(_("This field must stay empty. It is empty again: please send the form once more."), code="trap")
        return ""

    @property
    def is_trapped(self) -> bool:
        return self.is_bound and TRAP in self.errors


class ContactForm(TrapMixin, BaseForm):
    """Screen 1: who applies, and how they are reached."""

    name = NameField(label=_("Your name"), help_text=_("As you want to be called. At most 120 characters."))
    email = MailField(label=_("E-mail address"), help_text=_("Every step of your application is sent here."))
    language = forms.ChoiceField(label=_("Language of our e-mails to you"))
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))
    field_order = ("name", "email", "phone", "language")

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(
            region=posting.country, label=_("Phone"), help_text=_("If you prefer to be called. With the country code when you are abroad.")
        )
        choice = self.fields["language"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, language_name(code, code, own=True).capitalize()) for code, _name in settings.LANGUAGES]
        choice.initial = get_language()
        self.order_fields(self.field_order)

    def clean_time_zone(self) -> str:
        # Filled in by a script; nothing that a person could correct.
        zone = str(self.cleaned_data["time_zone"])
        return zone if zone in known_time_zones() else ""


class PhoneForm(BaseForm):
    """Correcting the phone number alone."""

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(region=posting.country, label=_("Phone"))


class WeekForm(BaseForm):
    """Screen 2: when one can work, which languages one speaks and how well, when one would start."""

    week = ShiftGridField(label=_("When can you work?"), help_text=_("Mark every part of the week that suits you."))

    def __init__(self, *args: Any, languages: Iterable[PostingLanguage], start_classes: Sequence[StartClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(languages)
        self.starts = {start.code: start for start in start_classes}
        here = get_language() or "en"
        for spoken in self.asked:
            self.fields[f"level_{spoken.language}"] = LevelField(
                label=_("How well do you speak %(language)s?") % {"language": language_name(spoken.language, here)},
                help_text=_("The job asks for %(level)s.") % {"level": spoken.level},
                required=spoken.is_required,
            )
        known = {spoken.language for spoken in self.asked}
        self.others: list[tuple[str, Any]] = [("", _("No other language")), *(pair for pair in languages_of_work() if pair[0] not in known)]
        for number in range(1, OTHER_LANGUAGES + 1):
            self.fields[f"other_{number}"] = forms.ChoiceField(label=_("Another language"), choices=lambda: self.others, required=False)
            self.fields[f"other_{number}_level"] = LevelField(label=_("Level"), required=False)
        if self.starts:
            dates = [(start.code, date_long(start.starts_on, here)) for start in start_classes]
            self.fields["start"] = forms.ChoiceField(
                label=_("Which start would you prefer?"),
                choices=[*dates, (NO_ANSWER, _("Any of them"))],
                required=False,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen: list[str] = []
        for number in range(1, OTHER_LANGUAGES + 1):
            language, level = cleaned.get(f"other_{number}"), cleaned.get(f"other_{number}_level")
            if language and not level and f"other_{number}_level" not in self.errors:
                self.add_error(f"other_{number}_level", _("Choose how well you speak this language."))
            if level and level != NOT_SPOKEN and not language and f"other_{number}" not in self.errors:
                self.add_error(f"other_{number}", _("Choose the language that this level is for."))
            if language and language in chosen:
                self.add_error(f"other_{number}", _("You have already named this language."))
            chosen.append(language or "")
        return cleaned

    def offer(self, languages: Iterable[str], here: str) -> None:
        """Let these be chosen as another language too."""
        offered = {code for code, _label in self.others}
        self.others += [(code, language_name(code, here)) for code in languages if code not in offered]

    def level_fields(self) -> list[Any]:
        return [self[f"level_{item.language}"] for item in self.asked]

    def other_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"other_{number}"], self[f"other_{number}_level"]) for number in range(1, OTHER_LANGUAGES + 1)]

    @property
    def has_other_languages(self) -> bool:
        return any(bound.value() or bound.errors for pair in self.other_fields() for bound in pair)

    @property
    def spoken(self) -> list[tuple[str, str]]:
        """(language, level) of every language that is spoken at all; of a valid form."""
        pairs = [(item.language, self.cleaned_data.get(f"level_{item.language}", "")) for item in self.asked]
        numbers = range(1, OTHER_LANGUAGES + 1)
        pairs += [(self.cleaned_data.get(f"other_{number}", ""), self.cleaned_data.get(f"other_{number}_level", "")) for number in numbers]
        return [(language, level) for language, level in pairs if language and level and level != NOT_SPOKEN]

    @property
    def preferred_start(self) -> StartClass | None:
        return self.starts.get(self.cleaned_data.get("start") or "")


def question_key(question: ScreeningQuestion) -> str:
    """The name of a question's field: tied to the question itself, and no primary key in the page."""
    return _key_of(question.pk)


@lru_cache(maxsize=4_096)
def _key_of(pk: int) -> str:
    return f"q_{salted_hmac('applicants.question', str(pk)).hexdigest()[:10]}"


def question_field(question: ScreeningQuestion, *, fallback: str) -> forms.Field:
    words = question.text_in(get_language() or "en", fallback)
    options: Any = words.get("options") or {}
    common: dict[str, Any] = {
        "label": str(words.get("question") or ""),
        "help_text": str(words.get("help") or ""),
        "required": question.is_required,
    }
    skip = [] if question.is_required else [(NO_ANSWER, _("No answer"))]
    match question.kind:
        case ScreeningKind.YES_NO:
            return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No")), *skip], widget=forms.RadioSelect, **common)
        case ScreeningKind.CHOICE:
            choices = [(key, str(options.get(key) or key)) for key in question.options]
            return forms.ChoiceField(choices=[*choices, *skip], widget=forms.RadioSelect, **common)
        case ScreeningKind.NUMBER:
            return AmountField(**common)
    return forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), **common)


class AnswersForm(BaseForm):
    """A posting's screening questions. ``answers`` maps question ids to values of a valid form."""

    def __init__(self, *args: Any, questions: Iterable[ScreeningQuestion], fallback: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question_key(question)] = question_field(question, fallback=fallback)

    @property
    def answers(self) -> dict[int, str]:
        return {question.pk: str(self.cleaned_data.get(question_key(question)) or "") for question in self.questions}

    def question_fields(self) -> list[Any]:
        return [self[question_key(question)] for question in self.questions]


class FinishForm(TrapMixin, AnswersForm):
    """Screen 3: the questions, a résumé if one likes, and consent."""

    # The page always carries the questions of now (``asked_now``), never the posted value again.
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    resume = ResumeField(
        label=_("Résumé"),
        help_text=_("PDF, DOCX or ODT, up to 5 MB. Without macros, passwords or attached files. You can apply without one."),
    )
    consent = forms.BooleanField(error_messages={"required": _("Tick this box, or we may not pass your application on.")})

    def __init__(self, *args: Any, employer_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [question_key(question) for question in self.questions]
        self.asked_now = ",".join(keys)
        self.order_fields(["asked", *keys, "resume", "consent"])
        self.fields["consent"].label = _("%(employer)s may use what I send to decide on this job.") % {"employer": employer_name}
        self.fields["consent"].help_text = _(
            "Only its hiring team reads it. A person decides, never a program. You can correct or withdraw it at any time."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("asked", "") != self.asked_now:
            raise ValidationError(
                _("The questions of this job changed while you were applying. Look at them once more, then send."), code="questions_changed"
            )
        return cleaned


def upcoming(start_classes: Iterable[StartClass], *, today: date) -> list[StartClass]:
    """The start classes one can still join."""
    return [start for start in start_classes if start.starts_on >= today]
