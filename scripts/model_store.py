#!/usr/bin/env python3
"""Keeps trained models where every server can get them: a folder, or a bucket of an S3-compatible store.

    python scripts/model_store.py publish models/aanspreekpunt-0123456789ab.tar.gz
    python scripts/model_store.py current

`MODEL_STORE` is the folder, or `s3://bucket/prefix` (boto3's own settings: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_DEFAULT_REGION, AWS_ENDPOINT_URL). In it are the models and the file `current`: the name of the one to use and its
SHA-256. Publishing puts the model there first and names it then, so a server that looks at any moment finds a whole one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

import installation

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.tar\.gz")
_POINTER = "current"
# The one in use and the one before it, to go back to.
_KEPT = 2


class StoreError(Exception):
    """The store gives no model; the message is one sentence."""


class Store(Protocol):
    """Where models are kept."""

    def read(self, name: str) -> bytes:
        """What is under this name. Raises `StoreError`."""

    def write(self, name: str, content: bytes) -> None:
        """Put this under the name, whole or not at all. Raises `StoreError`."""


class Folder:
    """A folder, for instance on a file system that the servers share."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str) -> bytes:
        """See `Store`."""
        try:
            return (self._path / name).read_bytes()
        except OSError as error:
            raise StoreError(f"{self._path / name} kan niet worden gelezen: {error.strerror}.") from error

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            _write_whole(self._path / name, content)
        except OSError as error:
            raise StoreError(f"{self._path / name} kan niet worden geschreven: {error.strerror}.") from error


class Bucket:
    """A bucket of Amazon S3, or of what speaks its language (MinIO, Ceph, OVHcloud, Scaleway)."""

    def __init__(self, bucket: str, prefix: str) -> None:
        import boto3  # loads for a second; a folder does without

        self._bucket, self._prefix = bucket, prefix
        self._client: Any = boto3.client("s3")

    def read(self, name: str) -> bytes:
        """See `Store`."""
        return bytes(self._ask("get_object", name)["Body"].read())

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        self._ask("put_object", name, Body=content)

    def _ask(self, what: str, name: str, **details: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        key = f"{self._prefix}/{name}" if self._prefix else name
        try:
            return getattr(self._client, what)(Bucket=self._bucket, Key=key, **details)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"s3://{self._bucket}/{key}: {type(error).__name__}.") from error


def open_store(address: str) -> Store:
    """The store that `MODEL_STORE` names. Raises `StoreError`."""
    if not address.startswith("s3://"):
        return Folder(Path(address).expanduser().resolve())
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise StoreError("MODEL_STORE noemt geen bucket: schrijf s3://bucket/map.")
    return Bucket(bucket, prefix.strip("/"))


def publish(store: Store, model: Path) -> None:
    """Make this model the current one. Raises `StoreError`."""
    if not _NAME.fullmatch(model.name) or not model.is_file():
        raise StoreError(f"{model} is geen model (een bestand dat eindigt op .tar.gz).")
    content = model.read_bytes()
    store.write(model.name, content)
    store.write(_POINTER, f"{model.name} {hashlib.sha256(content).hexdigest()}\n".encode())


def current(store: Store) -> tuple[str, str]:
    """Name and SHA-256 of the model to use. Raises `StoreError`."""
    words = store.read(_POINTER).decode("ascii", "replace").split()
    if len(words) != 2 or not _NAME.fullmatch(words[0]):
        raise StoreError("het bestand `current` noemt geen model en zijn SHA-256.")
    return words[0], words[1]


def fetch(store: Store, cache: Path) -> Path:
    """A copy of the current model in the folder `cache`, which is made when it is missing.

    A copy that is there already and whole is used as it is. Raises `StoreError`: there is no model, or not the one meant.
    """
    name, fingerprint = current(store)
    path = cache / name
    if not path.exists() or _sha256(path.read_bytes()) != fingerprint:
        content = store.read(name)
        if _sha256(content) != fingerprint:
            raise StoreError(f"{name} is niet het model dat werd gepubliceerd: de SHA-256 klopt niet.")
        cache.mkdir(parents=True, exist_ok=True)
        _write_whole(path, content)
    path.touch()
    for old in sorted(cache.glob("*.tar.gz"), key=lambda kept: kept.stat().st_mtime, reverse=True)[_KEPT:]:
        old.unlink(missing_ok=True)
    return path


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file of which nobody ever sees a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def main(arguments: list[str] | None = None) -> int:
    """Publish a model, or name the current one; 1 with one sentence when that cannot be done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--store", default="", help="by default MODEL_STORE")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("publish").add_argument("model", type=Path)
    commands.add_parser("current")
    options = parser.parse_args(arguments)
    try:
        installation.complete(os.environ)
        address = options.store or os.environ.get("MODEL_STORE")
        if not address:
            raise StoreError("MODEL_STORE is leeg: noem een map of s3://bucket/map.")
        store = open_store(address)
        if options.command == "publish":
            publish(store, options.model)
        print(current(store)[0])
    except (StoreError, installation.InstallationError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
