"""Brings database, catalogs and static files up to date before the portal starts (its own short process).

python -m callcenter_jobs.local.prepare <folder> <step> [<step> …]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from django.core.management import call_command, get_commands

from callcenter_jobs.local import stamps

# Each step's management command; the last two words say whether the step may be missing in a checkout.
COMMANDS: dict[str, tuple[str, dict[str, object]]] = {
    "catalogs": ("compile_catalogs", {}),
    "migrations": ("migrate", {"interactive": False, "verbosity": 1}),
    "library": ("load_library", {}),
    "places": ("load_places", {}),
    "demo": ("load_demo", {}),
    "static": ("collectstatic", {"interactive": False, "verbosity": 0}),
}
DOING = {
    "catalogs": "Compiling the translations",
    "migrations": "Preparing the database",
    "library": "Loading the role library",
    "places": "Loading the places",
    "demo": "Loading the demo",
    "static": "Collecting static files",
}


def main(folder: Path, steps: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")
    import django

    django.setup()
    from django.conf import settings

    from callcenter_jobs.local.demo import DEMO_PASSWORD, demo_sign_ins

    path = folder / "prepared.json"
    values = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    for step in steps:
        command, options = COMMANDS[step]
        if command not in get_commands():
            continue
        print(f"{DOING[step]} …", flush=True)
        call_command(command, **options)
        done = stamps.read(path)
        done[step] = values[step]
        if step in {"catalogs", "static"}:  # these two fingerprints tell whether the result is there
            database = str(values["database"])
            done[step] = stamps.wanted(settings.BASE_DIR, database, Path(settings.STATIC_ROOT))[step]
        stamps.write(path, done)
    (folder / "demo.json").write_text(json.dumps({"password": DEMO_PASSWORD, "people": demo_sign_ins()}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
