from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from callcenter_jobs.ui.pages import render_page
from callcenter_jobs.ui.pagination import Page, paginate
from callcenter_jobs.ui.templatetags.ui_parts import link_button


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def page_of(query: str, total: int = 95) -> Page[int]:
    return paginate(RequestFactory().get(f"/jobs/{query}"), list(range(1, total + 1)), per_page=20)


NUMBERS = {
    "": 1,
    "?page=2": 2,
    "?page=0": 1,
    "?page=-3": 1,
    "?page=x": 1,
    "?page=99": 5,
    "?page=1e9": 1,
    "?page=" + "9" * 400: 5,
    "?page=²": 1,
    "?page=%00": 1,
}


@pytest.mark.parametrize(("query", "number"), NUMBERS.items())
def test_any_page_number_gives_a_page(query: str, number: int) -> None:
    assert page_of(query).number == number


def test_page_knows_its_place() -> None:
    page = page_of("?page=5")
    assert (page.first_index, page.last_index, page.total, page.next, page.previous) == (81, 95, 95, None, 4)
    assert list(page) == list(range(81, 96))


def test_empty_list_is_one_empty_page() -> None:
    page = page_of("?page=3", total=0)
    assert (page.number, page.pages, page.first_index, page.last_index, len(page)) == (1, 1, 0, 0, 0)


def test_numbers_leave_out_the_middle_and_never_just_one() -> None:
    page: Page[int] = Page(items=[], number=6, pages=20, total=400, per_page=20)
    assert page.numbers == [1, None, 5, 6, 7, None, 20]
    assert Page(items=[], number=4, pages=20, total=400, per_page=20).numbers == [1, 2, 3, 4, 5, None, 20]


def test_links_keep_the_filters() -> None:
    request = RequestFactory().get("/jobs/?q=chat&page=2")
    html = render("{% pagination page %}", request=request, page=page_of("?page=2"))
    assert 'href="/jobs/?q=chat&amp;page=3"' in html
    assert 'href="/jobs/?q=chat" rel="prev"' in html or 'rel="prev" href="/jobs/?q=chat"' in html


def test_one_page_needs_no_links() -> None:
    assert render("{% pagination page %}", request=RequestFactory().get("/"), page=page_of("", total=3)).strip() == ""


def test_user_text_is_escaped_everywhere() -> None:
    evil = '"><script>'
    sources = """
        {% button t %}|{% link_button t "/x/" %}|{% badge t %}|{% chip t t %}
        {% fact t %}{{ t }}{% endfact %}|{% notice title=t %}{{ t }}{% endnotice %}
        {% empty_state t %}{{ t }}{% endempty_state %}|{% crumb t t %}|{% tab t t %}|{% initials t %}|{% copy_button t t %}|{% diff t t2 %}
        {% rows label=t %}{% endrows %}|{% menu t %}{% endmenu %}|{% sheet t %}{% endsheet %}|{% table_wrap t %}{% endtable_wrap %}
        {% pay_figure low low "NOK" t note=t %}|{% disclosure t %}{% enddisclosure %}|{% tabs t %}{% endtabs %}|{% ring 5 t %}
        {% meter 1 2 t shown=t %}|{% nav_link t t %}|{% shift_strip 1 t %}|{% count 1 label=t %}
    """.replace("\n", "|").split("|")
    for source in sources:
        assert "<script" not in render(source, t=evil, t2=evil + "x", low=Decimal(1)), source


def test_diff_marks_words_and_says_so() -> None:
    html = render("{% diff old new %}", old="Answer calls. Be fast.", new="Answer calls. Solve eight.")
    assert '<del><span class="visually-hidden">removed: </span>Be fast</del>' in html
    assert '<ins><span class="visually-hidden">added: </span>Solve eight</ins>' in html
    assert "<ins" not in render("{% diff t t %}", t="same")


def test_icon_is_hidden_from_screen_readers() -> None:
    html = render('{% icon "check" size=16 %}')
    assert 'aria-hidden="true"' in html
    assert 'width="16"' in html


@pytest.mark.parametrize(
    ("name", "letters"), [("Rosa Lund", "RL"), ("rosa", "R"), ("", ""), ("Ана Мария Ким", "АК"), ("ada@example.com", "AC")]
)
def test_initials(name: str, letters: str) -> None:
    assert f">{letters}<" in render("{% initials name %}", name=name)


def test_pay_is_written_in_the_language() -> None:
    with translation.override("nb"):
        assert "210–240\xa0kr" in render('{% pay_figure low high "NOK" "per time" %}', low=Decimal(210), high=Decimal(240))
    assert "Pay not stated" in render('{% pay_figure None None "NOK" "" %}')


def test_filters_of_nothing_are_empty() -> None:
    for name in ("date_long", "date_short", "weekday_date", "datetime_long", "clock", "ago", "number", "hundredths", 'money:"NOK"'):
        assert render("{{ nothing|" + name + " }}", nothing=None) == ""


def test_list_is_joined_as_the_language_does() -> None:
    with translation.override("nb"):
        assert render("{{ items|and_list }}", items=["a", "b", "c"]) == "a, b og c"


def test_nav_link_marks_the_page_and_what_is_below_it() -> None:
    below = RequestFactory().get("/jobs/one/")
    assert 'aria-current="true"' in render('{% nav_link "/jobs/" "Jobs" %}', request=below)
    assert "aria-current" not in render('{% nav_link "/jobs/" "Jobs" exact=True %}', request=below)
    assert 'aria-current="page"' in render('{% nav_link "/jobs/" "Jobs" %}', request=RequestFactory().get("/jobs/"))
    assert "aria-current" not in render('{% nav_link "/" "Home" %}', request=below)
    assert render('{% nav_link "" "Nowhere" %}').strip() == ""


def test_missing_address_is_empty() -> None:
    assert render('{% url_or_empty "nowhere:at_all" 1 as u %}[{{ u }}]') == "[]"


@pytest.mark.parametrize(("htmx", "template"), [(False, "404.html"), (True, "ui/messages.html")])
def test_page_or_fragment(client: Client, htmx: bool, template: str) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django_htmx.middleware import HtmxDetails

    request = RequestFactory().get("/", headers={"HX-Request": "true"} if htmx else {})
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    response = render_page(request, "404.html", {"messages": []}, fragment="ui/messages.html")
    assert response["Vary"] == "HX-Request"
    assert (b"<html" in response.content) is not htmx


def test_link_buttons_of_one_look_lead_each_to_its_own_page() -> None:
    first, second = link_button("Apply", "/a/?b=1&c=2", variant="primary"), link_button("Apply", '/"><b>', variant="primary")
    assert 'href="/a/?b=1&amp;c=2"' in first
    assert 'href="/&quot;&gt;&lt;b&gt;"' in second
    assert first.partition('href="')[0] == second.partition('href="')[0]
