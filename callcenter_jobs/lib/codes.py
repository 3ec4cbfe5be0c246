"""Random public codes: what stands in URLs instead of primary keys."""

from __future__ import annotations

import re
import secrets

# No 0/O, 1/I/L, U: a code can be read aloud on a phone without mistakes.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORT = 10
LONG = 26

CODE_RE = re.compile(rf"^[{ALPHABET}]+$")


def new_code(length: int = SHORT) -> str:
    """A random code; 10 characters hold about 49 bits, 26 about 127."""
    # All its characters from one draw: asking the system for each of them takes thirty times as long.
    number = secrets.randbelow(len(ALPHABET) ** length)
    code = ""
    for _character in range(length):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code


def short_code() -> str:
    return new_code(SHORT)


def long_code() -> str:
    return new_code(LONG)
