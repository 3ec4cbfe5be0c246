"""``python -m callcenter_jobs.local`` runs the whole portal; ``… reset`` forgets everything it stored."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from callcenter_jobs.local import preflight, processes
from callcenter_jobs.local.homes import remove_shelter
from callcenter_jobs.local.portal import ROOT, Portal


def local_folder() -> Path:
    return Path(os.environ.get("LOCAL_DIR") or ROOT / ".local").expanduser().resolve()


def reset(folder: Path) -> None:
    if not folder.exists():
        print(f"Nothing to reset: there is no {folder}.")
        return
    if not (folder / "lock").exists() and any(folder.iterdir()):
        raise preflight.Refusal(f"{folder} was not made by a local portal, so it stays. Is LOCAL_DIR right?")
    preflight.lock(folder).close()  # refuses while a portal runs from it
    remove_shelter(folder / "postgres")
    shutil.rmtree(folder)
    print(f"Removed {folder}. The next `make run` starts with an empty database and the demo.")


def main(arguments: list[str]) -> int:
    if os.environ.get("UNDER_MAKE"):
        processes.die_with_parent(signal.SIGTERM)
    try:
        if arguments == ["reset"]:
            reset(local_folder())
            return 0
        if arguments:
            raise preflight.Refusal(f"Unknown word {arguments[0]!r}. Use nothing, or: reset")
        return Portal(local_folder(), preflight.read_port(os.environ.get("PORT") or "8000")).run()
    except preflight.Refusal as problem:
        print(problem)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
