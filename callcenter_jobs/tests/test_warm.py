"""What a web process has in memory when its workers part."""

from __future__ import annotations

import json
import os
import subprocess
import sys

# Large, and for few pages or for other processes.
ELSEWHERE = {
    "reportlab", "PIL", "pypdf", "docx", "lxml", "defusedxml", "aiosmtpd", "pytest", "openpyxl",
    "fido2", "cryptography.fernet", "redis.asyncio.client", "css_inline",
}  # fmt: skip
PROBE = """
import json, sys, threading
import callcenter_jobs.wsgi
from django.core.checks import run_checks
from django.db import connection
# A local start does without.
run_checks()
options = connection.settings_dict["OPTIONS"]["options"]
print(json.dumps([sorted(sys.modules), threading.active_count(), connection.connection is None, options]))
"""


def test_workers_part_with_every_page_ready_and_nothing_that_few_need() -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0", "WEB_STATEMENT_TIMEOUT_S": ""}
    env = {**os.environ, **nowhere, "LOCAL_MODE": "1", "PROCESS_ROLE": "web", "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings"}
    done = subprocess.run([sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, check=True, timeout=120)
    modules, threads, is_unconnected, options = json.loads(done.stdout.splitlines()[-1])
    assert not ELSEWHERE & set(modules)
    assert {"postings.views.public_jobs", "applicants.views.apply", "postings.search.memory"} <= set(modules)
    # Neither a thread nor a connection survives a fork.
    assert (threads, is_unconnected) == (1, True)
    # Each connection to come has the limit for statements.
    assert options == "-c statement_timeout=15000"
