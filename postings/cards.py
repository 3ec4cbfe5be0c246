"""Results as cards: everything a row of a list says, ready to be drawn, by one statement for all of them.

Whatever found the postings (an index, a query), the statement asks the tables themselves whether each is still open,
by the rule of ``PostingQuerySet.open`` (a test holds the two together): a stale answer never shows a closed posting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from callcenter_jobs.lib.text import slug_of
from callcenter_jobs.prepared import Prepared
from callcenter_jobs.ui import jinja, strip
from callcenter_jobs.ui.kept import per_language, per_process
from callcenter_jobs.ui.moulds import Mould, escaped, mark
from postings import wording
from postings.enums import Workplace
from postings.filter_labels import towns
from postings.search.document import OPEN
from postings.search.fit import FitLine, Offer, fit_lines
from postings.search.query import Area, Profile
from postings.wording import Spoken

# Ids of one page; more than that is a mistake of the caller.
MOST = 500

STATEMENT = f"""
SELECT p.id, p.code, p.language, p.city, p.country, p.workplace, p.remote_countries, p.shift_mask,
       p.pay_basis, p.pay_min, p.pay_max, p.pay_currency, p.hourly_min, p.hourly_max, p.hourly_is_estimate,
       p.training_weeks, p.is_training_paid, p.response_promise_days, p.published_at,
       e.name, e.slug, s.place_id,
       (SELECT array_agg(ARRAY[t.language, t.title] ORDER BY t.id) FROM postings_postingtext t WHERE t.posting_id = p.id),
       (SELECT array_agg(ARRAY[l.language, l.level, l.is_required::text] ORDER BY l.is_required DESC, l.id)
          FROM postings_postinglanguage l WHERE l.posting_id = p.id),
       c.starts_on, c.seats
  FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place)
  JOIN postings_posting p ON p.id = wanted.id
  JOIN postings_employer e ON e.id = p.employer_id
  LEFT JOIN postings_site s ON s.id = p.site_id
  LEFT JOIN LATERAL (SELECT starts_on, seats FROM postings_startclass c
                      WHERE c.posting_id = p.id AND c.starts_on >= %s ORDER BY c.starts_on LIMIT 1) c ON TRUE
 WHERE {OPEN}
 ORDER BY wanted.place
