"""Links between pages: languages, current place, pages of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override, pgettext

from callcenter_jobs.lib import money as amounts
from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.kept import per_language
from callcenter_jobs.ui.moulds import Mould, escaped, mark
from callcenter_jobs.ui.pagination import Page

register = template.Library()


def _path(context: Context) -> str:
    request: HttpRequest | None = context.get("request")
    return request.path if request else "/"


@register.simple_tag
def url_or_empty(name: str, *args: Any, **kwargs: Any) -> str:
    """The address, or an empty string where this portal has no such page; for navigation only."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def _same_page(request: HttpRequest | None, url: str, code: str) -> str:
    """``url`` in another language; asked for up to three times by one page, so the request remembers the answers."""
    known: dict[tuple[str, str], str] = {} if request is None else request.__dict__.setdefault("_same_page", {})
    if (url, code) not in known:
        known[url, code] = translate_url(url, code)
    return known[url, code]


def languages_of(context: Context) -> list[dict[str, Any]]:
    """This very page in each language; the query string is kept. A frame that is kept has marks there (``ui.frame``)."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    marks = context.get("frame_marks")
    current = get_language()
    return [
        {
            "code": code,
            "name": _capital(language_name(code, code, own=True)),
            "href": marks.in_language(code) if marks else _same_page(request, here, code),
            "is_current": code == current,
        }
        for code, _label in settings.LANGUAGES
    ]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


@register.inclusion_tag("ui/language_links.html", takes_context=True)
def language_links(context: Context, shape: str = "menu") -> dict[str, Any]:
    """shape: "menu" behind a button, or "list"."""
    return {"languages": languages_of(context), "as_menu": shape == "menu", "current": get_language()}


@register.inclusion_tag("ui/language_offer.html", takes_context=True)
def language_offer(context: Context, code: str) -> dict[str, Any]:
    """The same page in the language that the browser asked for, offered in that language."""
    language = next((language for language in languages_of(context) if language["code"] == code), None)
    with override(code):
        # Translators: shown to readers of other languages, so name your own language here: "Les denne siden på norsk".
        words = pgettext("offer of your language", "Read this page in English")
    return {"language": language, "words": words}


@register.simple_tag(takes_context=True)
def alternate_links(context: Context) -> SafeString:
    """``canonical`` and ``hreflang`` of this page, absolute, without the query string; or those that the page brings."""
    if "alternates" in context:
        given: SafeString = context["alternates"]
        return given
    request: HttpRequest | None = context.get("request")
    if request is None or request.resolver_match is None:
        return SafeString("")
    base = settings.BASE_URL
    canonical = format_html('<link rel="canonical" href="{}{}">', base, request.path)
    pages = [(code, base, _same_page(request, request.path, code)) for code, _label in settings.LANGUAGES]
    if len({path for _code, _base, path in pages}) == 1:
        return canonical
    pages.append(("x-default", base, _same_page(request, request.path, settings.LANGUAGE_CODE)))
    return canonical + format_html_join("", '\n<link rel="alternate" hreflang="{}" href="{}{}">', pages)


@register.inclusion_tag("ui/nav_link.html", takes_context=True)
def nav_link(context: Context, href: str, label: str, *, icon: str = "", count: int | None = None, exact: bool = False) -> dict[str, Any]:
    """A link of a main navigation; marked when the reader is on that page or below it. No ``href``, no link."""
    path = _path(context)
    here = bool(href) and (path == href or (not exact and href != "/" and path.startswith(href)))
    return {"href": href, "label": label, "icon": icon, "count": count, "current": ("page" if path == href else "true") if here else ""}


@register.inclusion_tag("ui/theme_switch.html", takes_context=True)
def theme_switch(context: Context) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    marks = context.get("frame_marks")
    return {
        "theme": context.get("theme", ""),
        "next": marks.here if marks else request.get_full_path() if request else "/",
        "action": url_or_empty("ui:theme"),
    }


@register.simple_tag(takes_context=True)
def pagination(context: Mapping[str, Any], page: Page[Any], label: str = "") -> SafeString:
    """Previous, numbers around this page, next; keeps the other query parameters."""
    if page.pages <= 1:
        return SafeString("")
    language, (first, start) = get_language() or settings.LANGUAGE_CODE, _page_addresses(context.get("request"), page.param)

    def href(number: int) -> str:
        return f"{start}{number}" if number > 1 else first

    values = [href(page.previous)] if page.previous else []
    for number in page.numbers:
        # A number needs no escaping: digits, and the sign that groups them.
        values += [href(number), amounts.number(number, language)] if number else []
    values += [href(page.next)] if page.next else []
    shape = tuple([None if number is None else number == page.number for number in page.numbers])
    return _page_links.at(language, label, shape, bool(page.previous), bool(page.next)).cast(values)


@per_language(256)
def _page_links(label: str, shape: tuple[bool | None, ...], has_previous: bool, has_next: bool) -> Mould:
    """The links of a list: which of its numbers is this page, and where some are left out (``None``)."""
    from callcenter_jobs.ui import jinja  # the engine offers these tags to its templates

    href, number = mark("href"), mark("number")
    numbers = [None if is_here is None else {"href": href, "text": number, "is_here": is_here} for is_here in shape]
    ends = {"previous": has_previous and href, "next": has_next and href}
    return Mould.of(jinja.draw("ui/pagination.html", label=label, numbers=numbers, **ends))


def _page_addresses(request: HttpRequest | None, param: str) -> tuple[str, str]:
    """This address without a page, which is that of the first, and up to the number of another; escaped."""
    others = {name: values for name, values in request.GET.lists() if name != param} if request else {}
    path, rest = request.path if request else "", urlencode(others, doseq=True)
    first = escaped(f"{path}?{rest}" if rest else path)
    return first, f"{first}{'&amp;' if rest else '?'}{param}="
