"""Results as cards: everything a row of a list says, ready to be drawn, by one statement for all of them.

Whatever found the postings (an index, a query), the statement asks the tables themselves whether each is still open,
by the rule of ``PostingQuerySet.open`` (a test holds the two together): a stale answer never shows a closed posting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from operator import attrgetter, not_
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString

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
SELECT p.id, p.code, p.city, p.country, p.workplace, p.remote_countries, p.shift_mask,
       p.pay_basis, p.pay_min, p.pay_max, p.pay_currency, p.hourly_min, p.hourly_max, p.hourly_is_estimate,
       p.training_weeks, p.is_training_paid, p.response_promise_days,
       p.published_at, e.name, s.place_id,
       p.language, own.title,
       CASE WHEN p.language <> %(language)s::text
            THEN (SELECT t.title FROM postings_postingtext t WHERE t.posting_id = p.id AND t.language = %(language)s::text) END,
       CASE WHEN own.title IS NULL
            THEN (SELECT ARRAY[t.language, t.title] FROM postings_postingtext t WHERE t.posting_id = p.id ORDER BY t.id LIMIT 1) END,
       (SELECT string_agg(l.language || ' ' || l.level || ' ' || l.is_required, ',' ORDER BY l.is_required DESC, l.id)
          FROM postings_postinglanguage l WHERE l.posting_id = p.id),
       c.starts_on, c.seats
  FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
  JOIN postings_posting p ON p.id = wanted.id
  JOIN postings_employer e ON e.id = p.employer_id
  LEFT JOIN postings_site s ON s.id = p.site_id
  LEFT JOIN postings_postingtext own ON own.posting_id = p.id AND own.language = p.language
  LEFT JOIN LATERAL (SELECT starts_on, seats FROM postings_startclass c
                      WHERE c.posting_id = p.id AND c.starts_on >= %(today)s::date ORDER BY c.starts_on LIMIT 1) c ON TRUE
 WHERE {OPEN}
 ORDER BY wanted.place
"""  # noqa: S608  nothing but names of our own goes in; all else travels as parameters
PREPARED = Prepared(STATEMENT)


class Row(NamedTuple):
    """One row of the statement. ``language`` is the posting's own and ``own_title`` in it, ``title`` in the reader's when that is
    another one, ``other`` the first language and title that there are when its own is missing. ``spoken`` is for ``_spoken``."""

    id: int
    code: str
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
    place_id: int | None
    language: str
    own_title: str | None
    title: str | None
    other: list[str] | None
    spoken: str | None
    starts_on: date | None
    seats: int | None


class Card(NamedTuple):
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
        return SafeString("".join([_fit_mould(line.is_met).cast([escaped(line.text)]) for line in self.fit]))


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
    wanted = wishes or (Profile(week=week) if week else None)
    zone = timezone.get_current_timezone()
    today = timezone.localdate(now, zone)
    # As PostgreSQL writes an array: the driver would take twenty numbers one by one.
    asked = f"{{{','.join(map(str, ids[:MOST]))}}}"
    rows = list(map(Row._make, PREPARED.rows({"ids": asked, "today": today, "language": language})))
    named = towns([(row.country, row.city) for row in rows if row.workplace != Workplace.REMOTE], language)
    reader = _Reader(language, wanted, area, today, zone, named)
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
    # All at once: each would be looked up by its name several times otherwise, and there are five hundred on a page.
    (
        pk, code, city, country, workplace, remote_countries, mask, basis, pay_min, pay_max, currency, hourly_min, hourly_max,
        is_estimate, training_weeks, is_paid, response_days, published_at, employer, _place, written, own_title, read_title, other,
        spoken, starts_on, seats,
    ) = row  # fmt: skip
    language = reader.language
    # The same choice as ``Posting.text_in`` and ``Posting.title``.
    if other is not None:
        written, own_title = other
    title = own_title if read_title is None else read_title
    lang = "" if read_title is not None or written == language else written
    href = address(own_title or code, code, language)
    town = reader.towns.get((country, city), city)
    place = wording.place(workplace, town, country, tuple(remote_countries or ()), language)
    pay = wording.pay_hourly(basis, hourly_min, hourly_max, currency, is_estimate, language)
    pay_note = wording.pay_note(basis, pay_min, pay_max, currency, language)
    shifts = wording.shifts.at(language, mask)
    drawing = strip.svg(mask, (reader.wishes.week if reader.wishes else 0) or None, shifts, "small")
    languages = wording.languages.at(language, _spoken(spoken or ""))
    start = wording.start.at(language, starts_on, seats or 0, reader.today)
    training = wording.training.at(language, training_weeks, is_paid)
    response = wording.response.at(language, response_days)
    posted = wording.posted.at(language, (reader.today - published_at.astimezone(reader.zone).date()).days)
    distance = _distance(row, reader) if reader.area else ""
    fit = _fit(row, reader.wishes, language) if reader.wishes else ()
    return Card(
        pk, code, href, title or "", lang, employer, place, wording.workplace.at(language, workplace), pay, pay_note, mask, shifts,
        drawing, languages, start, training, response, posted, distance, fit,
    )  # fmt: skip


