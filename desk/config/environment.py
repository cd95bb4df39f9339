"""Reads the process's environment. Every variable of the desk is read through this module and named in docs/contracts.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class ConfigurationError(ImproperlyConfigured):
    """The desk cannot start. The message is one sentence for the person who starts it."""


def text(name: str, default: str) -> str:
    """The variable's value; `default` when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def secret(name: str, shortest: int) -> str:
    """A secret of at least `shortest` characters. There is no default, so that no installation shares one.

    Raises:
        ConfigurationError: it is missing or too short.
    """
    value = os.environ.get(name, "")
    if len(value) < shortest:
        raise ConfigurationError(
            f"Set {name} to a random secret of at least {shortest} characters; `make run` makes one."
        )
    return value


def secrets_by_site(name: str, shortest: int) -> dict[str, str]:
    """Secrets by the origin of a site, written as `https://www.example.nl=<secret>` with commas in between.

    Raises:
        ConfigurationError: an address is no origin, a secret is too short, or a site is named twice.
    """
    found: dict[str, str] = {}
    for part in names(name):
        site, _, value = part.partition("=")
        parts = urlsplit(site)
        is_origin = parts.scheme in {"http", "https"} and site == f"{parts.scheme}://{parts.netloc}"
        if not (is_origin and parts.netloc) or site in found or len(value) < shortest:
            raise ConfigurationError(
                f"{name} must hold <origin of a site>=<secret of at least {shortest} characters>, each site once, "
                "with commas in between."
            )
        found[site] = value
    return found


def seconds(name: str, default: float) -> float:
    """A number of seconds greater than zero. Raises `ConfigurationError`."""
    value = text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 3600:
        raise ConfigurationError(f"{name} must be a number of seconds between 0 and 3600, not {value!r}.")
    return number


def count(name: str, default: int) -> int:
    """A whole number from 1 to 1000. Raises `ConfigurationError`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= 1000):
        raise ConfigurationError(f"{name} must be a whole number from 1 to 1000, not {value!r}.")
    return int(value)


def port(name: str) -> int | None:
    """A port number, or None when the variable is missing or empty. Raises `ConfigurationError`."""
    value = text(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65_536):
        raise ConfigurationError(f"{name} must be a port number, not {value!r}.")
    return int(value)


def flag(name: str) -> bool:
    """True when the variable is `1`, `true` or `yes`."""
    return text(name, "").lower() in {"1", "true", "yes"}


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def directory(name: str, default: Path) -> Path:
    """A directory, made when it does not exist. Raises `ConfigurationError`."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{name}: {path} cannot be made: {error.strerror}.") from error
    return path


def address(name: str, default: str) -> str:
    """An http(s) address without a slash at its end. Raises `ConfigurationError`."""
    return _address(name, text(name, default))


def _address(name: str, value: str) -> str:
    value = value.rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"{name} must be an http or https address, not {value!r}.")
    return value


def addresses(name: str, default: str) -> list[str]:
    """One or more http(s) addresses with commas between them, as `address` gives them. Raises `ConfigurationError`."""
    found = [_address(name, value) for value in names(name, default)]
    if not found:
        raise ConfigurationError(f"{name} names no address.")
    return found


def host(url: str) -> str:
    """The address's machine as a `Host` header names it, without the port."""
    name = urlsplit(url).hostname or ""
    return f"[{name}]" if ":" in name else name


def is_loopback(url: str) -> bool:
    """True when the address can only be reached from this machine."""
    return host(url) in LOOPBACK
