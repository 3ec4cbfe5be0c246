"""Building in a process of its own: minutes of work and hundreds of megabytes, which no worker should keep.

A Celery task may run for less than a minute (its message would be delivered again), and what a process once used it
seldom gives back. So the task only starts ``manage.py rebuild_search`` and ends. Whether that process lives, dies or is
started twice does not matter: the builders' lock lets one work, and the next minute asks again.
"""

from __future__ import annotations

import logging
import subprocess
import sys

from django.conf import settings

logger = logging.getLogger(__name__)

# The one that this process started last, to be asked how it ended.
_children: list[subprocess.Popen[bytes]] = []


def spawn_builder() -> bool:
    """Start a builder unless the one that this process started last still works. Returns whether it did."""
    for child in list(_children):
        code = child.poll()
        if code is None:
            return False
        _children.remove(child)
        if code:
            logger.error("The builder of the search index ended with code %s", code)
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rebuild_search", "--if-due"]
    # A session of its own: what stops the worker softly does not stop it halfway.
    _children.append(subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True))
    return True
