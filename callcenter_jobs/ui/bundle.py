"""One style sheet for the browser out of one file per component.

Authors edit ``static/css/components/<name>.css``; a page loads ``css/site.css``, which this finder joins from them
in the order of ``PARTS``. It works for the development server, the tests and ``collectstatic`` alike, so there is no
build step and no generated file in the repository.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUNDLE = "css/site.css"
PARTS = ("tokens", "reset", "base", "layout", "components/*", "print")
LAYERS = "@layer reset, base, layout, components, pages, print;"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def source_files() -> list[Path]:
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return [path for part in PARTS for path in sorted(folder.glob(f"{part}.css"))]


def joined() -> str:
    """All parts without comments and needless white space; plain enough to be sure that it changes no meaning."""
    lines = [LAYERS]
    for path in source_files():
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        lines += [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"


class BundleFinder(BaseFinder):
    """Serves ``css/site.css`` from a private folder of this process, rewritten when a part has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder: Path | None = None
        self._stamp = 0.0

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="openline-css-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        stamp = max(path.stat().st_mtime for path in source_files())
        target = self._folder / BUNDLE
        if stamp != self._stamp or not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(joined(), encoding="utf-8")
            self._stamp = stamp
        return self._folder

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != BUNDLE:
            return []
        found = str(self.folder() / BUNDLE)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        yield BUNDLE, FileSystemStorage(location=str(self.folder()))
