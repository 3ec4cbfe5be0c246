"""The frame around the body of a public page: head, header, footer. Drawn by the Django templates, and kept.

Almost every visitor of a public page has no account and no message waiting; for them the frame depends on the
language, the colors, the page's style sheets and where in the navigation it stands, and on nothing else. So
``base_framed.html`` is drawn once for each of these with **marks** in its slots (title, body, links to this page
in other languages, nonce …), split at the marks, and kept in the process (``moulds``); a page is then a join of strings. For
anybody else the very same template is drawn with the real values and the real request, and nothing is kept.

What makes this safe:

* nothing that people write can look like a mark, and values are never searched for one;
* a kept frame is drawn for a stand-in request without cookies, user, session or query, so it cannot hold a visitor's data;
* every value is escaped on its way in unless it is a ``SafeString`` (or ``Markup``) that our own templates drew;
* the nonce is a slot like the others: each answer carries its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template, render_to_string
from django.urls import ResolverMatch, translate_url
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape, escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from callcenter_jobs.accounts.context import suggested_language
from callcenter_jobs.ui.context import THEME_COOKIE, THEMES
from callcenter_jobs.ui.kept import on_forget, per_process
from callcenter_jobs.ui.moulds import Mould, escaped, mark

TEMPLATE = "base_framed.html"
MOST_FRAMES = 256
LONGEST_KEPT = 200
MESSAGES_COOKIE = "messages"


@dataclass(frozen=True, slots=True)
class Look:
    """What a kind of page adds to the frame. ``name`` tells the kinds apart, ``extra`` is a template in the head."""

    name: str
    styles: tuple[str, ...] = ()
    extra: str = ""


@dataclass(slots=True)
class Parts:
    """The values of one page. Plain text is escaped; ``main``, ``head`` and ``breadcrumbs`` are drawn by our templates.

    ``description`` and ``og_title`` have a text of the portal's own when empty. ``canonical`` is the path (and query)
    that search engines shall keep, else this very path.
    """

    title: str
    main: SafeString
    description: str = ""
    og_title: str = ""
    og_type: str = "website"
    robots: str = ""
    head: SafeString = field(default_factory=lambda: SafeString(""))
    breadcrumbs: SafeString = field(default_factory=lambda: SafeString(""))
    canonical: str = ""


# --- this page in other languages -------------------------------------------------------------------


@per_process(16)
def language_prefix(code: str) -> str:
    return "" if code == settings.LANGUAGE_CODE else f"/{code}"


def in_language(path: str, code: str, *, current: str) -> str:
    """The path of a page (with or without query) in another language; pages are framed only under ``i18n_patterns``."""
    return f"{language_prefix(code)}{path[len(language_prefix(current)) :]}"


def alternates(path: str, current: str, base: str) -> SafeString:
    """``canonical`` and ``hreflang`` of a page, absolute: the same lines as ``{% alternate_links %}``.

    Kept for short addresses only: that of a search may have thousands of letters, and anybody can make up any number.
    """
    return _kept_alternates(path, current, base) if len(path) <= LONGEST_KEPT else _alternates(path, current, base)


def _alternates(path: str, current: str, base: str) -> SafeString:
    # Escaped once: the pages differ in their prefix alone, and the address of a search is long.
    rest, start = escape(path[len(language_prefix(current)) :]), escape(base)
    pages = [(code, language_prefix(code)) for code, _label in settings.LANGUAGES]
    pages.append(("x-default", language_prefix(settings.LANGUAGE_CODE)))
    lines = [f'<link rel="canonical" href="{start}{language_prefix(current)}{rest}">']
    lines += [f'\n<link rel="alternate" hreflang="{code}" href="{start}{prefix}{rest}">' for code, prefix in pages]
    return mark_safe("".join(lines))  # noqa: S308  our own words around what was escaped


_kept_alternates = lru_cache(maxsize=128)(_alternates)


# --- frames that are kept ---------------------------------------------------------------------------

SLOTS = ("title", "description", "robots", "alternates", "ogtype", "ogtitle", "head", "breadcrumbs", "main", "nonce", "here")


class Marks:
    """Stands in a template's context where the address of the page would be (see ``ui_navigation``)."""

    here = mark("here")

    @staticmethod
    def in_language(code: str) -> SafeString:
        return mark(f"in-{code}")


class _StandIn(HttpRequest):
    """A request by nobody: the path (for the navigation) and nothing else of the visitor's."""

    def __init__(self, path: str, match: ResolverMatch | None) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = path
        self.resolver_match = match
        self.user = AnonymousUser()


