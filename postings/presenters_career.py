"""Careers as pages show them: the steps of the ladder, the moves from a role, its certificates."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from postings.enums import MoveKind, VersionState
from postings.models import CareerMove, CareerStep, Certificate, Role

YEAR = 12


def span_text(low: int | None, high: int | None) -> str:
    """``6–9 months`` or ``2–4 years``; empty when no time is typical. Years once the shorter end is two of them."""
    if low is None or high is None:
        return ""
    if low >= 2 * YEAR:
        years = round(high / YEAR)
        return ngettext("%(low)s–%(high)s year", "%(low)s–%(high)s years", years) % {"low": round(low / YEAR), "high": years}
    return ngettext("%(low)s–%(high)s month", "%(low)s–%(high)s months", high) % {"low": low, "high": high}


def with_guide() -> QuerySet[Role]:
    """Roles that have a page of their own: in use, and with a published template. Nothing leads to any other."""
    return Role.objects.filter(is_active=True, template__versions__state=VersionState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung with its words. ``role`` is the one with a guide to read; ``sideways`` are those people change to from here."""

    step: CareerStep
    role: Role | None
    words: dict[str, str]
    time: str
    sideways: list[Role] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Move:
    role: Role
    changes: str
    time: str


@dataclass(frozen=True, slots=True)
class Moves:
    up: list[Move]
    sideways: list[Move]
    arrivals: list[Role]

    def __bool__(self) -> bool:
        return bool(self.up or self.sideways or self.arrivals)


def steps() -> list[Step]:
    """The ladder from the bottom up. Three queries."""
    rows = list(CareerStep.objects.select_related("role").annotate(has_guide=Exists(with_guide().filter(pk=OuterRef("role")))))
    starts = {row.role_id for row in rows if row.role_id}
    aside: dict[int, list[Role]] = {}
    moves = CareerMove.objects.filter(kind=MoveKind.SIDEWAYS, from_role__in=starts, to_role__in=with_guide())
    for move in moves.select_related("to_role").prefetch_related("to_role__titles"):
        aside.setdefault(move.from_role_id, []).append(move.to_role)
    # A role that stands on two rungs (a new and an experienced agent) is left sideways from the upper one.
    last = {row.role_id: row.pk for row in rows}
    found = []
    for row in rows:
        roles = aside.get(row.role_id or 0, []) if last[row.role_id] == row.pk else []
        found.append(Step(row, row.role if row.has_guide else None, row.words_in(), span_text(row.months_min, row.months_max), roles))
    return found


def moves_of(role: Role) -> Moves:
    """Where people go from ``role``, and where they come from. Two queries."""
    up: list[Move] = []
    sideways: list[Move] = []
    arrivals: list[Role] = []
    there = with_guide()
    found = CareerMove.objects.filter(Q(from_role=role, to_role__in=there) | Q(to_role=role, from_role__in=there))
    for move in found.select_related("from_role", "to_role").prefetch_related("from_role__titles", "to_role__titles"):
        if move.to_role_id == role.pk:
            arrivals.append(move.from_role)
            continue
        shown = Move(move.to_role, move.words_in()["changes"], span_text(move.months_min, move.months_max))
        (up if move.kind == MoveKind.UP else sideways).append(shown)
    return Moves(up, sideways, arrivals)


def certificates_of(role: Role) -> list[tuple[Certificate, str]]:
    return [(certificate, certificate.words_in()["about"]) for certificate in role.certificates.all()]
