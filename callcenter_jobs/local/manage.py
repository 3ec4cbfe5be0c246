"""``python -m callcenter_jobs.local.manage WORD …``: Django's command line on the portal that ``make run`` started here.

``manage.py`` alone does not find it: its servers choose their own ports and its key is its own. Both are read from the
portal's folder (``.local/``, or ``LOCAL_DIR``).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from callcenter_jobs.local import preflight
from callcenter_jobs.local.__main__ import local_folder
from callcenter_jobs.local.preflight import Refusal


def is_running(folder: Path) -> bool:
    """The portal's lock, not its file, tells: the file outlives a portal that was killed."""
    if not (folder / "lock").exists():
        return False
    try:
        preflight.lock(folder).close()
    except Refusal:
        return True
    return False


def environment_of(folder: Path) -> dict[str, str]:
    """The settings of the portal that runs from ``folder``, or ``Refusal``."""
    none = Refusal(f"No portal runs from {folder}. Start it with `make run` in another terminal, or set LOCAL_DIR to its folder.")
    if not is_running(folder):
        raise none
    try:
        state = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        found: dict[str, str] = state["environment"]
        address: str = state["address"]
    except (FileNotFoundError, ValueError, KeyError):
        raise none from None
    if "DATABASE_URL" not in found or "REDIS_URL" not in found or "web" not in state["children"]:
        raise Refusal(f"The portal in {folder} is still starting. Try again when it has shown its table.")
    settings = {
        "LOCAL_MODE": "1",
        "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings",
        "STATIC_ROOT": str(folder / "static"),
        "PORT": address.rpartition(":")[2],
        "BASE_URL": os.environ.get("BASE_URL") or address,
        "PROCESS_ROLE": "beat",
    }
    if not os.environ.get("SECRET_KEY"):
        settings["SECRET_KEY"] = (folder / "secret_key").read_text(encoding="utf-8").strip()
    return settings | found


def main(words: list[str]) -> int:
    try:
        os.environ.update(environment_of(local_folder()))
    except Refusal as problem:
        print(problem, file=sys.stderr)
        return 1
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *words])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