_Key = tuple[str, str, str, Look, bool, bool]
_frames: dict[_Key, Mould] = {}


on_forget(_frames.clear)


def _drawn(request: HttpRequest, key: _Key) -> Mould:
    language, theme, suggested, look, has_description, has_og_title = key
    for code, _name in settings.LANGUAGES:
        if translate_url(request.path, code) != in_language(request.path, code, current=language):
            raise ValueError(f"{request.path} is not the same page in {code}: only pages under i18n_patterns are framed.")
    marks = {name: mark(name) for name in SLOTS}
    context = {
        "page": {
            "title": marks["title"],
            "main": marks["main"],
            "description": marks["description"] if has_description else "",
            "og_title": marks["ogtitle"] if has_og_title else "",
            "og_type": marks["ogtype"],
            "robots": marks["robots"],
            "head": marks["head"],
            "breadcrumbs": marks["breadcrumbs"],
        },
        "look": look,
        "alternates": marks["alternates"],
        "frame_marks": Marks(),
        "csp_nonce": marks["nonce"],
        "theme": theme,
        "suggested_language": suggested,
    }
    return Mould.of(get_template(TEMPLATE).render(context, _StandIn(request.path, request.resolver_match)))


def _frame_of(request: HttpRequest, key: _Key) -> Mould:
    found = _frames.get(key)
    if found is None:
        found = _drawn(request, key)
        if not settings.DEBUG:
            # Few and small: languages x colors x looks. The bound only makes sure.
            if len(_frames) >= MOST_FRAMES:
                _frames.clear()
            _frames[key] = found
    return found


# --- answering --------------------------------------------------------------------------------------


def is_for_anybody(request: HttpRequest) -> bool:
    """No account and no message waiting. Looks at the session only when the visitor has one."""
    if getattr(getattr(request, "_messages", None), "_queued_messages", None):
        return False
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return not request.user.is_authenticated and not len(get_messages(request))
    return MESSAGES_COOKIE not in request.COOKIES


@per_process(16)
def _robots(said: str) -> SafeString:
    return format_html('<meta name="robots" content="{}">', said) if said else SafeString("")


def page_html(request: HttpRequest, look: Look, parts: Parts) -> str:
    """The whole page, from a kept frame where that is the same."""
    if not is_for_anybody(request):
        return drawn_fresh(request, look, parts)
    language = get_language() or settings.LANGUAGE_CODE
    theme = request.COOKIES.get(THEME_COOKIE, "")
    key = (
        language,
        theme if theme in THEMES else "",
        suggested_language(request)["suggested_language"],
        look,
        bool(parts.description),
        bool(parts.og_title),
    )
    here = escaped(request.get_full_path())
    values: dict[str, str] = {
        "title": escaped(parts.title),
        "description": strip_tags(escaped(parts.description)) if parts.description else "",
        "robots": _robots(parts.robots),
        "alternates": alternates(parts.canonical or request.path, language, settings.BASE_URL),
        "ogtype": escaped(parts.og_type),
        "ogtitle": escaped(parts.og_title),
        "head": escaped(parts.head),
        "breadcrumbs": escaped(parts.breadcrumbs),
        "main": escaped(parts.main),
        "nonce": escaped(str(getattr(request, "csp_nonce", ""))),
        "here": here,
    }
    for code, _name in settings.LANGUAGES:
        values[f"in-{code}"] = in_language(here, code, current=language)
    return _frame_of(request, key).filled(values)


def drawn_fresh(request: HttpRequest, look: Look, parts: Parts) -> str:
    """The same page by the Django templates alone."""
    language = get_language() or settings.LANGUAGE_CODE
    page = {
        "title": parts.title,
        "main": mark_safe(conditional_escape(parts.main)),  # noqa: S308  escaped or drawn by our templates
        "description": parts.description,
        "og_title": parts.og_title,
        "og_type": parts.og_type,
        "robots": _robots(parts.robots),
        "head": mark_safe(conditional_escape(parts.head)),  # noqa: S308  as above
        "breadcrumbs": mark_safe(conditional_escape(parts.breadcrumbs)),  # noqa: S308  as above
    }
    links = alternates(parts.canonical or request.path, language, settings.BASE_URL)
    return render_to_string(TEMPLATE, {"page": page, "look": look, "alternates": links}, request)


def framed(request: HttpRequest, look: Look, parts: Parts, *, status: int = 200) -> HttpResponse:
    """The answer. It differs by cookies (colors, account) and by the language that the browser asks for."""
    # In bytes: of a text Django would look up the charset, in the header that it is about to write.
    response = HttpResponse(page_html(request, look, parts).encode(), status=status)
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
