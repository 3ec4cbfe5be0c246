"""What a start of the portal may skip because nothing changed since the last one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

STEPS = ("catalogs", "migrations", "library", "places", "demo", "static")


def digest(*parts: str, files: Iterable[Path] = ()) -> str:
    """A hash over words and the names and contents of files."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() + b"\0")
    for path in sorted(files):
        total.update(os.fsencode(path) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(root: Path, *patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]


def wanted(root: Path, database: str, static_root: Path) -> dict[str, str]:
    """One fingerprint per step: as long as it stays the same, the step has nothing to do."""
    lock = root / "requirements" / "lock.txt"
    apps = ("callcenter_jobs/*", "postings", "applicants")
    migrations = _files(root, *[f"{app}/migrations/*.py" for app in apps])
    library = _files(root, "postings/content/**/*", "postings/management/commands/load_library.py", "postings/library/*.py")
    catalogs = _files(root, "locale/*/LC_MESSAGES/*.po")
    compiled = all(path.with_suffix(".mo").exists() for path in catalogs)
    return {
        "catalogs": digest(str(compiled), files=catalogs),
        "migrations": digest(database, files=[lock, *migrations]),
        "library": digest(database, files=library),
        "places": digest(database, files=_files(root, "postings/content/places/*.gz", "postings/services/places*.py")),
        "demo": digest(database),
        "static": digest(str(static_root), str(static_root.is_dir()), files=[lock, *_files(root, "static/**/*")]),
    }


def read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def write(path: Path, stamps: dict[str, str]) -> None:
    half = path.with_suffix(".new")
    half.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    half.replace(path)
