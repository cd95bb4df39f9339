"""The product with several of each part: PostgreSQL, Redis, RabbitMQ, and the model in an S3-compatible store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.support.postgresql import PostgreSQL, postgresql
from tests.support.product import ROOT, Product, free_ports
from tests.support.rabbitmq import RabbitMQ, rabbitmq
from tests.support.redis_server import Redis, redis_server

__all__ = ["postgresql", "rabbitmq", "redis_server"]

BUCKET = "modellen"


@dataclass
class ModelStore:
    """A bucket on a local port.

    Attributes:
        settings: environment variables with which a process uses it.
        model: the trained model on this machine's disk.
    """

    settings: dict[str, str]
    model: Path

    def publish(self, model: Path) -> None:
        """Make a model the current one, with the project's own command."""
        command = [str(ROOT / ".venv/assistant/bin/python"), str(ROOT / "scripts/model_store.py")]
        result = subprocess.run(
            [*command, "publish", str(model)],
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr

    def under_another_name(self, name: str, folder: Path) -> Path:
        """The same model as another one: what changes is which file the servers load."""
        return Path(shutil.copy(self.model, folder / name))


@pytest.fixture(scope="module")
def model_store() -> Iterator[ModelStore]:
    """A store whose current model is today's."""
    (port,) = free_ports(1)
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    keys = {"aws_access_key_id": "sleutel", "aws_secret_access_key": "geheim", "region_name": "eu-west-1"}
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **keys)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    trained = subprocess.run(
        [sys.executable, str(ROOT / "scripts/train.py")], capture_output=True, text=True, check=True
    )
    store = ModelStore(
        {
            "MODEL_STORE": f"s3://{BUCKET}/productie",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "sleutel",
            "AWS_SECRET_ACCESS_KEY": "geheim",
            "AWS_DEFAULT_REGION": "eu-west-1",
        },
        Path(trained.stdout.strip()),
    )
    store.publish(store.model)
    yield store
    server.stop()


@dataclass
class Scaled:
    """The running product and what it runs on.

    Attributes:
        desks: the addresses of its two desks.
        database, tracker_database: addresses in PostgreSQL.
    """

    product: Product
    desks: list[str]
    database: str
    tracker_database: str
    rabbitmq: RabbitMQ
    redis: Redis


@pytest.fixture(scope="module")
def scaled(
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: PostgreSQL,
    redis_server: Redis,
    rabbitmq: RabbitMQ,
    model_store: ModelStore,
) -> Iterator[Scaled]:
    database, tracker_database = postgresql.new_database(), postgresql.new_database()
    product = Product(
        tmp_path_factory.mktemp("product"),
        DESK_DATABASE_URL=database,
        RASA_DATABASE_URL=tracker_database,
        REDIS_URL=redis_server.url,
        BROKER_URL=rabbitmq.url,
        # What is tested is that no turn is lost, not how fast this machine is.
        RASA_TIMEOUT_SECONDS="30",
        RASA_SERVERS="2",
        DESK_PROCESSES="2",
        DESK_WORKERS="2",
        **model_store.settings,
    )
    product.start()
    try:
        desks = [product.desk, product.next_to(product.desk)]
        for address in [product.rasa, product.next_to(product.rasa), desks[1] + "/healthz"]:
            product.wait_for(address)
        yield Scaled(product, desks, database, tracker_database, rabbitmq, redis_server)
    finally:
        product.stop()
