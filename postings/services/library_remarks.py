"""What a dry run points out beside a change of pay: nothing that is refused, only what a second look is for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from postings.enums import LibraryArea
from postings.models import LibraryImport
from postings.services.library_state import State, current, merged

FAR, NAMED = 3, 3
# Two figures that agree in all of these say the same thing twice.
SAME = ("source_name", "year", "role", "tier", "industry", "employer_name", "country", "currency", "period", "measure")


def pay_remarks(item: LibraryImport) -> dict[str, list[str]]:
    """By the key of the figure, in the reader's language."""
    changes = [change for change in item.changes if change["area"] == LibraryArea.PAY]
    if not changes:
        return {}
    twins = _twins(item)
    found = {}
    for change in changes:
        key = change["key"]
        remarks = [_("The amount is more than %(times)d times as high or as low as before.") % {"times": FAR}] if _is_far(change) else []
        if twins.get(key):
            remarks.append(
                _("There is another figure of the same source, year, group and kind: %(keys)s") % {"keys": ", ".join(twins[key][:NAMED])}
            )
        if remarks:
            found[key] = remarks
    return found


def _is_far(change: Mapping[str, Any]) -> bool:
    amounts = next((row for row in change["fields"] if row["name"] == "amount"), None)
    if amounts is None:
        return False
    try:
        before, after = Decimal(amounts["before"]), Decimal(amounts["after"])
    except InvalidOperation:
        return False
    return before > 0 and after > 0 and max(before, after) > FAR * min(before, after)


def _twins(item: LibraryImport) -> dict[str, list[str]]:
    """The other keys of the figures that would say the same, in the library as it would be."""
    figures = merged(current({"pay"}), State.of_payload(item.payload)).part("pay")
    by_kind: dict[tuple[str, ...], list[str]] = {}
    shown = {key: figure for key, figure in figures.items() if figure.get("is_active", True)}
    for key, figure in shown.items():
        by_kind.setdefault(tuple(str(figure.get(name) or "").strip().casefold() for name in SAME), []).append(key)
    return {key: [other for other in keys if other != key] for keys in by_kind.values() if len(keys) > 1 for key in keys}
