"""The project's action server as rasa-sdk runs it, with a lever: which desk and back office it uses from now on."""

from __future__ import annotations

import argparse
import os

from rasa_sdk.endpoint import create_app
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from actions.clients.back_office import back_office


def main() -> None:
    """Serve on `--port` of the loopback address until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app = create_app("actions")

    @app.post("/lever")
    async def pull(request: Request) -> HTTPResponse:
        """Take the environment variables of the body, and a back office as it is at the start of a day."""
        os.environ.update(request.json)
        back_office.cache_clear()
        return empty()

    app.run("127.0.0.1", port, workers=1)


if __name__ == "__main__":
    main()
