"""The model store, a folder or a bucket: servers get a whole model, the one that was meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import model_store  # noqa: E402
from model_store import StoreError, current, fetch, open_store, publish  # noqa: E402


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    before = dict(os.environ)
    os.environ |= settings
    boto3.client("s3").create_bucket(
        Bucket="modellen", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    yield "s3://modellen/productie"
    os.environ.clear()
    os.environ |= before
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "store")
    return f"{request.getfixturevalue('s3')}/{tmp_path.name}"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def model(folder: Path, name: str, content: bytes = b"model") -> Path:
    path = folder / f"{name}.tar.gz"
    path.write_bytes(content)
    return path


def test_what_was_published_last_is_fetched(address, tmp_path, cache):
    store = open_store(address)
    publish(store, model(tmp_path, "een", b"een"))
    assert fetch(store, cache).read_bytes() == b"een"
    publish(store, model(tmp_path, "twee", b"twee"))
    assert current(store)[0] == "twee.tar.gz"
    assert fetch(store, cache) == cache / "twee.tar.gz"


def test_the_same_name_with_other_contents_is_fetched_again(address, tmp_path, cache):
    store = open_store(address)
    publish(store, model(tmp_path, "een", b"oud"))
    fetch(store, cache)
    publish(store, model(tmp_path, "een", b"nieuw"))
    assert fetch(store, cache).read_bytes() == b"nieuw"


def test_a_model_that_is_not_the_published_one_is_refused(address, tmp_path, cache):
    store = open_store(address)
    publish(store, model(tmp_path, "een"))
    store.write("een.tar.gz", b"iets anders")
    with pytest.raises(StoreError, match="SHA-256"):
        fetch(store, cache)
    assert not list(cache.glob("*")) if cache.exists() else True


def test_a_copy_that_is_there_needs_no_second_download(address, tmp_path, cache, monkeypatch):
    store = open_store(address)
    publish(store, model(tmp_path, "een"))
    fetch(store, cache)
    asked = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda name: asked.append(name) or read(name))
    fetch(store, cache)
    assert asked == ["current"]


def test_the_cache_keeps_two(address, tmp_path, cache):
    store = open_store(address)
    for name in ("een", "twee", "drie"):
        publish(store, model(tmp_path, name))
        fetch(store, cache)
    assert {path.name for path in cache.iterdir()} == {"twee.tar.gz", "drie.tar.gz"}


@pytest.mark.parametrize("pointer", [b"", b"een.tar.gz", b"../een.tar.gz abc", b"\xff\xff x", b"een.zip abc"])
def test_a_pointer_that_names_no_model_is_refused(tmp_path, cache, pointer):
    store = open_store(str(tmp_path / "store"))
    store.write("current", pointer)
    with pytest.raises(StoreError, match="current"):
        fetch(store, cache)


def test_an_empty_store_is_one_sentence(address, monkeypatch, capsys):
    monkeypatch.setenv("MODEL_STORE", address)
    assert model_store.main(["current"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_commands(address, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MODEL_STORE", address)
    assert model_store.main(["publish", str(model(tmp_path, "een"))]) == 0
    assert model_store.main(["current"]) == 0
    assert capsys.readouterr().out == "een.tar.gz\neen.tar.gz\n"
    assert model_store.main(["publish", str(tmp_path / "geen.tar.gz")]) == 1
    monkeypatch.delenv("MODEL_STORE")
    assert model_store.main(["current"]) == 1
    assert model_store.main(["--store", "s3://", "current"]) == 1
