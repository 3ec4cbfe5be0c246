"""Fields of a candidate's forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applicants.resumes import FileType, Refused
from applicants.resumes.messages import MESSAGES
from applicants.resumes.names import clean_name
from applicants.resumes.reader import check_resume
from callcenter_jobs.outbox.compose import BadHeader, clean_address
from postings.enums import LanguageLevel

# A name stands in mails to the address that was typed beside it, so it must not carry a message of its own.
NOT_A_NAME = re.compile(r"://|www\.|[<>@{}]", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")

LEVEL_CHOICES = [
    (LanguageLevel.A1, _("A1 – single words and phrases")),
    (LanguageLevel.A2, _("A2 – short, simple exchanges")),
    (LanguageLevel.B1, _("B1 – I manage everyday matters")),
    (LanguageLevel.B2, _("B2 – I hold a phone call without preparation")),
    (LanguageLevel.C1, _("C1 – I explain difficult matters with few mistakes")),
    (LanguageLevel.C2, _("C2 – like my first language")),
]
NOT_SPOKEN = "none"


class NameField(forms.CharField):
    """A person's name in any script."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}), **kwargs)

    def clean(self, value: Any) -> str:
        name = " ".join(str(super().clean(value)).split())
        if NOT_A_NAME.search(name):
            raise ValidationError(_("Write only your name here, without links or signs like < and @."), code="not_a_name")
        if not LETTER.search(name):
            raise ValidationError(_("Write your name in letters."), code="no_letters")
        return name


class _Emptied(forms.TextInput):
    """Never shows what was typed."""

    def format_value(self, value: Any) -> None:
        return None


class TrapField(forms.CharField):
    """A field that people do not see, and programs fill in. What stands in it is neither kept nor shown again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=_Emptied(attrs={"autocomplete": "off", "tabindex": "-1"}), **kwargs)


class MailField(forms.EmailField):
    """An address that a mail can really be sent to."""

    default_error_messages = {"invalid": _("Write an e-mail address like name@example.com.")}

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=254, widget=forms.EmailInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        try:
            return clean_address(address)
        except BadHeader:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class PhoneField(forms.CharField):
    """A phone number as people write it where the job is; cleans to E.164 (``+4722334455``)."""

    def __init__(self, *, region: str, **kwargs: Any) -> None:
        self.region = region
        super().__init__(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, self.region or None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number) or number.extension:
            raise ValidationError(
                _("This is not a phone number that can be called. Write it with the country code, for example +47 22 33 44 55."),
                code="invalid",
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def level_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose a level")), *LEVEL_CHOICES, (NOT_SPOKEN, _("I do not speak it"))]


class LevelField(forms.ChoiceField):
    """How well somebody speaks one language. ``NOT_SPOKEN`` is an answer too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=level_choices, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """By the values alone: the inherited one puts all names into the reader's language to find them."""
        return value == NOT_SPOKEN or value in LanguageLevel.values


class AmountField(forms.CharField):
    """A number as people write it, with a point or a comma; cleans to plain text such as ``2.5``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").replace(",", ".").replace("\u00a0", "").replace(" ", "")
        if not text:
            return ""
        try:
            number = Decimal(text) if re.fullmatch(r"[+-]?[0-9.]+", text) else None
        except InvalidOperation:
            number = None
        if number is None:
            raise ValidationError(_("Write a number, for example 3 or 2.5."), code="invalid")
        if not 0 <= number <= 100_000:
            raise ValidationError(_("Write a number between 0 and 100,000."), code="range")
        return f"{number.quantize(Decimal('0.01')).normalize():f}"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A résumé that may be kept: its name is for display, its type comes from its content."""

    name: str
    kind: FileType
    content: bytes


class ResumeField(forms.FileField):
    """A PDF, DOCX or ODT that passed every check; cleans to a ``CheckedFile`` or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ".pdf,.docx,.odt"})
        super().__init__(required=False, allow_empty_file=True, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        upload: UploadedFile[bytes] | None = super().clean(data, initial)
        if not upload:
            return None
        content = upload.read()
        try:
            kind = check_resume(upload.name or "", content, size=upload.size)
        except Refused as refused:
            raise ValidationError(str(MESSAGES[refused.code]), code=refused.code.value) from None
        return CheckedFile(clean_name(upload.name or ""), kind, content)
