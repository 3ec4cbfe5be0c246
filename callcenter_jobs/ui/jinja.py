"""The second template engine, for the pages that are asked for most: Jinja2 draws them in a seventh of the time.

It shares everything with the Django templates but the way of drawing: the functions below are those behind the Django
tags, and small parts (chip, button) have one template, here, which the Django tags draw as well. Templates live in
``templates/jinja``. Two rules keep them simple: strings are ``{{ _("…") }}`` with a plain literal (``make_catalogs``
collects them), and sentences with numbers or names are made in Python, by the presenters.

Everything is escaped unless one of our own functions drew it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.template import engines
from django.template.defaultfilters import linebreaks_filter
from django.templatetags.static import static as static_url
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from jinja2 import Environment, Template
from jinja2.runtime import Context

from callcenter_jobs.ui.kept import on_forget, per_language, per_process
from callcenter_jobs.ui.pagination import Page
from callcenter_jobs.ui.templatetags import ui_drawings, ui_formats, ui_navigation, ui_parts


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@per_language(2048)
def url(name: str, *args: str | int) -> str:
    """The address of a page in the reader's language."""
    return reverse(name, args=args)


@per_process()
def static(path: str) -> str:
    return static_url(path)


@per_language(256)
def shift_strip(mask: int, label: str = "", *, have: int | None = None, size: str = "small", legend: bool | None = None) -> SafeString:
    return ui_drawings.shift_strip(mask, label, have=have, size=size, legend=legend)


def pagination(request: HttpRequest, page: Page[Any], label: str = "") -> SafeString:
    return ui_navigation.pagination({"request": request}, page, label)


def lines(items: Iterable[str]) -> SafeString:
    """One below the other."""
    return SafeString("<br>".join(conditional_escape(item) for item in items))


def iso(value: date) -> str:
    """As the attribute of ``<time>`` wants it, in the active time zone."""
    return ui_formats._local(value).isoformat()


@per_language(64)
def unchanging(template_name: str) -> SafeString:
    """A part that nothing but the language decides, drawn once: it sees no context."""
    return draw(template_name)


GLOBALS: dict[str, Any] = {
    "_": gettext,
    "language": language,
    "url": url,
    "url_or_empty": ui_navigation.url_or_empty,
    "static": static,
    "icon": ui_parts.icon,
    "chip": ui_parts.chip,
    "button": ui_parts.button,
    "link_button": ui_parts.link_button,
    "pagination": pagination,
    "unchanging": unchanging,
    "crumb": ui_parts.crumb,
    "the_line": ui_drawings.the_line,
    "shift_strip": shift_strip,
    "lines": lines,
    "own_language_name": per_language(64)(ui_formats.own_language_name),
    # What holds a body takes it as its first argument, from a {% set body %} block.
    "breadcrumbs": ui_parts.breadcrumbs,
    "disclosure": ui_parts.disclosure,
    "empty_state": ui_parts.empty_state,
    "fact": ui_parts.fact,
    "facts": ui_parts.facts,
    "notice": ui_parts.notice,
    "sheet": ui_parts.sheet,
}
FILTERS: dict[str, Any] = {
    "number": per_language(2048)(ui_formats.number),
    "date_long": ui_formats.date_long,
    "date_short": ui_formats.date_short,
    "weekday_date": ui_formats.weekday_date,
    "country_name": per_language(1024)(ui_formats.country_name),
    "language_name": per_language(1024)(ui_formats.language_name),
    "linebreaks": linebreaks_filter,
    "iso": iso,
}


def offer(**names: Any) -> None:
    """What an app adds for its own templates, when it gets ready."""
    GLOBALS.update(names)


class _Context(Context):
    """Calls what a template calls. Jinja would look each time whether it wants to know the context, and nothing here does."""

    def call(self, called: Callable[..., Any], /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **kwargs: Any) -> Any:
        return called(*args, **kwargs)


def environment(**options: Any) -> Environment:
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  Django's backend turns escaping on
    env.context_class = _Context
    env.globals.update(GLOBALS)
    env.filters.update(FILTERS)
    return env


@per_process()
def template(name: str) -> Template:
    """A compiled template; while developing its file is looked at each time."""
    found = cast("Template", engines["jinja2"].env.get_template(name))  # type: ignore[attr-defined]
    # Jinja chains two dictionaries, and copies the chain, key by key, for every drawing.
    found.globals = dict(found.globals)
    return found


class _Words(dict[str, str]):
    """What the strings of the templates are called in one language. They are literals, so there are as many as are written."""

    def __missing__(self, text: str) -> str:
        self[text] = said = gettext(text)
        return said


_words: dict[str, _Words] = {}
on_forget(_words.clear)


def draw(template_name: str, /, **context: Any) -> SafeString:
    """A template of ``templates/jinja`` with this context. What comes out is markup: all text in it was escaped."""
    # A page asks for a hundred strings; that the language is the same for all of them need not be found out each time.
    code = language()
    context["_"] = (_words.get(code) or _words.setdefault(code, _Words())).__getitem__
    found = engines["jinja2"].env.get_template(template_name) if settings.DEBUG else template(template_name)  # type: ignore[attr-defined]
    return mark_safe(found.render(context))  # noqa: S308  autoescape is on


def warm() -> None:
    """Compiles every template, so that no visitor waits for it."""
    env: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in env.list_templates(extensions=["html"]):
        template(name)
