"""A posting with everything that its page shows, in one statement.

The ORM would ask once for each kind of thing that hangs on a posting, and spend more time on writing its 110 columns into
SQL than the database on finding them. Here the statement is written once, from the models; what hangs on the posting comes
as JSON and becomes the prefetched relations, so models, presenters and templates work as with ``prefetch_related``
(a test compares the two).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, models

from callcenter_jobs.children import leave_behind
from callcenter_jobs.lib.rows import instance_of, instances_of
from callcenter_jobs.prepared import Prepared
from callcenter_jobs.ui.kept import per_process
from postings.models import (
    Employer,
    InterviewPlan,
    PaySupplement,
    Posting,
    PostingLanguage,
    PostingText,
    Role,
    Site,
    Stage,
    StartClass,
    TitleAlias,
)

# What a posting points to, and the alias of its table below.
POINTED_TO: dict[str, tuple[str, type[models.Model]]] = {
    "employer": ("e", Employer),
    "site": ("s", Site),
    "role": ("r", Role),
    "plan": ("n", InterviewPlan),
}
TEXT_FIELDS = (
    "id", "language", "title", "summary", "duties", "must_haves", "nice_to_haves", "measures", "reports_to", "preview", "call_to_action",
)  # fmt: skip
HANGING = f"""
       (SELECT json_agg(json_build_array({", ".join(f"t.{name}" for name in TEXT_FIELDS)}) ORDER BY t.id)
          FROM postings_postingtext t WHERE t.posting_id = p.id),
       (SELECT json_agg(json_build_array(l.id, l.language, l.level, l.is_required) ORDER BY l.is_required DESC, l.id)
          FROM postings_postinglanguage l WHERE l.posting_id = p.id),
       (SELECT json_agg(json_build_array(c.id, c.code, c.starts_on, c.seats) ORDER BY c.starts_on)
          FROM postings_startclass c WHERE c.posting_id = p.id),
       (SELECT json_agg(json_build_array(x.id, x.kind, x.percent::text, x.amount::text) ORDER BY x.id)
          FROM postings_paysupplement x WHERE x.posting_id = p.id),
       (SELECT json_agg(json_build_array(g.id, g.kind, g.position, g.names, g.is_visible) ORDER BY g.position)
          FROM postings_stage g WHERE g.plan_id = p.plan_id),
       (SELECT json_agg(json_build_array(a.id, a.language, a.text, a.is_preferred) ORDER BY a.text, a.id)
          FROM postings_titlealias a WHERE a.role_id = p.role_id AND a.is_preferred)
"""  # noqa: S608  names of our own columns
TABLES = """
  FROM postings_posting p
  JOIN postings_employer e ON e.id = p.employer_id
  JOIN postings_role r ON r.id = p.role_id
  JOIN postings_interviewplan n ON n.id = p.plan_id
  LEFT JOIN postings_site s ON s.id = p.site_id
 WHERE p.code = %s AND p.state <> 'draft'
"""


class _Columns(NamedTuple):
    """The columns of one model in the statement: where they begin, their names, and how to read those that need it."""

    model: type[models.Model]
    first: int
    names: list[str]
    readers: list[tuple[int, Callable[..., Any]]]

    def instance(self, row: list[Any]) -> Any:
        values = row[self.first : self.first + len(self.names)]
        if values[0] is None:
            return None
        for place, read in self.readers:
            values[place] = read(values[place], None, connection)
        return instance_of(self.model, dict(zip(self.names, values, strict=True)))


@per_process(1)
def _statement() -> tuple[Prepared, dict[str, _Columns], int]:
    """The statement, the columns per model (``""`` is the posting itself), and where what hangs on it begins."""
    written: list[str] = []
    columns: dict[str, _Columns] = {}
    tables: dict[str, tuple[str, type[models.Model]]] = {"": ("p", Posting), **POINTED_TO}
    for name, (alias, model) in tables.items():
        # The primary key comes first: it says whether there is a row at all.
        fields = sorted(model._meta.concrete_fields, key=lambda field: not field.primary_key)
        readers = [(place, read) for place, field in enumerate(fields) for read in field.get_db_converters(connection)]
        columns[name] = _Columns(model, len(written), [field.attname for field in fields], readers)
        written += [f'{alias}."{field.column}"' for field in fields]
    return Prepared(f"SELECT {', '.join(written)}, {HANGING} {TABLES}"), columns, len(written)


def public_posting(code: str) -> Posting | None:
    """The posting, whatever became of it; a draft does not exist for the public.

    Of the role's titles only the preferred ones are there, and nothing of a text's search vector.
    """
    statement, columns, hanging = _statement()
    found = statement.rows([code])
    if not found:
        return None
    row = list(found[0])
    posting: Posting = columns[""].instance(row)
    for name in POINTED_TO:
        setattr(posting, name, columns[name].instance(row))
    texts, languages, classes, extras, stages, titles = (rows or () for rows in row[hanging:])
    _hang(posting, "texts", PostingText, TEXT_FIELDS, texts)
    _hang(posting, "languages", PostingLanguage, ("id", "language", "level", "is_required"), languages)
    starts = ([pk, code, date.fromisoformat(starts_on), seats] for pk, code, starts_on, seats in classes)
    _hang(posting, "start_classes", StartClass, ("id", "code", "starts_on", "seats"), starts)
    supplements = ([pk, kind, _decimal(percent), _decimal(amount)] for pk, kind, percent, amount in extras)
    _hang(posting, "supplements", PaySupplement, ("id", "kind", "percent", "amount"), supplements)
    _hang(posting.plan, "stages", Stage, ("id", "kind", "position", "names", "is_visible"), stages)
    _hang(posting.role, "titles", TitleAlias, ("id", "language", "text", "is_preferred"), titles)
    return posting


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _hang(owner: models.Model, relation: str, model: type[models.Model], names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Makes ``rows`` the prefetched answer of ``owner.<relation>.all()``; fields not named are deferred."""
    back = getattr(owner, relation).field
    found = instances_of(model, (back.attname, *names), ((owner.pk, *row) for row in rows))
    for item in found:
        back.set_cached_value(item, owner)
    leave_behind(owner, relation, found)
