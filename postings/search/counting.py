"""How many postings each choice of a filter would show.

The counts of a facet ignore the facet's own choice and respect all others, so that choosing in one never
empties another. One statement: the open postings with one truth value per chosen facet, read once, counted
once per facet. Only fixed names of this module and SQL that the ORM made go into the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from postings.enums import LanguageLevel, ShiftBand
from postings.models import Posting, PostingLanguage
from postings.shifts import HOLIDAY_BIT, WEEKEND_MASK, band_mask

BAND_MASKS: dict[str, int] = {
    **{band.name.lower(): band_mask(band) for band in ShiftBand},
    "weekend": WEEKEND_MASK,
    "holiday": 1 << HOLIDAY_BIT,
}
COLUMNS = (
    "id", "tier", "work_type", "workplace", "employment_type", "pay_currency", "shift_mask", "experience_months",
    "is_student_friendly", "country", "remote_countries",
)  # fmt: skip
# facet → the column whose values are its choices
PLAIN = {"tier": "tier", "work": "work_type", "workplace": "workplace", "employment": "employment_type", "pay": "pay_currency"}
TOTAL, WITHOUT = "total", "without"
HIRES_IN = "CASE WHEN p.workplace = 'remote' AND cardinality(p.remote_countries) > 0 THEN p.remote_countries ELSE ARRAY[p.country] END"


@dataclass(frozen=True, slots=True)
class Counts:
    """``total`` respects every choice; ``by_facet[facet][value]`` every choice but the facet's own (no zeros);
    ``without[facet]`` is what would be found without any choice in that facet."""

    total: int = 0
    by_facet: dict[str, dict[str, int]] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)

    def of(self, facet: str, value: str) -> int:
        return self.by_facet.get(facet, {}).get(value, 0)


def count_facets(postings: QuerySet[Posting], conditions: Mapping[str, Q], *, levels: list[str] | None = None) -> Counts:
    """Count ``postings`` (not yet narrowed by ``conditions``) for every facet.

    ``conditions`` holds the chosen facets; ``levels`` bounds the languages counted to those levels.
    """
    marks = {f"in_{name}": ExpressionWrapper(condition, output_field=BooleanField()) for name, condition in conditions.items()}
    inner = postings.order_by().annotate(**marks).values(*COLUMNS, *marks)
    try:
        sql, params = inner.query.sql_with_params()
    except EmptyResultSet:
        return Counts()
    parts, extra = _parts(set(conditions), levels or list(LanguageLevel.values))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH p AS MATERIALIZED ({sql}) {' UNION ALL '.join(parts)}", [*params, *extra])
        found = cursor.fetchall()
    counts: dict[str, dict[str, int]] = {}
    for facet, value, number in found:
        counts.setdefault(facet, {})[value] = number
    return Counts(total=counts.pop(TOTAL, {}).get("", 0), without=counts.pop(WITHOUT, {}), by_facet=counts)


def _parts(chosen: set[str], levels: list[str]) -> tuple[list[str], list[Any]]:
    def others(facet: str) -> str:
        return " AND ".join(f"p.in_{name}" for name in sorted(chosen - {facet})) or "TRUE"

    languages = PostingLanguage._meta.db_table
    bands = ", ".join("(%s, %s::bigint)" for _band in BAND_MASKS)
    # S608: every name below is written here; values travel as parameters.
    parts = [f"SELECT '{TOTAL}' AS facet, '' AS value, count(*) AS number FROM p WHERE {others('')}"]  # noqa: S608
    parts += [f"SELECT '{WITHOUT}', '{facet}', count(*) FROM p WHERE {others(facet)}" for facet in sorted(chosen)]  # noqa: S608
    parts += [f"SELECT '{facet}', p.{column}, count(*) FROM p WHERE {others(facet)} GROUP BY 2" for facet, column in PLAIN.items()]  # noqa: S608
    by_band = f"JOIN (VALUES {bands}) AS band (name, mask) ON p.shift_mask & band.mask <> 0"
    by_language = f"JOIN {languages} AS spoken ON spoken.posting_id = p.id AND spoken.level = ANY(%s)"
    by_country = f"CROSS JOIN LATERAL unnest({HIRES_IN}) AS place (code)"
    parts += [
        f"SELECT 'band', band.name, count(*) FROM p {by_band} WHERE {others('band')} GROUP BY 2",  # noqa: S608
        f"SELECT 'lang', spoken.language, count(*) FROM p {by_language} WHERE {others('lang')} GROUP BY 2",  # noqa: S608
        f"SELECT 'country', place.code, count(DISTINCT p.id) FROM p {by_country} WHERE {others('country')} GROUP BY 2",  # noqa: S608
        f"SELECT 'experience', 'none', count(*) FROM p WHERE p.experience_months = 0 AND {others('experience')}",  # noqa: S608
        f"SELECT 'student', '1', count(*) FROM p WHERE p.is_student_friendly AND {others('student')}",  # noqa: S608
    ]
    return parts, [*(item for pair in BAND_MASKS.items() for item in pair), levels]
