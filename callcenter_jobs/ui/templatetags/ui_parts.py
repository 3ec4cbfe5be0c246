"""The small parts that pages are built of. Each has a template and a style sheet of the same name."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import lucide
from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib import diffing
from callcenter_jobs.lib import money as amounts
from callcenter_jobs.ui.kept import per_language
from callcenter_jobs.ui.moulds import Mould, mark

register = template.Library()

MESSAGE_TONES = {"success": "good", "warning": "warn", "error": "bad", "info": "info", "debug": "info"}
TONE_ICONS = {"good": "circle-check", "warn": "triangle-alert", "bad": "octagon-alert", "info": "info"}


@lru_cache(maxsize=1024)
def render_icon(name: str, *, size: int = 20) -> SafeString:
    """Drawn once per process: a page has dozens of icons, and names come from templates alone."""
    # + "" makes a plain string: Django marks literals in templates as safe, and the XML writer must escape.
    # lucide keeps one private renderer behind its tags for every template engine.
    svg = lucide._render_icon(name + "", size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})
    return mark_safe(re.sub(r">\s+<", "><", svg))  # noqa: S308  drawn by the package, no user text inside


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A Lucide icon, hidden from screen readers: the words beside it carry the meaning."""
    return render_icon(name, size=size)


@register.simple_tag
def drawn(template_name: str, **context: Any) -> SafeString:
    """A part that the second engine draws: ``{% drawn "postings/_ladder.html" ladder=ladder %}``. It sees only what it is given."""
    from callcenter_jobs.ui import jinja  # the engine offers these tags to its templates

    return jinja.draw(template_name, **context)


@register.simple_tag
def ui_static(path: str) -> str:
    """``{% static %}`` without loading its library; for the scripts that components bring along."""
    return static(path)


@register.filter
def message_tone(level_tag: str) -> str:
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(tone, "info")


@register.simple_tag
def button(
    label: str,
    *,
    variant: str = "primary",
    type: str = "submit",
    name: str = "",
    value: str = "",
    icon: str = "",
    size: str = "",
    form: str = "",
    formaction: str = "",
    disabled: bool = False,
    icon_only: bool = False,
    novalidate: bool = False,
    describedby: str = "",
) -> SafeString:
    """variant: primary, secondary, quiet, danger; size: small, large. ``icon_only`` keeps the label for screen readers."""
    given = dict(locals())
    # What sends a value or goes to an address of its own is of one row; the others stand on every page.
    draw_it = _drawn_button if value or formaction else _kept_button
    return draw_it(href=None, icon_name=given.pop("icon"), **given)


@register.simple_tag
def link_button(
    label: str, href: str, *, variant: str = "secondary", icon: str = "", size: str = "", icon_only: bool = False, describedby: str = ""
) -> SafeString:
    """A link that looks like a button; for going somewhere, not for changing something."""
    mould = _kept_link(label=label, variant=variant, icon_name=icon, size=size, icon_only=icon_only, describedby=describedby)
    return mould.filled({"href": conditional_escape(href)})


def _drawn_button(**context: Any) -> SafeString:
    from callcenter_jobs.ui import jinja  # the engine offers these tags to its templates

    return jinja.draw("ui/button.html", **context)


_kept_button = per_language(256)(_drawn_button)


@per_language(256)
def _kept_link(**look: Any) -> Mould:
    """Links that differ in nothing but where they lead, drawn once."""
    return Mould.of(_drawn_button(href=mark("href"), **look))


