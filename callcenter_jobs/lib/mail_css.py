"""The styles of a mail written into its elements: many mail programs read no others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner


@cache
def _inliner() -> CSSInliner:
    # Web processes draw few mails, and most of them none: the library comes with the first.
    import css_inline

    # The style block stays for its media queries (phones, dark mode); nothing is ever fetched.
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def inlined(html: str) -> str:
    return _inliner().inline(html)
