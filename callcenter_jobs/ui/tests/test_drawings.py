from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from callcenter_jobs.ui.charts import Bar, BarChart, Dot, DotPlot, as_percent
from callcenter_jobs.ui.line import Stop, StopState, line_summary, line_text, stops_at
from callcenter_jobs.ui.strip import DAYS, HEIGHT, WIDTH, Strip


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


# --- the shift strip


def test_cells_follow_the_bits() -> None:
    strip = Strip(need=1 << (2 * 5 + 3))  # Wednesday evening
    on = [(cell.day, cell.band) for cell in strip.cells() if cell.state == "on"]
    assert on == [(2, 3)]


def test_overlay_tells_covered_missing_and_extra_apart() -> None:
    strip = Strip(need=0b0011, have=0b0110)
    states = [cell.state for cell in strip.cells()][:4]
    assert states == ["missing", "covered", "extra", "off"]
    # Without color: each state also has a shape of its own.
    shapes = {cell.state: re.sub(r"\d+(\.\d+)?", "n", cell.path) for cell in strip.cells()}
    assert len({shapes[state] for state in ("covered", "missing", "extra")}) >= 2
    assert shapes["missing"] != shapes["extra"]


def test_all_cells_lie_inside_the_drawing_and_apart() -> None:
    cells = list(Strip(need=0).cells())
    assert len({(cell.x, cell.y) for cell in cells}) == DAYS * 5
    assert max(cell.x for cell in cells) + 10 == WIDTH == 84
    assert max(cell.y for cell in cells) + 5 < HEIGHT


def test_holidays_are_a_bar_of_their_own() -> None:
    assert Strip(need=1 << 35).holiday == "on"
    assert Strip(need=1 << 34).holiday == "off"
    assert Strip(need=1 << 35, have=0).holiday == "missing"


def test_strip_has_its_words_or_is_hidden() -> None:
    assert 'role="img" aria-label="Mon day"' in render('{% shift_strip 2 "Mon day" %}')
    assert 'aria-hidden="true"' in render("{% shift_strip 2 %}")
    assert "&lt;b&gt;" in render("{% shift_strip 2 label %}", label="<b>")


def test_unknown_week_draws_empty() -> None:
    assert 'class="strip__on"' not in render("{% shift_strip mask %}", mask=None)


def test_large_strip_names_days_in_the_language() -> None:
    with translation.override("nb"):
        html = render('{% shift_strip 2 "man. dag" size="large" %}')
    assert "tir" in html
    assert html.count('class="week__cell') == 36


# --- the line


def test_stops_before_are_passed_and_after_to_come() -> None:
    states = [stop.state for stop in stops_at(["a", "b", "c"], 1)]
    assert states == [StopState.PASSED, StopState.CURRENT, StopState.FUTURE]


def test_line_marks_the_current_step_once_and_says_each_state() -> None:
    html = render("{% the_line stops %}", stops=stops_at(["Applied", "Interview", "Offer"], 1))
    assert html.count('aria-current="step"') == 1
    assert html.count("(done)") == 1
    assert html.count("(to come)") == 1


def test_line_takes_plain_mappings_and_escapes() -> None:
    html = render("{% the_line stops %}", stops=[{"label": "<i>x</i>", "state": "current", "note": "<b>", "at": date(2026, 3, 2)}])
    assert "<i>x" not in html
    assert 'datetime="2026-03-02"' in html


def test_compact_line_says_where_it_stands() -> None:
    html = render('{% the_line stops label="Stage" compact=True %}', stops=stops_at(["a", "b"], 1))
    assert 'aria-label="Stage: Step 2 of 2: b"' in html


def test_summary_of_a_finished_line() -> None:
    assert line_summary([Stop("a", "passed"), Stop("b", "passed")]) == "2 of 2 steps done"


def test_line_as_text_for_mails() -> None:
    stops = [Stop("Applied", "passed"), Stop("Interview", "current", note="By Friday."), Stop("Offer"), Stop("Withdrawn", "ended")]
    assert line_text(stops) == "● Applied (done)\n◉ Interview (now)\n│ By Friday.\n○ Offer (to come)\n■ Withdrawn (ended here)"


