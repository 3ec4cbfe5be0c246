"""A posting with everything that its page shows, in two statements: the row with what it points to, and all that hangs on it.

The ORM would ask once for each kind of thing that hangs on a posting. Here PostgreSQL hands them over as JSON, and they
become the rows of the prefetched relations, so that models, presenters and templates work as with ``prefetch_related``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models

from postings.enums import PostingState
from postings.models import PaySupplement, Posting, PostingLanguage, PostingText, Stage, StartClass, TitleAlias

TEXT_FIELDS = (
    "id", "language", "title", "summary", "duties", "must_haves", "nice_to_haves", "measures", "reports_to", "preview", "call_to_action",
)  # fmt: skip
STATEMENT = f"""
SELECT (SELECT json_agg(json_build_array({", ".join(f"t.{name}" for name in TEXT_FIELDS)}) ORDER BY t.id)
          FROM postings_postingtext t WHERE t.posting_id = %(posting)s),
       (SELECT json_agg(json_build_array(l.id, l.language, l.level, l.is_required) ORDER BY l.is_required DESC, l.id)
          FROM postings_postinglanguage l WHERE l.posting_id = %(posting)s),
       (SELECT json_agg(json_build_array(c.id, c.code, c.starts_on, c.seats) ORDER BY c.starts_on)
          FROM postings_startclass c WHERE c.posting_id = %(posting)s),
       (SELECT json_agg(json_build_array(x.id, x.kind, x.percent::text, x.amount::text) ORDER BY x.id)
          FROM postings_paysupplement x WHERE x.posting_id = %(posting)s),
       (SELECT json_agg(json_build_array(s.id, s.kind, s.position, s.names, s.is_visible) ORDER BY s.position)
          FROM postings_stage s WHERE s.plan_id = %(plan)s),
       (SELECT json_agg(json_build_array(a.id, a.language, a.text, a.is_preferred) ORDER BY a.text, a.id)
          FROM postings_titlealias a WHERE a.role_id = %(role)s AND a.is_preferred)
"""  # noqa: S608  names of our own columns


def public_posting(code: str) -> Posting | None:
    """The posting, whatever became of it; a draft does not exist for the public.

    Of the role's titles only the preferred ones are there, and nothing of a text's search vector.
    """
    posting = Posting.objects.select_related("employer", "site", "role", "plan").filter(code=code).exclude(state=PostingState.DRAFT).first()
    if posting is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"posting": posting.pk, "plan": posting.plan_id, "role": posting.role_id})
        texts, languages, classes, extras, stages, titles = (rows or () for rows in cursor.fetchone())
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
    manager = getattr(owner, relation)
    found = manager.get_queryset()
    back = manager.field.name
    fields = list(names)
    found._result_cache = [model.from_db("default", fields, list(row)) for row in rows]
    for item in found._result_cache:
        setattr(item, back, owner)
    found._prefetch_done = True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = found
