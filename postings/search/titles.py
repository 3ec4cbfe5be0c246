"""What to offer while somebody types what they look for: names of roles, and employers with open jobs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.models import Employer, Posting, TitleAlias
from postings.search.text import clean

SUGGEST_FROM = 2
TITLES, EMPLOYERS, PER_ROLE = 6, 3, 2
# More names than these begin with two letters only, and the best are among them anyway.
MOST_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row of the list under "what". With ``name`` it is that filter with ``value``, else words for the box.

    ``language`` is the language of ``label`` where it is not the reader's.
    """

    label: str
    language: str = ""
    note: str = ""
    name: str = ""
    value: str = ""


def suggest(text: str, *, language: str) -> list[Suggestion]:
    """Titles with a word that begins so, the reader's language first, then employers called so. Two queries."""
    key = search_key(clean(text))
    if len(key) < SUGGEST_FROM:
        return []
    return [*_titles(key, language), *_employers(clean(text))]


def _titles(key: str, language: str) -> list[Suggestion]:
    begins = Q(normalized__startswith=key) | Q(normalized__contains=f" {key}")
    rows = TitleAlias.objects.filter(begins).order_by().values_list("language", "normalized", "text", "is_preferred", "role_id")
    ranked = sorted(
        rows[:MOST_LOOKED_AT],
        key=lambda row: (row[0] != language, not row[1].startswith(key), not row[3], len(row[2]), row[2]),
    )
    found: dict[str, Suggestion] = {}
    of_role: dict[int, int] = {}
    for code, normalized, title, _preferred, role in ranked:
        if normalized in found or of_role.get(role, 0) >= PER_ROLE:
            continue
        of_role[role] = of_role.get(role, 0) + 1
        found[normalized] = Suggestion(title, language="" if code == language else code)
        if len(found) == TITLES:
            break
    return list(found.values())


def _employers(text: str) -> list[Suggestion]:
    hiring = Exists(Posting.objects.open().filter(employer=OuterRef("pk")).order_by())
    rows = Employer.objects.filter(hiring, name__istartswith=text).order_by("name").values_list("name", "slug")
    return [Suggestion(name, note=_("Employer"), name="employer", value=slug) for name, slug in rows[:EMPLOYERS]]
