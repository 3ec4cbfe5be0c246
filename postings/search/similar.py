"""Open postings like another one: for its page, and for who comes too late."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from postings.models import Posting


def similar_to(posting: Posting, *, limit: int = 4) -> QuerySet[Posting]:
    """The same role first, then the same country, then the newest; the same tier at least."""
    here = Q(country=posting.country) | Q(remote_countries__contains=[posting.country])
    closeness = Case(
        When(here & Q(role_id=posting.role_id), then=Value(0)),
        When(here & Q(work_type=posting.work_type), then=Value(1)),
        When(here, then=Value(2)),
        When(Q(role_id=posting.role_id), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    found = Posting.objects.open().exclude(pk=posting.pk).filter(Q(tier=posting.tier) | Q(work_type=posting.work_type))
    return found.for_list().order_by(closeness, "-published_at", "-pk")[:limit]


def similar_ids(posting: Posting, *, limit: int = 4) -> list[int]:
    """The same as ids, for cards."""
    return list(similar_to(posting, limit=limit).select_related(None).prefetch_related(None).values_list("pk", flat=True))
