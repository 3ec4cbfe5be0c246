"""A chunk of postings as the lines of PostgreSQL's COPY, one buffer for each table.

What belongs together is written together: a revision says exactly what ``postings.services.revisions.snapshot`` would.
"""

from __future__ import annotations

import io
import random
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field

from postings.management.made_postings import draws
from postings.management.made_postings.library import Question, RoleKind, Words, escaped
from postings.management.made_postings.world import World

CHUNK = 2_000
NULL = "\\N"
# In the order in which they are copied: the trigger of a text looks at its posting.
COLUMNS: dict[str, str] = {
    "postings_posting": (
        "id employer_id code state language role_id template_version_id plan_id tier work_type direction channels client_program openings"
        " site_id city country workplace remote_countries needs_own_computer needs_internet needs_headset needs_quiet_room"
        " employment_type is_student_friendly hours_min hours_max shift_mask is_rotating shift_hours rota_notice_weeks can_choose_days_off"
        " pay_basis pay_min pay_max pay_currency pay_frequency has_bonus has_commission pay_extra hourly_min hourly_max hourly_is_estimate"
        " training_weeks is_training_paid licence experience_months education minimum_age needs_transport needs_right_to_work"
        " needs_background_check benefits response_promise_days closes_on created_at updated_at published_at closed_at"
    ),
    "postings_postingtext": (
        "posting_id language title summary duties must_haves nice_to_haves measures reports_to preview call_to_action"
    ),
    "postings_postinglanguage": "posting_id language level is_required",
    "postings_paysupplement": "posting_id kind percent amount",
    "postings_startclass": "posting_id code starts_on seats",
    "postings_screeningquestion": "posting_id library_key position is_required is_active kind texts options accepted is_knockout",
    "postings_postingrevision": "posting_id number content created_at",
}
POSTING_COLUMNS = COLUMNS["postings_posting"].split()
# Of the open postings this share asks questions; the others let people apply without.
ASKING = 0.1


@dataclass(frozen=True, slots=True)
class Bases:
    """The first id of each kind of row."""

    employer: int
    site: int
    plan: int
    posting: int


@dataclass(slots=True)
class Buffers:
    tables: dict[str, io.StringIO] = field(default_factory=lambda: {table: io.StringIO() for table in COLUMNS})

    def add(self, table: str, *values: str) -> None:
        self.tables[table].write("\t".join(values) + "\n")


def _escape_json(text: str) -> str:
    # ``text`` is a COPY value; quotes and backslashes as COPY wants them inside a JSON value.
    return text.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"')


# A value twice: as COPY writes it into its own column, and as JSON writes it into a revision.
Value = tuple[str, str]
EMPTY: Value = ("", '""')
FLAGS: dict[bool, Value] = {True: ("t", "true"), False: ("f", "false")}


def _word(text: str | None) -> Value:
    return (NULL, "null") if text is None else (text, f'"{_escape_json(text)}"')


def _number(text: str | None) -> Value:
    return (NULL, "null") if text is None else (text, text)


def _list(items: list[str]) -> Value:
    return "{" + ",".join(items) + "}", "[" + ", ".join(f'"{item}"' for item in items) + "]"


def _pick(items: list[str], dice: random.Random) -> str:
    return items[int(len(items) * dice.random())]


def _tail_sentence(world: World, language: str, dice: random.Random) -> str:
    tail, shares = world.tails[language], world.tail_shares
    drawn = [tail[bisect(shares, dice.random())] for _ in range(7 + int(9 * dice.random()))]
    return " ".join(drawn).capitalize() + "."


