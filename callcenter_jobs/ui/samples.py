"""What the style guide shows: every component with sample content. Nothing here is read by another page.

The guide is a tool for those who build the portal: its samples are data in English and no part of the catalogs, while
the components around them speak the language of the page.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from callcenter_jobs.lib import diffing
from callcenter_jobs.ui.charts import Bar, BarChart, Dot, DotPlot
from callcenter_jobs.ui.forms import BaseForm
from callcenter_jobs.ui.line import Stop, StopState, stops_at
from callcenter_jobs.ui.pagination import paginate
from callcenter_jobs.ui.widgets import ShiftGridField

FRAMES = ("public", "me", "account", "desk", "curate")
TONES = ("neutral", "accent", "info", "good", "warn", "bad")
COLORS = [
    "paper",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "accent",
    "accent-soft",
    "cell",
    "info",
    "info-soft",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
    "focus",
]


def _mask(days: range, bands: tuple[int, ...]) -> int:
    return sum(1 << (day * 5 + band) for day in days for band in bands)


WEEKDAY_DAY = _mask(range(5), (1, 2))
EVENINGS = _mask(range(5), (3,)) | _mask(range(5, 7), (0, 1, 2)) | 1 << 35
STUDENT = _mask(range(2, 7), (2, 3))


class SampleForm(BaseForm):
    """One of each kind of field."""

    name = forms.CharField(label="Full name", max_length=80, help_text="As on your identity card.")
    email = forms.EmailField(label="E-mail address", help_text="We send the status of your application here.")
    start_on = forms.DateField(label="First day you can start", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    level = forms.ChoiceField(
        label="Norwegian",
        choices=[("", "Choose a level"), ("B1", "B1"), ("B2", "B2"), ("C1", "C1")],
    )
    workplace = forms.ChoiceField(
        label="Where do you want to work?",
        widget=forms.RadioSelect,
        choices=[("site", "On site"), ("hybrid", "Hybrid"), ("remote", "Remote")],
    )
    channels = forms.MultipleChoiceField(
        label="Channels you have worked with",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("voice", "Phone"), ("chat", "Chat"), ("email", "E-mail")],
    )
    about = forms.CharField(
        label="Why customer service?",
        max_length=600,
        widget=forms.Textarea,
        help_text="Two or three sentences are enough.",
    )
    resume = forms.FileField(label="Résumé", required=False, help_text="PDF, DOCX or ODT, at most 5 MB.")
    shifts = ShiftGridField(label="When can you work?", help_text="Tap a box, or a day or a time of day to fill it.")
    consent = forms.BooleanField(label="I agree that the employer reads this application.")


def _forms() -> dict[str, Any]:
    wrong = {"name": "", "email": "cora@", "level": "", "about": "x" * 620, "shifts": []}
    return {
        "form": SampleForm(initial={"shifts": STUDENT, "about": "I like to solve things."}, prefix="a"),
        "wrong_form": SampleForm({f"b-{key}": value for key, value in wrong.items()}, prefix="b"),
    }


def _lines() -> dict[str, Any]:
    today = timezone.localdate()
    passed, current, future = StopState.PASSED, StopState.CURRENT, StopState.FUTURE
    received = Stop("Application received", passed, at=today - timedelta(days=6))
    return {
        "status_line": [
            received,
            Stop("Read by Northline", passed, at=today - timedelta(days=4)),
            Stop("Interview", current, note="You choose a time by tomorrow evening.", at=today + timedelta(days=1)),
            Stop("Offer", future, note="You hear from us within 3 working days after the interview."),
            Stop("First day of training", future, at=today + timedelta(days=40)),
        ],
        "ended_line": [received, Stop("You withdrew", StopState.ENDED, at=today, note="Nothing more happens with this application.")],
        "apply_line": stops_at(["You", "Your week", "Questions", "Review"], 1),
        "mini_lines": [stops_at(["New", "Screening", "Interview", "Offer", "Hired"], place) for place in (0, 2, 4)],
        "ladder": [Stop("Agent", current), Stop("Team lead", future), Stop("Manager", future), Stop("Director", future)],
    }


def _charts() -> dict[str, Any]:
    return {
        "funnel": BarChart(
            title="From application to hire",
            label_head="Stage",
            value_head="Applications",
            bars=[
                Bar("Applied", 214),
                Bar("Screened", 131, note="61%"),
                Bar("Interviewed", 48, note="22%"),
                Bar("Offered", 27, note="13%"),
                Bar("Hired", 22, note="10%", is_marked=True),
            ],
        ),
        "pay_plot": DotPlot(
            title="Hourly pay by work type, in NOK",
            label_head="Work type",
            value_head="Middle",
            range_head="Range",
            tick=lambda value: str(round(value)),
            dots=[
                Dot("Technical support", 236, low=210, high=275),
                Dot("Customer service", 214, low=195, high=240),
                Dot("Sales", 205, low=180, high=290),
            ],
        ),
        "empty_chart": BarChart(title="Hires by source", bars=[], label_head="Source", value_head="Hires"),
    }


def everything(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    return {
        **_forms(),
        **_lines(),
        **_charts(),
        "tones": TONES,
        "colors": COLORS,
        "frames": FRAMES,
        "weekday": WEEKDAY_DAY,
        "evenings": EVENINGS,
        "student": STUDENT,
        "all_week": (1 << 36) - 1,
        "page": paginate(request, range(1, 214), per_page=20),
        "low": Decimal(210),
        "high": Decimal(240),
        "year": Decimal(432500),
        "exact": Decimal("20.59"),
        "now": now,
        "earlier": now - timedelta(hours=3),
        "old_text": "Answer calls and e-mails from customers. Be fast.",
        "new_text": "Answer calls, chats and e-mails from customers. Solve eight of ten on first contact.",
        "changed_lines": diffing.lines(
            ["Answer calls", "Write down what was agreed", "Learn the products", "Close the day"],
            ["Learn the products", "Answer calls and chats", "Write down what was agreed", "Help new colleagues"],
        ),
        "rows_sample": jobs(),
        "languages_done": [("nb", 100), ("sv", 84), ("hr", 31), ("ru", 0)],
        "sample_messages": [
            ("good", "12 applications moved to interview."),
            ("warn", "This posting closes tomorrow."),
            ("bad", "Nothing was saved. Try again."),
        ],
    }


def jobs() -> list[SimpleNamespace]:
    start = timezone.localdate() + timedelta(days=21)
    return [
        SimpleNamespace(
            title="Customer service agent, telecom",
            employer="Northline",
            place="Bergen",
            workplace="Hybrid",
            low=Decimal(210),
            high=Decimal(240),
            currency="NOK",
            basis="per hour",
            mask=WEEKDAY_DAY,
            shifts="Mon–Fri day and afternoon",
            language="Norwegian B2",
            start=start,
            seats=9,
        ),
        SimpleNamespace(
            title="Technical support, evenings and weekends",
            employer="Fjordline",
            place="Split",
            workplace="Remote",
            low=Decimal(1250),
            high=Decimal(1500),
            currency="EUR",
            basis="per month",
            mask=EVENINGS,
            shifts="Mon–Fri evening, Sat–Sun early to afternoon",
            language="Croatian C1",
            start=start,
            seats=2,
        ),
    ]


def frame(request: HttpRequest, name: str) -> dict[str, Any]:
    context: dict[str, Any] = {"jobs": jobs(), "frame": name, **_lines(), "weekday": WEEKDAY_DAY}
    if name == "desk":
        context["employer"] = SimpleNamespace(name="Northline", slug="northline")
    return context
