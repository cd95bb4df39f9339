"""The desk's settings for the type checker, which looks at models and starts nothing: its secrets are worthless."""

import os
import tempfile

os.environ["DESK_SECRET_KEY"] = os.environ["DESK_SERVICE_TOKEN"] = "-" * 32
os.environ["DESK_VAR"] = tempfile.gettempdir()

from config.settings import *  # noqa: F403
