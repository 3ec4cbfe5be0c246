"""The embedded servers: what they answer, what survives, and that nothing outlives its parent."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from callcenter_jobs.local import homes, processes, servers


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own folder: that is closed, and root's PostgreSQL would have to take shelter each time."""
    path = Path(tempfile.mkdtemp(prefix="openline-srv-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def postgres(folder: Path) -> Iterator[servers.PostgresServer]:
    server = servers.start_postgres(folder / "pg", durable=False)
    yield server
    server.stop()


def query(url: str, sql: str) -> object:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def wait_until(condition: object, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_postgres_folds_case_of_every_language_and_keeps_data(postgres: servers.PostgresServer) -> None:
    assert query(postgres.url, "SELECT version() LIKE 'PostgreSQL 18%'") is True
    assert query(postgres.url, "SELECT 'ØSTEN ŠUMA ЖАБА' ILIKE 'østen šuma жаба'") is True
    assert query(postgres.url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()") == "bC.UTF-8"
    assert query(postgres.url, "SHOW fsync") == "off"
    query(postgres.url, "CREATE TABLE kept AS SELECT 7 AS value")
    pid = postgres.pid
    postgres.stop()
    assert not processes.is_alive(pid)
    postgres.start()
    assert query(postgres.url, "SELECT value FROM kept") == 7


def test_postgres_starts_again_after_it_was_killed(postgres: servers.PostgresServer) -> None:
    query(postgres.url, "CREATE TABLE kept AS SELECT 7 AS value")
    query(postgres.url, "CHECKPOINT")
    os.kill(postgres.pid, signal.SIGKILL)
    assert wait_until(lambda: not postgres.is_running())
    for _ in range(20):  # orphaned sessions may hold the shared memory for a moment
        try:
            postgres.start()
            break
        except servers.ServerError:
            time.sleep(0.25)
    assert query(postgres.url, "SELECT value FROM kept") == 7


def test_postgres_in_a_folder_too_deep_for_a_socket(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-folder-name"] * 4)
    server = servers.start_postgres(deep, durable=False)
    try:
        assert len(str(server.sockets)) < 80
        assert query(server.url, "SELECT 1") == 1
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to another account")
def test_postgres_of_root_in_a_closed_folder_takes_shelter_and_opens_nothing(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = servers.start_postgres(closed / "pg", durable=False)
    try:
        assert query(server.url, "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert str(server.data).startswith("/var/tmp/openline-pg-")
        query(server.url, "CREATE TABLE old AS SELECT 1")
    finally:
        server.stop()
    # Whoever deletes the folder by hand means the data too.
    shutil.rmtree(closed / "pg")
    again = servers.start_postgres(closed / "pg", durable=False)
    try:
        assert query(again.url, "SELECT to_regclass('old')::text") is None
    finally:
        again.stop()
    homes.remove_shelter(closed / "pg")
    assert not server.data.parent.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to another account")
def test_programs_out_of_reach_are_copied_with_their_libraries(folder: Path) -> None:
    install = servers._postgres_binaries().parent
    copy = homes._copy_programs(install, folder)
    done = subprocess.run([copy / "bin" / "initdb", "--version"], capture_output=True, text=True, check=True)
    assert "18." in done.stdout
    assert (copy / "share" / "postgresql.conf.sample").stat().st_mode & 0o004


def test_valkey_needs_its_password_and_never_evicts(folder: Path) -> None:
    server = servers.start_valkey(folder, durable=False)
    try:
        client = redis.Redis.from_url(server.url)
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(host="127.0.0.1", port=server.port).ping()
        assert (folder / "valkey.conf").stat().st_mode & 0o077 == 0
    finally:
        server.stop()
    assert not server.is_running()


def test_durable_valkey_keeps_its_queue_over_a_restart(folder: Path) -> None:
    server = servers.start_valkey(folder, durable=True)
    client = redis.Redis.from_url(server.url)
    client.lpush("queue", "task")
    server.stop()
    server.start()
    try:
        assert redis.Redis.from_url(server.url).lrange("queue", 0, -1) == [b"task"]
    finally:
        server.stop()


PARENT = """
import sys, time
from pathlib import Path
from callcenter_jobs.local import servers
folder = Path(sys.argv[1])
pg = servers.start_postgres(folder / "pg", durable=False)
vk = servers.start_valkey(folder / "vk", durable=False)
print(pg.pid, vk.pid, flush=True)
time.sleep(120)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal is Linux only")
def test_servers_die_with_a_killed_parent(folder: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    assert all(processes.is_alive(pid) for pid in pids)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: not any(processes.is_alive(pid) for pid in pids))


def test_leftover_of_an_earlier_run_is_ended_only_if_it_is_ours(folder: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert not processes.end_leftover(stranger.pid, ["postgres", str(folder)], [(signal.SIGTERM, 1.0)])
        assert stranger.poll() is None
        data = folder / "pg" / "data"
        first = servers.start_postgres(folder / "pg", durable=False)
        first.stop()
        # A stale lock file whose number belongs to somebody else today.
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{first.data}\n", encoding="utf-8")
        again = servers.start_postgres(folder / "pg", durable=False)
        again.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_orphan_of_a_killed_run_is_replaced(folder: Path) -> None:
    orphan = servers.start_postgres(folder / "pg", durable=False)
    heir = servers.start_postgres(folder / "pg", durable=False)
    try:
        assert orphan.process is not None
        orphan.process.wait(5)
        assert query(heir.url, "SELECT 1") == 1
    finally:
        heir.stop()


def test_failure_to_start_is_one_line(folder: Path) -> None:
    server = servers.PostgresServer(folder / "pg", durable=False)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("12\n", encoding="utf-8")
    with pytest.raises(servers.ServerError) as caught:
        server.start()
    assert "\n" not in str(caught.value)
    assert "postgres ended while starting" in str(caught.value)


def test_stop_kills_what_does_not_listen() -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    read, write = os.pipe()
    process = processes.spawn([sys.executable, "-c", script], log=write)
    os.close(write)
    with os.fdopen(read) as output:
        assert output.readline() == "up\n"
    assert processes.stop(process, [(signal.SIGTERM, 0.3)]) is False
    assert not processes.is_alive(process.pid)
