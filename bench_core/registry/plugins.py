"""Finds plug-ins by looking in their folder."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def plugins_in(package: str) -> list[Any]:
    """All objects with a `plugin` mark that modules below `package` define."""
    found = []
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        module = importlib.import_module(info.name)
        found += [v for v in vars(module).values() if hasattr(v, "plugin") and v.__module__ == info.name]
    return found
