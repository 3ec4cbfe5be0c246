"""Which moves between kinds of stages are allowed, as plain data.

``NEXT`` lists, for each kind, the kinds that may follow. Stages of one kind may follow each other in either
direction (two interviews), and a recruiter may skip or go back between the active kinds; what is never
allowed is listed by what is missing here: nothing leaves ``hired`` or ``withdrawn``, a rejection is left
only by undoing it, and nobody is hired without an offer.
"""

from __future__ import annotations

from postings.enums import StageKind

ACTIVE = frozenset({StageKind.APPLIED, StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OFFER})
_FORWARD = frozenset({StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OFFER})
_END = frozenset({StageKind.REJECTED, StageKind.WITHDRAWN})

NEXT: dict[StageKind, frozenset[StageKind]] = {
    StageKind.APPLIED: _FORWARD | _END,
    StageKind.SCREENING: _FORWARD | _END,
    StageKind.ASSESSMENT: _FORWARD | _END,
    StageKind.INTERVIEW: _FORWARD | _END,
    StageKind.OFFER: _FORWARD | _END | {StageKind.HIRED},
    StageKind.HIRED: frozenset(),
    StageKind.REJECTED: frozenset(),
    StageKind.WITHDRAWN: frozenset(),
}


def may_move(from_kind: str, to_kind: str) -> bool:
    return StageKind(to_kind) in NEXT[StageKind(from_kind)]