def test_unknown_state_is_an_error() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        line_text([Stop("a", "elsewhere")])


# --- charts


def widths(html: str, name: str) -> list[str]:
    return re.findall(rf'class="{name}" width="([^"]+)"', html)


def test_bars_start_at_zero_and_the_longest_is_whole() -> None:
    chart = BarChart(title="T", label_head="L", value_head="V", bars=[Bar("a", 50), Bar("b", 200), Bar("c", 0)])
    assert widths(render("{% bar_chart chart %}", chart=chart), "chart__fill") == ["25%", "100%", "0%"]


def test_bars_can_share_a_fixed_end_and_never_run_over() -> None:
    chart = BarChart(title="T", label_head="L", value_head="V", top=100, bars=[Bar("a", 50), Bar("b", 200)])
    assert widths(render("{% bar_chart chart %}", chart=chart), "chart__fill") == ["50%", "100%"]


def test_widths_are_valid_svg_in_languages_with_decimal_commas() -> None:
    chart = BarChart(title="T", label_head="L", value_head="V", bars=[Bar("a", 1), Bar("b", 3)])
    with translation.override("nb"):
        html = render("{% bar_chart chart %}{% meter 1 3 'x' %}", chart=chart)
    assert widths(html, "chart__fill") == ["33.33%", "100%", "33.33%"]


def test_negative_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="zero"):
        BarChart(title="T", label_head="L", value_head="V", bars=[Bar("a", -1)])


def test_all_zero_and_empty_charts_can_be_drawn() -> None:
    zero = BarChart(title="T", label_head="L", value_head="V", bars=[Bar("a", 0)])
    assert widths(render("{% bar_chart chart %}", chart=zero), "chart__fill") == ["0%"]
    empty = BarChart(title="T", label_head="L", value_head="V", bars=[])
    assert "No numbers yet." in render("{% bar_chart chart %}", chart=empty)


def test_table_holds_the_same_numbers() -> None:
    chart = BarChart(title="T", label_head="Stage", value_head="People", bars=[Bar("Applied", 214, shown="214 people", note="all")])
    html = render("{% bar_chart chart %}", chart=chart)
    assert html.count("214 people") == 2
    assert '<th scope="row">Applied</th>' in html


def test_dots_keep_their_order_and_stay_inside() -> None:
    chart = DotPlot(title="T", label_head="L", value_head="V", dots=[Dot("a", 200, low=180, high=290), Dot("b", 240)])
    places = [float(place) for place in re.findall(r'cx="([\d.]+)%"', render("{% dot_plot chart %}", chart=chart))]
    assert 0 < places[0] < places[1] < 100


def test_one_dot_and_no_dot_can_be_drawn() -> None:
    one = DotPlot(title="T", label_head="L", value_head="V", dots=[Dot("a", 5)])
    assert 'cx="50%"' in render("{% dot_plot chart %}", chart=one)
    none = DotPlot(title="T", label_head="L", value_head="V", dots=[])
    assert "No numbers yet." in render("{% dot_plot chart %}", chart=none)


def test_percent_text() -> None:
    assert [as_percent(share) for share in (0, 0.5, 1, 1 / 3)] == ["0", "50", "100", "33.33"]


def test_meter_of_no_seats_and_of_too_many() -> None:
    assert widths(render("{% meter 0 0 'Seats' %}"), "chart__fill") == ["0%"]
    html = render("{% meter 30 25 'Seats' %}")
    assert widths(html, "chart__fill") == ["100%"]
    assert "30 of 25" in html


@pytest.mark.parametrize(
    ("percent", "shown", "whole"), [(99.9, "99", False), (100, "100", True), (0, "0", False), (140, "100", True), (-5, "0", False)]
)
def test_ring_is_whole_only_at_a_true_hundred(percent: float, shown: str, whole: bool) -> None:
    html = render("{% ring percent 'Swedish' %}", percent=percent)
    assert f">{shown}</text>" in html
    assert ("ring--whole" in html) is whole
