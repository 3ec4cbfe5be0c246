"""People apply at the demo's employers, and the teams move, note, reject and hire."""

from __future__ import annotations

import io
import random
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from docx import Document as WordFile

from applicants import pipeline
from applicants.demo.candidates import NAMES, NOTES, WHY
from applicants.enums import Disposition, Source
from applicants.models import Application, Note
from applicants.resumes import CONTENT_TYPES, FileType
from applicants.services.applying import Filled, submit_application
from applicants.services.drafts import attach_file, start_draft
from applicants.services.linking import link_candidate
from applicants.services.notes import add_note
from callcenter_jobs.accounts.models import User
from postings.enums import ScreeningKind, StageKind
from postings.models import Posting, ScreeningQuestion, Stage
from postings.shifts import FULL_MASK

AT_FJORDLINE = 5
FROM = (Source.PORTAL, Source.PORTAL, Source.PORTAL, Source.EMPLOYER_PAGE, Source.SHARED_LINK, Source.JOB_BOARD, Source.REFERRAL)
# How far each of the first applications came, in order of sending; the rest are new.
WAYS: tuple[str, ...] = (
    *("screening",) * 9,
    *("interview",) * 8,
    *("assessment",) * 3,
    *("offer",) * 3,
    *("hired",) * 2,
    *("rejected",) * 4,
    *("withdrawn",) * 2,
)
WAYS_CORA = ("interview", "")


def apply_all(postings: list[Posting], people: dict[str, User], chance: random.Random) -> int:
    """Applications at Northline, a few at Fjordline, and Cora's own; returns how many."""
    northline = [posting for posting in postings if posting.employer.slug == "northline" and posting.is_open()]
    fjordline = [posting for posting in postings if posting.employer.slug == "fjordline" and posting.is_open()]
    names = list(NAMES)
    chance.shuffle(names)
    sent: list[Application] = []
    for place, name in enumerate(names):
        home = fjordline if place < AT_FJORDLINE else northline
        # Most people apply for the first postings of the list: those with many seats.
        posting = home[min(int(chance.expovariate(1 / 4)), len(home) - 1)]
        sent.append(_apply(posting, name, chance))
    cora = people["cora"]
    own = [_apply(posting, ("Cora", "Lind", "nb", "47"), chance, email=cora.email) for posting in northline[:2]]
    link_candidate(cora)
    at_northline = sorted(sent[AT_FJORDLINE:], key=lambda application: application.submitted_at)
    for application, way in zip(at_northline, WAYS, strict=False):
        _go(application, way, people["rosa"], chance)
    for application, way in zip(own, WAYS_CORA, strict=True):
        _go(application, way, people["rosa"], chance)
    for application, text in zip(at_northline[2:], NOTES, strict=False):
        _note(application, text, people["rosa"] if chance.random() < 0.6 else people["ivan"])
    return len(sent) + len(own)


def _apply(posting: Posting, person: tuple[str, str, str, str], chance: random.Random, *, email: str = "") -> Application:
    first, last, language, country = person
    now = timezone.now()
    opened = posting.published_at or now
    at = min(opened + (now - opened) * (0.05 + 0.9 * chance.random()), now - timedelta(minutes=20))
    draft = start_draft(posting=posting, language=language, source=chance.choice(FROM))
    if chance.random() < 0.18:
        attach_file(draft, name=f"{_ascii(last)}.docx", content_type=CONTENT_TYPES[FileType.DOCX], content=_resume(first, last, posting))
    filled = Filled(
        name=f"{first} {last}",
        email=email or f"{_ascii(first)}.{_ascii(last)}@mail.example".lower(),
        language=language,
        phone=_phone(country, chance),
        availability_mask=_week(posting, chance),
        languages=_spoken(posting, language, chance),
        start_class=posting.start_classes.first() if chance.random() < 0.8 else None,
        answers={question.pk: _answer(question, language, chance) for question in posting.screening_questions.filter(is_active=True)},
    )
    submit_application(draft=draft, filled=filled, at=max(at, opened))
    draft.refresh_from_db()
    if draft.application is None:
        raise RuntimeError("a demo application was not written")
    return draft.application


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("đ", "d").replace("æ", "ae"))
    return plain.encode("ascii", "ignore").decode()


