"""Phone numbers as people read them."""

from __future__ import annotations

import phonenumbers


def international(number: str) -> str:
    """``+4722334455`` as ``+47 22 33 44 55``: stored numbers are E.164, which nobody can read out or check."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number
