"""gunicorn for the portal: gunicorn -c deploy/gunicorn.conf.py callcenter_jobs.wsgi"""

import contextlib
import ctypes
import gc
import os

# How glibc keeps memory; elsewhere there is no such word. What is freed from 2 MB on is given back: by itself glibc stops
# doing so once a large array was freed, and a worker that changed over to a new search index twice was 50 MB larger. Less
# is kept for the next page, and so are 4 MB at the end of the heap: a search borrows a few megabytes in pieces of some
# hundred kilobytes, and getting each of them from the system anew, emptied, was a seventh of what a page of results cost.
# With 8 MB a worker was 4 MB larger after a crowd and no quicker.
# The keeper of the search index gives back now and then what lies idle. And all threads use one heap, not each its own
# that never shrinks: Python lets one of them run at a time anyway.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
with contextlib.suppress(AttributeError, OSError):
    _libc = ctypes.CDLL(None)
    _libc.mallopt(M_MMAP_THRESHOLD, 2 << 20)
    _libc.mallopt(M_TRIM_THRESHOLD, 4 << 20)
    _libc.mallopt(M_ARENA_MAX, 1)
# Before numpy is imported. Nothing here multiplies matrices, and each of these threads would have a buffer.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * (os.cpu_count() or 1)))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# One import for all workers: a faster start, and a configuration that is refused stops the whole server at once.
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
# A new worker loads the search index anew, so seldom; and never all of them at once.
max_requests = 100_000
max_requests_jitter = 20_000
# A search with many filters is a long address. This is as much as gunicorn can take; beyond it answers 414 itself.
limit_request_line = 8190
# The heartbeat file must not live on a disk that can stall.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
# Only a proxy on this machine may say who the visitor is and that TLS was used.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# No access log: addresses of status pages are secrets, and IP addresses are personal data. The proxy may keep one.
accesslog = None
errorlog = "-"


def when_ready(server: object) -> None:
    """Everything is imported and no worker has parted yet: what is there stays, and the workers go on sharing it, because
    the collector, which writes into all that it looks at, leaves it alone."""
    gc.collect()
    gc.freeze()
    # A page leaves its request and what hangs on it, some sixty objects that only the collector frees. Looking for them twice
    # a page cost a thirtieth of it; twice as seldom as now is no quicker, and a worker holds two megabytes more of them.
    gc.set_threshold(5_000, 10, 10)


def post_worker_init(worker: object) -> None:
    """Load the search index now, beside the first requests and not in one."""
    from postings.search import keeper

    keeper.begin()
