"""How often one visitor or one account may do something: fixed windows, counted in the cache.

A window is a stretch of the clock (this minute, this hour), so one counter per window is enough, and counting
is a single operation that needs no lock. Someone can get through twice the amount across the
border of two windows; these limits stop floods, they don't meter.

The cache may be lost: then everybody is let through, with a line in the log.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from callcenter_jobs.cache import ForgivingRedisCache

logger = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

NOWHERE = "0.0.0.0"  # noqa: S104  stands for "no address known", nothing listens here


@dataclass(frozen=True)
class Verdict:
    """``retry_after`` is in seconds, and 0 when allowed."""

    allowed: bool
    retry_after: int = 0


def client_ip(request: HttpRequest) -> str:
    """The visitor's address, as far as it can be known.

    Each proxy appends the address that it saw, so with N proxies of ours the Nth entry from the right was
    written by us; everything left of it is the visitor's own claim. A header with fewer entries didn't
    pass our proxies and is ignored.
    """
    candidate = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXY_COUNT
    if hops:
        claimed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(claimed) >= hops:
            candidate = claimed[-hops]
    try:
        address = ipaddress.ip_address(candidate)
    except ValueError:
        return NOWHERE
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def visitor_key(request: HttpRequest) -> str:
    """One account, or one IPv4 address, or one IPv6 /64: what a single household or office holds."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return network_key(request)


def network_key(request: HttpRequest) -> str:
    address = ipaddress.ip_address(client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return f"net:{ipaddress.ip_network((address, 64), strict=False)}"
    return f"ip:{address}"


def allow(scope: str, key: str, *, amount: int, seconds: int, now: float | None = None) -> Verdict:
    """Counts one attempt and says whether it is still within ``amount`` in this window of ``seconds``."""
    return allow_each({scope: amount}, key, seconds=seconds, now=now)[0]


def allow_each(amounts: Mapping[str, int], key: str, *, seconds: int, now: float | None = None) -> list[Verdict]:
    """The same for several scopes with their amounts, in one round trip."""
    now = time.time() if now is None else now
    window = int(now // seconds)
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    try:
        counts = cast(ForgivingRedisCache, cache).count([f"limit:{scope}:{window}:{digest}" for scope in amounts], seconds + 1)
    except (ValueError, RedisError, OSError):
        logger.warning("limit %s not counted: the cache can't be reached", ", ".join(amounts))
        return [Verdict(True)] * len(amounts)
    refusal = Verdict(False, max(1, int((window + 1) * seconds - now)))
    return [Verdict(True) if count <= amount else refusal for count, amount in zip(counts, amounts.values(), strict=True)]


def too_many(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    response = render(request, "429.html", {"retry_after": verdict.retry_after}, status=429)
    response.headers["Retry-After"] = str(verdict.retry_after)
    return response


def limited(
    scope: str,
    *,
    amount: int,
    seconds: int,
    methods: tuple[str, ...] = ("POST",),
    key: Callable[[HttpRequest], str] = visitor_key,
) -> Callable[[View[P]], View[P]]:
    """Decorates a view: ``@limited("apply", amount=20, seconds=3600)``. Other methods are not counted."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                verdict = allow(scope, key(request), amount=amount, seconds=seconds)
                if not verdict.allowed:
                    return too_many(request, verdict)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate
