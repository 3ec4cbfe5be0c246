"""Libraries that hardly any page needs, read when somebody first uses them and not when a web process starts.

It is other libraries that import them, on their first lines. So a stand-in answers to their name until it is asked for
something. What most processes need sooner or later does not belong here: read before the workers part, all of them share it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec
from threading import Lock
from types import ModuleType
from typing import Any

SELDOM = (
    # Passkeys, and with them fido2 and cryptography: ten megabytes. allauth asks for them at any second factor.
    "allauth.mfa.webauthn.internal.auth",
    # For programs that await. Nothing here does.
    "redis.asyncio",
)
_making_way = Lock()


class StandIn(ModuleType):
    """Answers to the name of a module, and has it imported when it is asked for anything that a module has."""

    def __getattr__(self, name: str) -> Any:
        # Who goes through all modules asks for these, and means none of them.
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has not been read yet", name=name, obj=self)
        # Only making way is done here: between threads that import the same, the import system keeps order.
        with _making_way:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def defer(names: Iterable[str] = SELDOM) -> None:
    """Those of ``names`` that nobody has imported yet. Raises ``ModuleNotFoundError`` for what is not there, as an import would."""
    for name in names:
        if name in sys.modules:
            continue
        package, _dot, _last = name.rpartition(".")
        # Found from outside: to ask the package would mean to import it, and it would import what is to wait.
        above = find_spec(package) if package else None
        spec = PathFinder.find_spec(name, above.submodule_search_locations if above else None)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        stand_in = StandIn(name)
        # For ``find_spec``, which would say that there is something wrong with a module without one.
        stand_in.__spec__ = spec
        if spec.submodule_search_locations is not None:
            # Parts of it may be imported as ever.
            stand_in.__path__ = spec.submodule_search_locations
        sys.modules[name] = stand_in
