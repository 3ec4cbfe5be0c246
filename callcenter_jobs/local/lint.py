"""The part of ``make lint`` that needs Django: migrations, translations, static files, deploy checks.

Runs without any server; the deploy checks see an environment such as production has.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "BASE_URL": "https://jobs.example.org",
    "ALLOWED_HOSTS": "jobs.example.org",
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:1/portal",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "MAIL_LOOKUP_URL": "https://mail.example.org/lookup",
    "TRUSTED_PROXY_COUNT": "1",
}
LOCAL_ONLY = ("LOCAL_MODE", "DEBUG", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def manage(title: str, *arguments: str, env: dict[str, str], quiet: bool = True) -> bool:
    """Run a management command; shows its output if it fails, or always when not ``quiet``."""
    base = {key: value for key, value in os.environ.items() if key not in LOCAL_ONLY and key not in PRODUCTION}
    # No server is needed here: that the database cannot be asked for its history is no news.
    command = [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**base, **env}, capture_output=True, text=True, check=False)
    if done.returncode or not quiet:
        print((done.stdout + done.stderr).strip())
    print(f"{title}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    return done.returncode == 0


def has_command(name: str) -> bool:
    return any(ROOT.glob(f"*/management/commands/{name}.py")) or any(ROOT.glob(f"*/*/management/commands/{name}.py"))


def main() -> int:
    local = {"LOCAL_MODE": "1"}
    results = [manage("Migrations", "makemigrations", "--check", "--dry-run", env=local)]
    if has_command("check_catalogs"):
        results.append(manage("Translations", "check_catalogs", env=local))
    with tempfile.TemporaryDirectory(prefix="openline-static-") as folder:
        results.append(manage("Static files", "collectstatic", "--noinput", "-v0", env={**PRODUCTION, "STATIC_ROOT": folder}))
    results.append(manage("Deploy checks", "check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
