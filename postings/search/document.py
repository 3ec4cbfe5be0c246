"""A posting as search sees it: what it can be found by, counted under and sorted by. Read from the live tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from callcenter_jobs.prepared import Prepared
from postings.search.facets import (
    NO_START,
    bands_of,
    city_key,
    days_of,
    experience_of,
    hires_in,
    hours_of,
    pay_band,
    training_of,
)

# The same rule as ``PostingQuerySet.open``: it ends at the site's midnight after the last day.
OPEN = """
    p.state = 'open'
    AND (p.closes_on IS NULL OR p.closes_on >= (timezone(coalesce(s.time_zone, 'UTC'), now()))::date)
"""
FIELDS = f"""
    p.id, (extract(epoch FROM p.published_at) * 1000000)::bigint,
    extract(epoch FROM timezone(coalesce(s.time_zone, 'UTC'), (p.closes_on + 1)::timestamp))::float8,
    p.tier, r.key, p.work_type, p.channels, p.workplace, p.country, p.remote_countries, p.city, p.employment_type,
    p.is_student_friendly, p.hours_min, p.hours_max, p.shift_mask, p.pay_currency, p.hourly_min, p.hourly_max,
    p.experience_months, p.training_weeks, p.is_training_paid, p.employer_id, e.industry,
    s.place_id, pl.latitude, pl.longitude,
    ARRAY(SELECT l.language || ' ' || l.level || ' ' || (CASE WHEN l.is_required THEN 'need' ELSE 'plus' END)
          FROM postings_postinglanguage l WHERE l.posting_id = p.id),
    ARRAY(SELECT c.starts_on FROM postings_startclass c WHERE c.posting_id = p.id),
    ARRAY(SELECT t.language::text FROM postings_postingtext t WHERE t.posting_id = p.id)
FROM postings_posting p
JOIN postings_role r ON r.id = p.role_id
JOIN postings_employer e ON e.id = p.employer_id
LEFT JOIN postings_site s ON s.id = p.site_id
LEFT JOIN postings_place pl ON pl.id = s.place_id
WHERE {OPEN}
"""  # noqa: S608  words of this module only
# Of a few postings, which is what comes between two searches, planning it would take longer than answering. How many they are
# PostgreSQL must not see: asked in plain words it would weigh each of them.
OF_SOME = Prepared(f"SELECT {FIELDS} AND p.id = ANY(ARRAY(SELECT unnest(%s::bigint[])))")
WORDS = """
SELECT t.posting_id, t.language, tsvector_to_array(t.search), tsvector_to_array(ts_filter(t.search, '{a}'))
FROM postings_postingtext t WHERE t.posting_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Words:
    """The stemmed words of a posting in one language, and those of its title."""

    language: str
    words: frozenset[str]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class Document:
    """``published`` is microseconds since 1970, ``expires`` seconds since 1970 (None: open until it is closed),
    ``hourly_min`` and ``hourly_max`` hundredths of the currency (-1: not stated). ``terms`` are ``facet:value``
    pairs for every facet whose values do not depend on the day; ``needs`` the languages that must be spoken, as
    ``nb B2``; ``written`` the languages that there is a text in.
    """

    id: int
    published: int
    expires: float | None
    terms: tuple[str, ...]
    employer: int
    city: str
    shift_mask: int
    currency: str
    hourly_min: int
    hourly_max: int
    needs: tuple[str, ...]
    starts: tuple[date, ...]
    place: int | None
    latitude: float
    longitude: float
    written: tuple[str, ...]


def documents(ids: Sequence[int]) -> list[Document]:
    """Those of ``ids`` that are open now. One statement."""
    return [document_of(row) for row in OF_SOME.rows([list(ids)])]


def words_of(ids: Sequence[int]) -> dict[int, list[Words]]:
    """The words of postings by id. One statement."""
    found: dict[int, list[Words]] = {}
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [list(ids)])
        for posting, language, words, title in cursor.fetchall():
            found.setdefault(posting, []).append(Words(language, frozenset(words), frozenset(title)))
    return found


def document_of(row: Sequence[Any]) -> Document:
    """A row of ``FIELDS`` as a document."""
    (
        posting, published, expires, tier, role, work, channels, workplace, country, remote_countries, city, employment,
        is_student, hours_min, hours_max, mask, currency, hourly_min, hourly_max,
        months, weeks, is_paid, employer, industry, place, latitude, longitude, spoken, starts, written,
    ) = row  # fmt: skip
    is_remote_only = workplace == "remote"
    city_value = "" if is_remote_only else city_key(country, city)
    countries = hires_in(country=country, workplace=workplace, remote_countries=remote_countries)
    languages = [entry.split(" ") for entry in spoken]
    terms = [
        f"tier:{tier}",
        f"role:{role}",
        f"work:{work}",
        f"workplace:{workplace}",
        f"employment:{employment}",
        f"currency:{currency}",
        f"experience:{experience_of(months)}",
        f"training:{training_of(weeks, is_paid=is_paid)}",
        f"industry:{industry}",
        *(f"channel:{channel}" for channel in dict.fromkeys(channels)),
        *(f"lang:{language} {level}" for language, level, _kind in languages),
        *(f"band:{name}" for name in bands_of(mask)),
        *(f"day:{name}" for name in days_of(mask)),
        *(f"hours:{name}" for name in hours_of(hours_min, hours_max)),
        *(f"country:{code}" for code in countries),
    ]
    band = pay_band(currency, hourly_min)
    if band:
        terms.append(f"payband:{band}")
    if is_student:
        terms.append("student:1")
    if not starts:
        terms.append(f"start:{NO_START}")
    return Document(
        id=posting,
        published=published,
        expires=expires,
        terms=tuple(terms),
        employer=employer,
        city=city_value,
        shift_mask=mask,
        currency=currency,
        hourly_min=_cents(hourly_min),
        hourly_max=_cents(hourly_max),
        needs=tuple(f"{language} {level}" for language, level, kind in languages if kind == "need"),
        starts=tuple(sorted(starts)),
        place=None if is_remote_only else place,
        latitude=latitude if latitude is not None else 0.0,
        longitude=longitude if longitude is not None else 0.0,
        written=tuple(written),
    )


def _cents(amount: Decimal | None) -> int:
    return -1 if amount is None else int(amount * 100)


def chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    """``items`` in lists of at most ``size``."""
    chunk: list[int] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