"""  # noqa: S608  nothing but names of our own goes in; ids and the day travel as parameters
PREPARED = Prepared(STATEMENT)


class Row(NamedTuple):
    """One row of the statement."""

    id: int
    code: str
    language: str
    city: str
    country: str
    workplace: str
    remote_countries: list[str] | None
    shift_mask: int
    pay_basis: str
    pay_min: Decimal | None
    pay_max: Decimal | None
    pay_currency: str
    hourly_min: Decimal | None
    hourly_max: Decimal | None
    hourly_is_estimate: bool
    training_weeks: int
    is_training_paid: bool
    response_promise_days: int
    published_at: datetime
    employer: str
    employer_slug: str
    place_id: int | None
    texts: list[list[str]] | None
    spoken: list[list[str]] | None
    starts_on: date | None
    seats: int | None


@dataclass(slots=True)
class Card:
    """What one row says, in the reader's language. All but ``strip`` is plain text and is escaped where it is drawn.

    ``lang`` is the language of ``title`` where it is not the page's. ``distance`` and ``fit`` are for whoever said
    where to look, and what they can and want.
    """

    id: int
    code: str
    href: str
    title: str
    lang: str
    employer: str
    employer_slug: str
    place: str
    workplace: str
    pay: str
    pay_note: str
    mask: int
    shifts: str
    strip: SafeString
    languages: str
    start: str
    training: str
    response: str
    posted: str
    distance: str = ""
    fit: tuple[FitLine, ...] = ()

    @property
    def fit_lines(self) -> SafeString:
        """``fit`` as markup."""
        return mark_safe("".join([_fit_mould(line.is_met).cast([escaped(line.text)]) for line in self.fit]))  # noqa: S308  drawn and escaped


def cards_of(
    ids: Sequence[int],
    *,
    language: str,
    week: int = 0,
    wishes: Profile | None = None,
    area: Area | None = None,
    now: datetime | None = None,
) -> list[Card]:
    """The open ones of these postings, in this order. One query, and one for towns in letters that the reader may not know.

    ``wishes`` are the reader's, ``week`` alone is their mask: it is laid over the shifts. Distances are from the
    middle of ``area``.
    """
    if not ids:
        return []
    at = now or timezone.now()
    wanted = wishes or (Profile(week=week) if week else None)
    today = timezone.localdate(at)
    rows = [Row(*row) for row in PREPARED.rows([list(ids[:MOST]), today])]
    named = towns([(row.country, row.city) for row in rows if row.workplace != Workplace.REMOTE], language)
    reader = _Reader(language, wanted, area, today, timezone.get_current_timezone(), named)
    if translation.get_language() == language:
        return [_card(row, reader) for row in rows]
    with translation.override(language):
        return [_card(row, reader) for row in rows]


class _Reader(NamedTuple):
    """Whom the cards are for; ``language`` is the active one while they are made."""

    language: str
    wishes: Profile | None
    area: Area | None
    today: date
    zone: tzinfo
    towns: Mapping[tuple[str, str], str]


def _card(row: Row, reader: _Reader) -> Card:
    language = reader.language
    # The same choice as ``Posting.text_in`` and ``Posting.title``.
    titles: dict[str, str] = dict(row.texts or ())
    own = titles.get(row.language) or next(iter(titles.values()), "")
    written = language if titles.get(language) else row.language
    if not titles.get(written):
        written = next(iter(titles), row.language)
    shifts = wording.shifts.at(language, row.shift_mask)
    city = reader.towns.get((row.country, row.city), row.city)
    return Card(
        id=row.id,
        code=row.code,
        href=address(own or row.code, row.code, language),
        title=titles.get(written, ""),
        lang="" if written == language else written,
        employer=row.employer,
        employer_slug=row.employer_slug,
        place=wording.place.at(language, row.workplace, city, row.country, tuple(row.remote_countries or ())),
        workplace=wording.workplace.at(language, row.workplace),
        pay=wording.pay_hourly.at(language, row.pay_basis, row.hourly_min, row.hourly_max, row.pay_currency, row.hourly_is_estimate),
        pay_note=wording.pay_note.at(language, row.pay_basis, row.pay_min, row.pay_max, row.pay_currency),
        mask=row.shift_mask,
        shifts=shifts,
        strip=strip.svg(row.shift_mask, (reader.wishes.week if reader.wishes else 0) or None, shifts, "small"),
        languages=wording.languages.at(language, _spoken(row.spoken)),
        start=wording.start.at(language, row.starts_on, row.seats or 0, reader.today),
        training=wording.training.at(language, row.training_weeks, row.is_training_paid),
        response=wording.response.at(language, row.response_promise_days),
        posted=wording.posted.at(language, (reader.today - row.published_at.astimezone(reader.zone).date()).days),
        distance=_distance(row, reader) if reader.area else "",
        fit=_fit(row, reader.wishes) if reader.wishes else (),
    )


def _distance(row: Row, reader: _Reader) -> str:
    """How far it is; empty for what lies in the place itself, has no known place, or is done from home."""
    km = (reader.area.places.get(row.place_id) if reader.area and row.place_id is not None else None) or 0.0
    if row.workplace == Workplace.REMOTE or round(km) < 1:
        return ""
    return wording.distance.at(reader.language, round(km))


def _fit(row: Row, wishes: Profile) -> tuple[FitLine, ...]:
    offer = Offer(
        shift_mask=row.shift_mask,
        needs=tuple((code, level) for code, level, required in _spoken(row.spoken) if required),
        workplace=row.workplace,
        country=row.country,
        remote_countries=tuple(row.remote_countries or ()),
        city=row.city,
        place=row.place_id,
        currency=row.pay_currency,
        hourly_max=row.hourly_max,
    )
    return tuple(fit_lines(offer, wishes))


def _spoken(rows: list[list[str]] | None) -> tuple[Spoken, ...]:
    return tuple((code, level, required == "true") for code, level, required in rows or ())


# --- addresses ----------------------------------------------------------------------------------------


@per_process()
def _slug(title: str) -> str:
    return slug_of(title) or "job"


@per_language(8)
def _around() -> tuple[str, str, str]:
    """What stands before, between and after the words and the code of a posting's address."""
    words, code = "words", "2222222222"
    before, _found, rest = reverse("public:posting", args=[words, code]).partition(words)
    between, _found, after = rest.partition(code)
    return before, between, after


def address(title: str, code: str, language: str) -> str:
    """The same as ``Posting.get_absolute_url`` without the search through the table of addresses; ``language`` is active."""
    before, between, after = _around.at(language)
    return f"{before}{_slug(title)}{between}{code}{after}"


# --- drawing ------------------------------------------------------------------------------------------


# What not every card has to say.
OPTIONAL = ("lang", "pay_note", "distance", "posted", "training", "fit_lines")
SLOTS = ("href", "title", "pay", "employer", "place", "workplace", "strip", "languages", "start", "response", *OPTIONAL)


@per_process()
def _mould(level: int, hide_employer: bool, lacking: tuple[str, ...]) -> tuple[Mould, Callable[[Card], tuple[str, ...]]]:
    """The card without what it lacks, and what reads the values of its slots off a card."""
    marks = {slot: "" if slot in lacking else mark(slot) for slot in SLOTS}
    mould = Mould.of(jinja.draw("postings/_card.html", card=marks, level=level, hide_employer=hide_employer))
    return mould, attrgetter(*mould.slots)


@per_process()
def _fit_mould(is_met: bool) -> Mould:
    return Mould.of(jinja.draw("postings/_card_fit.html", is_met=is_met, text=mark("text")))


def _card_html(card: Card, level: int, hide_employer: bool) -> str:
    mould, values_of = _mould(level, hide_employer, tuple([slot for slot in OPTIONAL if not getattr(card, slot)]))
    return mould.cast([escaped(value) for value in values_of(card)])


def cards_html(cards: Iterable[Card], *, label: str = "", level: int = 3, hide_employer: bool = False) -> SafeString:
    """The list as markup, for templates of either engine."""
    rows = mark_safe("".join([_card_html(card, level, hide_employer) for card in cards]))  # noqa: S308  drawn and escaped
    return jinja.draw("postings/_cards.html", rows=rows, label=label)
