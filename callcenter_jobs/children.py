"""The rows that belong to one row, where many such are read one after the other: Django takes longer to write a small
SELECT than PostgreSQL takes to answer it, so each is written once.

For many parents at a time ``prefetch_related`` is right, and what it leaves behind is what is left behind here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Model, QuerySet


def read_children(parent: Model, *relations: str, leave_out: frozenset[str] = frozenset()) -> None:
    """Have ``parent`` know its rows of ``relations``, in their usual order, as if they had been prefetched.

    Fields named in ``leave_out`` are read when somebody asks for them.
    """
    known = vars(parent).get("_prefetched_objects_cache", {})
    for relation in relations:
        if relation in known:
            continue
        child, field, select = _select(type(parent), relation, leave_out)
        rows = list(child._default_manager.raw(select, [parent.pk]))
        for row in rows:
            field.set_cached_value(row, parent)
        leave_behind(parent, relation, rows)


def leave_behind(parent: Model, relation: str, rows: list[Any]) -> None:
    """Have ``rows`` be what ``parent.<relation>.all()`` answers without asking, as Django's own prefetching does: whatever
    else is asked of it (filtering, deleting) stays with the rows of this parent."""
    known: dict[str, QuerySet[Any]] = vars(parent).setdefault("_prefetched_objects_cache", {})
    # Known already, it would answer here.
    known.pop(relation, None)
    found: QuerySet[Any] = getattr(parent, relation).get_queryset()
    vars(found).update(_result_cache=rows, _prefetch_done=True)
    known[relation] = found


@cache
def _select(model: type[Model], relation: str, leave_out: frozenset[str]) -> tuple[type[Model], Any, str]:
    """The model of a relation, the field there that names the parent, and the statement that reads the rows of one parent."""
    described: Any = model._meta.get_field(relation)
    child, field = described.related_model, described.field
    unread = sorted(leave_out.intersection(one.name for one in child._meta.concrete_fields))
    written, _parameters = child._default_manager.filter(**{field.attname: 0}).defer(*unread).query.sql_with_params()
    return child, field, written
