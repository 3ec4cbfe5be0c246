"""Published pay figures and our own medians as charts and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib.locale_names import country_name
from callcenter_jobs.lib.money import money, money_range
from callcenter_jobs.ui.charts import Dot, DotPlot
from postings.enums import Industry, PayMeasure, PayPeriod, Tier
from postings.models import PayFigure
from postings.services.own_pay import Median

MIDDLES = (PayMeasure.MEDIAN, PayMeasure.MEAN)
LOWS = (PayMeasure.P10, PayMeasure.LOW)
HIGHS = (PayMeasure.P90, PayMeasure.HIGH)


@dataclass(slots=True)
class FigureRow:
    """What one source says of one group of people: a middle, a range, or both."""

    figures: list[PayFigure]

    @property
    def first(self) -> PayFigure:
        return self.figures[0]

    def _amount(self, measures: tuple[PayMeasure, ...]) -> Decimal | None:
        return next((figure.amount for figure in self.figures if figure.measure in measures), None)

    def has_room_for(self, figure: PayFigure) -> bool:
        """A second middle, or a second end of the range, would hide the first: it stands in a row of its own."""
        slot = next(measures for measures in (MIDDLES, LOWS, HIGHS) if figure.measure in measures)
        return self._amount(slot) is None

    @property
    def middle(self) -> Decimal | None:
        return self._amount(MIDDLES)

    @property
    def low(self) -> Decimal | None:
        return self._amount(LOWS)

    @property
    def high(self) -> Decimal | None:
        return self._amount(HIGHS)

    @property
    def label(self) -> str:
        """Whom it is about: the industry or the employer where the source narrows to one, else role or tier."""
        first = self.first
        if first.employer_name:
            return first.employer_name
        if first.industry:
            return str(Industry(first.industry).label)
        return first.role.title_in() if first.role else str(Tier(first.tier).label)

    @property
    def shown(self) -> str:
        language, first = get_language() or "en", self.first
        middle, low, high = (self._readable(amount) for amount in (self.middle, self.low, self.high))
        if middle is not None:
            return money(middle, first.currency, language)
        if low is not None and high is None:
            return _("from %(amount)s") % {"amount": money(low, first.currency, language)}
        return money_range(low, high, first.currency, language)

    def _readable(self, amount: Decimal | None) -> Decimal | None:
        """A converted amount of a thousand or more without decimals: they would claim more than is known."""
        return round(amount, 0) if amount is not None and self.is_converted and amount >= 1000 else amount

    @property
    def spread(self) -> str:
        """The range beside a middle, in words that say what kind of range it is."""
        if self.middle is None or self.low is None or self.high is None:
            return ""
        amounts = money_range(self.low, self.high, self.first.currency, get_language() or "en")
        return _("eight in ten between: %(amounts)s") % {"amounts": amounts}

    @property
    def measure(self) -> str:
        middle = next((figure for figure in self.figures if figure.measure in MIDDLES), None)
        return str(PayMeasure(middle.measure).label) if middle else _("Quoted range")

    @property
    def year(self) -> str:
        return str(self.first.year) if self.first.year else _("year not stated")

    @property
    def source(self) -> str:
        """The source by its short name: what stands before the first comma."""
        return self.first.source_name.partition(",")[0]

    @property
    def origin(self) -> str:
        """Whose figure it is, and of which year: the heading that neighbors share."""
        return f"{self.source} · {self.year}"

    @property
    def note(self) -> str:
        return _("converted") if self.is_converted else ""

    @property
    def is_converted(self) -> bool:
        return any(figure.is_converted for figure in self.figures)

    @property
    def conversion(self) -> str:
        return next((figure.conversion for figure in self.figures if figure.is_converted), "")


@dataclass(slots=True)
class FigureGroup:
    """Figures that may be compared: one country, one currency, one period."""

    country: str
    currency: str
    period: str
    rows: list[FigureRow] = field(default_factory=list)

    @property
    def title(self) -> str:
        names = {"country": country_name(self.country, get_language() or "en"), "currency": self.currency}
        return _("%(country)s, %(currency)s %(period)s") % {**names, "period": PayPeriod(self.period).label}

    @property
    def sources(self) -> list[list[FigureRow]]:
        """The rows by source and year, in their order: each group has one heading in the table."""
        return [
            list(rows)
            for _origin, rows in groupby(self.rows, key=lambda row: (row.first.source_name, row.first.source_url, row.first.year))
        ]

    @property
    def plot(self) -> DotPlot:
        return DotPlot(
            title=self.title,
            dots=[
                Dot(
                    label=row.label,
                    value=row.middle,
                    low=row.low,
                    high=row.high,
                    shown=row.shown,
                    note=row.note,
                    group=row.origin,
                )
                for row in self.rows
            ],
            label_head=_("Who"),
            value_head=_("Pay"),
            tick=_tick(self.currency),
        )


def _tick(currency: str) -> Callable[[float], str]:
    """Writes an end of the axis as money, with cents only where the axis is that fine."""
    language = get_language() or "en"
    return lambda value: money(Decimal(str(round(value, 2))), currency, language)


def groups(figures: Iterable[PayFigure]) -> list[FigureGroup]:
    """Figures by country, currency and period; inside, one row per source and group of people, in the library's order."""

    def place(figure: PayFigure) -> tuple[str, str, str]:
        return figure.country, figure.currency, figure.period

    def who(figure: PayFigure) -> tuple[object, ...]:
        return figure.source_name, figure.year, figure.tier, figure.role_id, figure.industry, figure.employer_name

    found = []
    for key, inside in groupby(sorted(figures, key=place), key=place):
        rows: dict[tuple[object, ...], list[FigureRow]] = {}
        for figure in inside:
            same = rows.setdefault(who(figure), [])
            row = next((row for row in same if row.has_room_for(figure)), None)
            if row is None:
                same.append(FigureRow([figure]))
            else:
                row.figures.append(figure)
        found.append(FigureGroup(*key, rows=[row for same in rows.values() for row in same]))
    return found


def own_plots(medians: Iterable[Median]) -> list[DotPlot]:
    """One plot per country and currency, a dot per tier, the line from the lower to the upper quarter."""
    language = get_language() or "en"
    plots = []
    for (country, currency), rows in groupby(medians, key=lambda row: (row.country, row.currency)):
        dots = [
            Dot(
                label=str(Tier(row.tier).label),
                value=row.median,
                low=row.low,
                high=row.high,
                shown=money(row.median, currency, language),
                note=ngettext("%(count)d posting", "%(count)d postings", row.count) % {"count": row.count},
            )
            for row in sorted(rows, key=lambda row: Tier.values.index(row.tier))
        ]
        title = _("%(country)s, %(currency)s %(period)s") % {
            "country": country_name(country, language),
            "currency": currency,
            "period": PayPeriod.HOUR.label,
        }
        plots.append(
            DotPlot(
                title=title,
                dots=dots,
                label_head=_("Level"),
                value_head=_("Median"),
                range_head=_("Middle half"),
                tick=_tick(currency),
            )
        )
    return plots