def _distance(row: Row, reader: _Reader) -> str:
    """How far it is; empty for what lies in the place itself, has no known place, or is done from home."""
    km = (reader.area.places.get(row.place_id) if reader.area and row.place_id is not None else None) or 0.0
    if row.workplace == Workplace.REMOTE or round(km) < 1:
        return ""
    return wording.distance.at(reader.language, round(km))


def _fit(row: Row, wishes: Profile, language: str) -> tuple[FitLine, ...]:
    offer = Offer(
        shift_mask=row.shift_mask,
        needs=tuple([(code, level) for code, level, required in _spoken(row.spoken or "") if required]),
        workplace=row.workplace,
        country=row.country,
        remote_countries=tuple(row.remote_countries or ()),
        city=row.city,
        place=row.place_id,
        currency=row.pay_currency,
        hourly_max=row.hourly_max,
    )
    return tuple(fit_lines(offer, wishes, language))


@per_process()
def _spoken(text: str) -> tuple[Spoken, ...]:
    """The languages of ``nb B2 true,en B1 false``: code, level, whether it is required."""
    return tuple([_one_spoken(spoken) for spoken in text.split(",") if spoken])


@per_process()
def _one_spoken(text: str) -> Spoken:
    # Each is in many of the lists above, and kept there once.
    code, level, required = text.split(" ")
    return code, level, required == "true"


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


# What not every card has to say: its slots, and what is empty where it has not.
OPTIONAL = ("lang", "pay_note", "distance", "posted", "training", "fit_lines")
_optional_of: Callable[[Card], tuple[object, ...]] = attrgetter("lang", "pay_note", "distance", "posted", "training", "fit")
SLOTS = ("href", "title", "pay", "employer", "place", "workplace", "strip", "languages", "start", "response", *OPTIONAL)


@per_process()
def _mould(level: int, hide_employer: bool, lacking: tuple[bool, ...]) -> tuple[Mould, Callable[[Card], tuple[str, ...]]]:
    """The card without those of ``OPTIONAL`` that it lacks, and what reads the values of its slots off a card."""
    marks = {slot: mark(slot) for slot in SLOTS} | {slot: "" for slot, lacks in zip(OPTIONAL, lacking, strict=True) if lacks}
    mould = Mould.of(jinja.draw("postings/_card.html", card=marks, level=level, hide_employer=hide_employer))
    return mould, attrgetter(*mould.slots)


@per_process()
def _fit_mould(is_met: bool) -> Mould:
    return Mould.of(jinja.draw("postings/_card_fit.html", is_met=is_met, text=mark("text")))


def _card_html(card: Card, level: int, hide_employer: bool) -> str:
    mould, values_of = _mould(level, hide_employer, tuple(map(not_, _optional_of(card))))
    return mould.cast([escaped(value) for value in values_of(card)])


def cards_html(cards: Iterable[Card], *, level: int = 3, hide_employer: bool = False) -> SafeString:
    """The list as markup, for templates of either engine."""
    return _list().cast(["".join([_card_html(card, level, hide_employer) for card in cards])])


@per_process()
def _list() -> Mould:
    return Mould.of(jinja.draw("postings/_cards.html", rows=mark("rows")))