@register.inclusion_tag("ui/badge.html")
def badge(label: str, *, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """tone: neutral, accent, info, good, warn, bad."""
    return {"label": label, "tone": tone, "icon": icon}


@register.inclusion_tag("ui/count.html")
def count(number: int, *, label: str = "", tone: str = "neutral") -> dict[str, Any]:
    """A small number beside a word; ``label`` says to screen readers what is counted."""
    return {"number": number, "label": label, "tone": tone}


@register.simple_block_tag(end_name="endfacts")
def facts(content: str, *, layout: str = "") -> SafeString:
    """A definition list. layout: empty (label beside value), "stacked" or "figures" (large numbers in a row)."""
    return format_html('<dl class="facts{}">{}</dl>', f" facts--{layout}" if layout else "", content)


@register.simple_block_tag(end_name="endfact")
def fact(content: str, label: str) -> SafeString:
    return SafeString(f'<div class="facts__item"><dt>{conditional_escape(label)}</dt><dd>{conditional_escape(content)}</dd></div>')


@register.simple_block_tag(end_name="endempty_state")
def empty_state(content: str, title: str, *, icon: str = "", level: int = 2) -> SafeString:
    """What to do when there is nothing here yet; the content is the next step."""
    drawing = render_icon(icon, size=24) if icon else ""
    return format_html(
        '<div class="empty-state">{}<h{} class="empty-state__title">{}</h{}><div class="empty-state__body">{}</div></div>',
        drawing, level, title, level, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, *, tone: str = "info", title: str = "", live: bool = False) -> SafeString:
    """One thing the reader should know. tone: info, good, warn, bad. ``live`` announces it when it appears."""
    head = format_html('<p class="notice__title">{}</p>', title) if title else ""
    return format_html(
        '<div class="notice notice--{}"{}>{}<div class="notice__body">{}{}</div></div>',
        tone, mark_safe(' role="status"') if live else "", render_icon(TONE_ICONS.get(tone, "info")), head, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="enddisclosure")
def disclosure(content: str, summary: str, *, is_open: bool = False, variant: str = "") -> SafeString:
    """More on request, without a script. variant "boxed" draws a hairline around it."""
    return format_html(
        '<details class="disclosure{}"{}><summary>{}{}</summary><div class="disclosure__body">{}</div></details>',
        f" disclosure--{variant}" if variant else "", mark_safe(" open") if is_open else "",
        render_icon("chevron-right", size=18), summary, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endsheet")
def sheet(content: str, label: str, *, count: int = 0, icon: str = "sliders-horizontal", is_open: bool = False) -> SafeString:
    """Filters and the like: a panel in the page when wide, a sheet behind a button on phones. No script."""
    number = format_html('<span class="count count--accent">{}</span>', count) if count else ""
    return format_html(
        '<details class="sheet"{}><summary class="button button--secondary sheet__button">{}<span>{}</span>{}</summary>'
        '<div class="sheet__body">{}</div></details>',
        mark_safe(" open") if is_open else "", render_icon(icon, size=18), label, number, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endmenu")
def menu(
    content: str, label: str, *, icon: str = "", align: str = "end", variant: str = "quiet", icon_only: bool = False, size: str = ""
) -> SafeString:
    """A small menu of links and buttons behind a summary; opens and closes without a script."""
    words = format_html('<span class="visually-hidden">{}</span>' if icon_only else "<span>{}</span>", label)
    tail = "" if icon_only else render_icon("chevron-down", size=16)
    return format_html(
        '<details class="menu menu--{}" name="menu"><summary class="button button--{}{}">{}{}{}</summary>'
        '<div class="menu__body">{}</div></details>',
        align, variant, f" button--{size}" if size else "", render_icon(icon, size=18) if icon else "", words, tail, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endtabs")
def tabs(content: str, label: str) -> SafeString:
    """Links between parts of one thing; each is a page of its own."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.inclusion_tag("ui/tab.html")
def tab(label: str, href: str, *, current: bool = False, count: int | None = None) -> dict[str, Any]:
    return {"label": label, "href": href, "current": current, "count": count}


@register.simple_block_tag(end_name="endbreadcrumbs")
def breadcrumbs(content: str) -> SafeString:
    return format_html('<nav class="breadcrumbs" aria-label="{}"><ol>{}</ol></nav>', _("You are here"), content)


@register.simple_tag
def crumb(label: str, href: str = "") -> SafeString:
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_block_tag(end_name="endtable_wrap")
def table_wrap(content: str, caption: str, *, dense: bool = False, caption_hidden: bool = False) -> SafeString:
    """A table that scrolls by itself when it is too wide; ``content`` is thead and tbody."""
    return format_html(
        '<div class="table-wrap" role="region" aria-label="{}" tabindex="0"><table class="table{}"><caption{}>{}</caption>{}</table></div>',
        caption, " table--dense" if dense else "", mark_safe(' class="visually-hidden"') if caption_hidden else "", caption, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endrows")
def rows(content: str, *, label: str = "", dense: bool = False) -> SafeString:
    """Rows separated by hairlines; inside it: ``<li class="row">``."""
    name = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<ol class="rows{}" role="list"{}>{}</ol>', " rows--dense" if dense else "", name, content)


@register.simple_tag
def chip(label: str, href: str = "", *, remove: bool = False, selected: bool = False) -> SafeString:
    """A word that is also a link; with ``remove`` it takes a chosen filter away."""
    from callcenter_jobs.ui import jinja  # the engine offers these tags to its templates

    return jinja.draw("ui/chip.html", label=label, href=href, remove=remove, selected=selected)


@register.inclusion_tag("ui/pay_figure.html")
def pay_figure(low: Decimal | None, high: Decimal | None, currency: str, basis: str, *, note: str = "", size: str = "") -> dict[str, Any]:
    """Pay as the largest number of the page: ``NOK 210–240 per hour``. ``basis`` is the translated word."""
    text = amounts.money_range(low, high, currency, get_language() or "en")
    return {"amount": text, "basis": basis, "note": note, "size": size}


@register.inclusion_tag("ui/copy_button.html")
def copy_button(text: str, label: str = "", *, done: str = "") -> dict[str, Any]:
    """The text in a readable field; the button beside it appears only where a script can copy."""
    return {"text": text, "label": label or _("Copy"), "done": done or _("Copied")}


@register.inclusion_tag("ui/initials.html")
def initials(name: str) -> dict[str, Any]:
    """Two letters for a person, beside the name and never instead of it."""
    words = [word for word in re.split(r"[\s@._-]+", name) if word]
    letters = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")) if words else ""
    return {"letters": letters.upper()}


def _marked(old: str, new: str) -> SafeString:
    parts: list[SafeString] = []
    for piece in diffing.words(old, new):
        if piece.is_same:
            parts.append(conditional_escape(piece.come))
            continue
        if piece.gone.strip():
            parts.append(format_html('<del><span class="visually-hidden">{} </span>{}</del> ', _("removed:"), piece.gone))
        if piece.come:
            parts.append(
                format_html('<ins><span class="visually-hidden">{} </span>{}</ins>', _("added:"), piece.come)
                if piece.come.strip()
                else conditional_escape(piece.come)
            )
    return mark_safe("".join(parts))  # noqa: S308  parts are escaped above


@register.simple_tag
def diff(old: str, new: str) -> SafeString:
    """What changed from one text to the other, word by word, marked in color and in words for screen readers."""
    return format_html('<div class="diff">{}</div>', _marked(old, new))


@register.inclusion_tag("ui/diff_lines.html")
def diff_lines(lines: list[diffing.Line]) -> dict[str, Any]:
    """What became of each line of a list: a sign, a word, and the changed words inside it."""
    marks = {"same": "", "moved": "↕", "changed": "~", "added": "+", "removed": "−"}
    names = {"same": "", "moved": _("moved:"), "changed": _("changed:"), "added": _("added:"), "removed": _("removed:")}
    shown = []
    for line in lines:
        fate = line.fate.value
        words = _marked(line.before, line.after) if line.fate is diffing.Fate.CHANGED else conditional_escape(line.after or line.before)
        shown.append({"fate": fate, "mark": marks[fate], "name": names[fate], "words": words})
    return {"lines": shown}