def _text(world: World, words: Words, place: draws.Where, dice: random.Random) -> dict[str, Value]:
    """The columns of a text; those with JSON in them are the same both ways."""
    title = words.titles[0] if dice.random() < 0.35 else _pick(words.titles, dice)
    chance = dice.random()
    if chance < 0.22:
        title = f"{title} – {place.made.city}"
    elif chance < 0.27:
        title = f"{title} ({world.employers[place.employer].name})"
    first = int(len(words.sentences) * dice.random() * 0.6)
    sentences = [*words.sentences[first : first + 2], _tail_sentence(world, place.language, dice)]
    if dice.random() < 0.6:
        sentences.append(_tail_sentence(world, place.language, dice))
    return {
        "title": _word(title[:90].rstrip()),
        "summary": _word(" ".join(sentences)),
        "duties": _number(_pick(words.duties, dice)),
        "must_haves": _number(_pick(words.must_haves, dice)),
        "nice_to_haves": _number(_pick(words.nice_to_haves, dice)),
        "measures": _number(_pick(words.measures, dice)),
        "reports_to": _word(words.reports_to),
        "preview": _number(_pick(words.previews, dice)),
        "call_to_action": _word(words.call_to_action),
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """What was thrown for one posting, before it is written down."""

    index: int
    place: draws.Where
    role: RoleKind
    clock: draws.Clock
    work: draws.Hours
    wage: draws.Pay | None
    text: dict[str, Value]
    languages: list[tuple[str, str, bool]]
    supplements: list[tuple[str, str | None, str | None]]
    seats: list[str]
    questions: list[Question]


def make_chunk(world: World, bases: Bases, number: int) -> Buffers:
    """Postings ``number * CHUNK`` and on. The dice are the chunk's own: how many processes share the work changes nothing."""
    dice = random.Random(f"{world.seed}/chunk/{number}")
    buffers = Buffers()
    for index in range(number * CHUNK, min((number + 1) * CHUNK, world.count)):
        draft = _draw(world, index, dice)
        public = _public(world, draft, dice)
        _write(world, bases, draft, public, buffers)
    return buffers


def _draw(world: World, index: int, dice: random.Random) -> Draft:
    place = draws.where(world, dice)
    role = world.roles[bisect(world.role_shares, dice.random())]
    clock = draws.clock(world, index, dice)
    work = draws.hours(role, place.made.country, dice)
    wage = draws.wage(role, place.made.country, work, dice)
    return Draft(
        index=index,
        place=place,
        role=role,
        clock=clock,
        work=work,
        wage=wage,
        text=_text(world, role.words[place.language], place, dice),
        languages=draws.spoken(place, dice),
        supplements=draws.supplements(work, dice) if wage else [],
        seats=[str(4 + 2 * int(14 * dice.random())) for _ in clock.starts],
        questions=world.questions if clock.state == "open" and dice.random() < ASKING else [],
    )


def _public(world: World, draft: Draft, dice: random.Random) -> dict[str, Value]:
    """Every field of ``postings.services.revisions.FIELDS``."""
    place, role, work, wage = draft.place, draft.role, draft.work, draft.wage
    agent, remote, night = role.tier == "agent", place.workplace == "remote", work.grid.has(0, 4)
    employer = world.employers[place.employer]
    months = role.experience_months + (6 * int(3 * dice.random()) if dice.random() < 0.3 else 0)
    return {
        "language": _word(place.language),
        "channels": _list(draws.channels(role, dice)),
        "client_program": EMPTY,
        "city": EMPTY if place.site is None else _word(escaped(place.made.city)),
        "country": _word(place.made.country.code),
        "workplace": _word(place.workplace),
        "remote_countries": _list(place.remote_countries),
        "needs_own_computer": FLAGS[remote and dice.random() < 0.6],
        "needs_internet": FLAGS[remote],
        "needs_headset": FLAGS[remote and dice.random() < 0.3],
        "needs_quiet_room": FLAGS[remote and dice.random() < 0.8],
        "employment_type": _word(work.employment),
        "is_student_friendly": FLAGS[work.employment == "part_time" and dice.random() < 0.6],
        "hours_min": _word(work.low),
        "hours_max": _word(work.high),
        "shift_mask": _number(str(work.grid.mask)),
        "is_rotating": FLAGS[work.is_rotating],
        "shift_hours": _word("8.0" if work.employment == "full_time" else "5.0" if dice.random() < 0.5 else None),
        "rota_notice_weeks": _number(str(2 + int(5 * dice.random())) if work.is_rotating else None),
        "can_choose_days_off": FLAGS[dice.random() < 0.2],
        "pay_basis": _word(wage.basis) if wage else EMPTY,
        "pay_min": _word(str(wage.low) if wage else None),
        "pay_max": _word(str(wage.high) if wage else None),
        "pay_currency": _word(wage.currency) if wage else EMPTY,
        "pay_frequency": _word(wage.frequency) if wage else EMPTY,
        "has_bonus": FLAGS[wage is not None and dice.random() < 0.3],
        "has_commission": FLAGS[wage is not None and role.direction == "outbound" and dice.random() < 0.6],
        "pay_extra": EMPTY,
        "training_weeks": _number(str(max(0, role.training_weeks + int(dice.gauss(0, 1.2))))),
        "is_training_paid": FLAGS[dice.random() < 0.9],
        "licence": EMPTY,
        "experience_months": _number(str(months)),
        "education": _word(role.education),
        "minimum_age": _number("18" if dice.random() < 0.93 else "20"),
        "needs_transport": FLAGS[not remote and night and dice.random() < 0.5],
        "needs_right_to_work": FLAGS[True],
        "needs_background_check": FLAGS[dice.random() < 0.15],
        "benefits": _list(draws.benefits(dice)),
        "openings": _number(str(1 + int(24 * dice.random() ** 3)) if agent else "1"),
        "response_promise_days": _number(str(employer.promise_days if dice.random() < 0.7 else role.promise_days)),
        "closes_on": _word(str(draft.clock.closes_on) if draft.clock.closes_on else None),
    }


def _private(world: World, bases: Bases, draft: Draft) -> dict[str, str]:
    """The columns of a posting that no reader of a revision sees."""
    place, role, clock, wage = draft.place, draft.role, draft.clock, draft.wage
    return {
        "id": str(bases.posting + draft.index),
        "employer_id": str(bases.employer + place.employer),
        "code": world.codes["posting"][draft.index],
        "state": clock.state,
        "role_id": str(role.pk),
        "template_version_id": str(role.version),
        "plan_id": str(bases.plan + draft.index),
        "tier": role.tier,
        "work_type": role.work_type,
        "direction": role.direction,
        "site_id": NULL if place.site is None else str(bases.site + place.site),
        "hourly_min": str(wage.hourly.low) if wage else NULL,
        "hourly_max": str(wage.hourly.high) if wage else NULL,
        "hourly_is_estimate": "t" if wage and wage.hourly.is_estimate else "f",
        "created_at": str(clock.created_at),
        "updated_at": str(clock.closed_at or clock.published_at or clock.created_at),
        "published_at": str(clock.published_at) if clock.published_at else NULL,
        "closed_at": str(clock.closed_at) if clock.closed_at else NULL,
    }


def _write(world: World, bases: Bases, draft: Draft, public: dict[str, Value], buffers: Buffers) -> None:
    pk, clock = str(bases.posting + draft.index), draft.clock
    columns = {**{name: value[0] for name, value in public.items()}, **_private(world, bases, draft)}
    buffers.add("postings_posting", *(columns[name] for name in POSTING_COLUMNS))
    buffers.add("postings_postingtext", pk, draft.place.language, *(value[0] for value in draft.text.values()))
    for language, level, required in draft.languages:
        buffers.add("postings_postinglanguage", pk, language, level, FLAGS[required][0])
    for kind, percent, amount in draft.supplements:
        buffers.add("postings_paysupplement", pk, kind, percent or NULL, amount or NULL)
    for turn, (start, seats) in enumerate(zip(clock.starts, draft.seats, strict=True)):
        buffers.add("postings_startclass", pk, world.codes["start"][2 * draft.index + turn], str(start), seats)
    for position, question in enumerate(draft.questions):
        buffers.add("postings_screeningquestion", pk, question.key, str(position), "t", "t", question.columns)
    if clock.state in {"open", "paused"}:
        buffers.add("postings_postingrevision", pk, "1", _revision(world, draft, public), str(clock.published_at))


def _revision(world: World, draft: Draft, public: dict[str, Value]) -> str:
    site = world.sites[draft.place.site] if draft.place.site is not None else None
    starts = zip(draft.clock.starts, draft.seats, strict=True)
    text = ", ".join(f'"{name}": {value[1]}' for name, value in draft.text.items())
    parts = {
        **{name: value[1] for name, value in public.items()},
        "site": _word(f"{escaped(site.name)}, {escaped(site.city)}")[1] if site else '""',
        "texts": f'{{"{draft.place.language}": {{{text}}}}}',
        "languages": _rows(f'["{language}", "{level}", {FLAGS[required][1]}]' for language, level, required in draft.languages),
        "supplements": _rows(f'["{kind}", {_word(percent)[1]}, {_word(amount)[1]}]' for kind, percent, amount in draft.supplements),
        "start_classes": _rows(f'["{start}", {seats}]' for start, seats in starts),
        "screening": _rows(question.shown for question in draft.questions),
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in parts.items()) + "}"


def _rows(items: Iterable[str]) -> str:
    return "[" + ", ".join(items) + "]"
