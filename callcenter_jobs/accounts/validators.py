"""What a name or another single line may consist of, and how long a password may be."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from callcenter_jobs.outbox import compose

# Letters that turn the reading direction around: they make one name look like another.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_line(value: str) -> None:
    """Refuses line breaks, other control characters, direction marks and angle brackets.

    Lines like this end up in mail headers and subjects, in file names and in other people's pages.
    """
    for character in value:
        if character in DIRECTION_MARKS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise ValidationError(_("Use one line of plain text, without line breaks or control characters."), code="control")
    if "<" in value or ">" in value:
        raise ValidationError(_("Leave out the characters < and >."), code="brackets")


def mailable_address(value: str) -> None:
    """Refuses an address that our mails could not carry, although it may be one by the letter of the standard.

    What is no address at all is left to the field's own validator: said twice, it reads like two mistakes.
    """
    try:
        validate_email(value)
    except ValidationError:
        return
    try:
        compose.clean_address(value)
    except compose.BadHeader:
        raise ValidationError(_("Enter a valid e-mail address."), code="invalid") from None
    if len(value) > 254:
        raise ValidationError(_("Enter a valid e-mail address."), code="max_length")


class MaximumLengthValidator:
    """Hashing a password of a megabyte would be work for us and no gain for anybody."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return ngettext(
            "Your password may have at most %(max_length)d character.",
            "Your password may have at most %(max_length)d characters.",
            self.max_length,
        ) % {"max_length": self.max_length}
