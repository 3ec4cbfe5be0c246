"""The week a reader can work: from the address, else from the cookie that remembers the last one typed."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import BigIntegerField, Case, F, FloatField, Func, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse

from postings.shifts import FULL_MASK, HOLIDAY_BIT

PARAM = "week"
COOKIE = "week"
COOKIE_DAYS = 30


def mask_of(values: Iterable[str]) -> tuple[int, list[str]]:
    """The mask of the bits in ``values``, and the values that are no bit of a week."""
    mask, unknown = 0, []
    for value in values:
        if value.isascii() and value.isdecimal() and len(value) <= 2 and int(value) <= HOLIDAY_BIT:
            mask |= 1 << int(value)
        else:
            unknown.append(value)
    return mask, unknown


def week_of(request: HttpRequest) -> int:
    """The reader's week as a mask; 0 when nothing is known."""
    typed, _unknown = mask_of(request.GET.getlist(PARAM)[: HOLIDAY_BIT + 1])
    return typed or remembered(request)


def remembered(request: HttpRequest) -> int:
    text = request.COOKIES.get(COOKIE, "")
    mask = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(FULL_MASK)) else 0
    return mask if mask <= FULL_MASK else 0


def remember(response: HttpResponse, mask: int) -> None:
    """Keep the week for the pages that follow: a number, no identity."""
    response.set_cookie(
        COOKIE,
        str(mask),
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        samesite="Lax",
        httponly=True,
        secure=settings.USES_TLS,
    )


class BitCount(Func):
    """How many cells of a week are set (PostgreSQL counts the bits of a bit string)."""

    template = "bit_count((%(expressions)s)::bit(36))"
    output_field = BigIntegerField()


def fit_share(week: int) -> Case:
    """The part of a posting's shifts that ``week`` covers, 0.0 to 1.0: the same figure as ``ShiftFit.share``."""
    covered = Cast(BitCount(F("shift_mask").bitand(week)), FloatField())
    return Case(When(shift_mask=0, then=Value(1.0)), default=covered / BitCount(F("shift_mask")), output_field=FloatField())
