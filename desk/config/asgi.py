"""The entry point of the web server: `uvicorn config.asgi:application --app-dir desk`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

from config.environment import ConfigurationError

try:
    django = get_asgi_application()
except ConfigurationError as error:
    sys.exit(str(error))  # one sentence instead of a traceback

from config.server import BodyLimit, Lifespan
from config.service import serving

application = Lifespan(BodyLimit(django), serving)