def _phone(country: str, chance: random.Random) -> str:
    starts = {"47": ("4", 7), "46": ("7", 8), "385": ("91", 7), "371": ("2", 7)}
    start, digits = starts[country]
    return f"+{country}{start}" + "".join(str(chance.randrange(10)) for _ in range(digits))


def _week(posting: Posting, chance: random.Random) -> int:
    """Mostly the posting's own week, with something missing or more, as people are."""
    week = posting.shift_mask
    for _ in range(chance.randrange(0, 9)):
        week &= ~(1 << chance.randrange(35))
    for _ in range(chance.randrange(0, 6)):
        week |= 1 << chance.randrange(35)
    return week & FULL_MASK or posting.shift_mask


def _spoken(posting: Posting, language: str, chance: random.Random) -> list[tuple[str, str]]:
    levels = {row.language: row.level for row in posting.languages.all()}
    rows = {code: (level if chance.random() < 0.75 else "B1") for code, level in levels.items()}
    rows[language] = "C2"
    rows.setdefault("en", "B2")
    return list(rows.items())


def _answer(question: ScreeningQuestion, language: str, chance: random.Random) -> str:
    fits = chance.random() < 0.9
    accepted: list[str] = question.accepted
    if question.kind == ScreeningKind.YES_NO:
        good = accepted[0] if accepted else "yes"
        return good if fits else {"yes": "no", "no": "yes"}[good]
    if question.kind == ScreeningKind.CHOICE:
        pool = [key for key in question.options if not accepted or (key in accepted) == fits]
        return str(chance.choice(pool or question.options))
    if question.kind == ScreeningKind.NUMBER:
        return str(chance.choice([0, 2, 6, 9, 12, 18, 24, 36, 60]))
    return WHY[language]


def _resume(first: str, last: str, posting: Posting) -> bytes:
    """A one-page résumé as a word processor writes it."""
    file = WordFile()
    file.add_heading(f"{first} {last}", level=1)
    file.add_paragraph(f"Applies for: {posting.title}")
    file.add_heading("Work", level=2)
    file.add_paragraph("2023–2026  Sales assistant, electronics store. Advice, returns, complaints; up to 80 customers a day.")
    file.add_paragraph("2021–2023  Reception, hotel with 90 rooms. Phone, e-mail and desk in two languages.")
    file.add_heading("Education", level=2)
    file.add_paragraph("Upper secondary school, completed 2021.")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _go(application: Application, way: str, by: User, chance: random.Random) -> None:
    """One mail at most for most people: straight to where they stand now."""
    if not way:
        return
    at = _later(application.submitted_at, chance)
    if way == "rejected":
        reason = chance.choice([Disposition.SHIFTS, Disposition.LANGUAGE, Disposition.EXPERIENCE, Disposition.NO_REPLY])
        pipeline.reject(application, disposition=reason, by=by, at=at)
    elif way == "withdrawn":
        pipeline.withdraw(application, disposition=chance.choice([Disposition.OTHER_JOB, Disposition.TIMES]), at=at)
    elif way == "hired":
        _move(application, StageKind.OFFER, by, at)
        _move(application, StageKind.HIRED, by, _later(at, chance))
    else:
        _move(application, StageKind(way), by, at)


def _later(at: datetime, chance: random.Random) -> datetime:
    return min(at + timedelta(hours=chance.randrange(18, 90)), timezone.now() - timedelta(minutes=5))


def _move(application: Application, kind: StageKind, by: User, at: datetime) -> None:
    """To the posting's stage of this kind, or its first interview when the plan has no such stage."""
    stages: list[Stage] = list(Stage.objects.filter(plan=application.posting.plan_id))
    kinds: tuple[Any, ...] = (kind, StageKind.INTERVIEW, StageKind.SCREENING)
    to = next(stage for wanted in kinds for stage in stages if stage.kind == wanted)
    pipeline.move(application, to=to, by=by, at=at)


def _note(application: Application, text: str, by: User) -> None:
    note = add_note(application, text=text, by=by)
    Note.objects.filter(pk=note.pk).update(at=application.submitted_at + timedelta(hours=20))
