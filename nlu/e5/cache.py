"""Files that are computed once and kept between starts; several processes may start at the same moment."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

_DIGEST_LENGTH = hashlib.sha256().digest_size


def directory() -> Path:
    """Return the cache directory: ``NLU_CACHE_DIR``, or ``var/cache/nlu`` in the project."""
    configured = os.environ.get("NLU_CACHE_DIR")
    return Path(configured) if configured else Path(__file__).resolve().parents[2] / "var" / "cache" / "nlu"


def read_json(name: str) -> Any:
    """Return the value kept under ``name``, or ``None`` when there is none or it cannot be read."""
    try:
        return json.loads((directory() / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def write_json(name: str, value: Any) -> None:
    """Keep ``value`` under ``name``. A cache directory that cannot be written is logged, not an error."""
    _replace(directory() / name, json.dumps(value).encode())


def read(name: str) -> bytes | None:
    """Return the bytes kept under ``name``, or ``None`` when they are absent, unreadable or damaged.

    The file is the SHA-256 digest of the content (32 bytes) followed by the content, so that one rename puts both
    in place and an altered file is recognised.
    """
    path = directory() / name
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        logger.warning("Cannot read %s: %s", path, error)
        return None
    content = kept[_DIGEST_LENGTH:]
    if kept and hashlib.sha256(content).digest() == kept[:_DIGEST_LENGTH]:
        return content
    if kept:
        logger.warning("%s is damaged and is built again.", path)
    return None


def write(name: str, content: bytes) -> None:
    """Keep ``content`` under ``name``, for ``read``. A directory that cannot be written is logged, not an error."""
    _replace(directory() / name, hashlib.sha256(content).digest() + content)


def read_or_build(name: str, build: Callable[[], bytes]) -> bytes:
    """Return the bytes kept under ``name``; build and keep them when there are none. Without a writable directory it
    builds every time.
    """
    kept = read(name)
    if kept is not None:
        return kept
    content = build()
    write(name, content)
    return content


def _replace(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and move it into place in one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    except OSError as error:
        logger.warning("Cannot write %s: %s. It will be built again at the next start.", path, error)
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # an image may be built by one user and run by another
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        logger.warning("Cannot write %s: %s. It will be built again at the next start.", path, error)
