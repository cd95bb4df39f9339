# The desk: web server, worker, management commands, backup. Build in the project's folder:
#   docker build -f deploy/desk.Dockerfile -t aanspreekpunt/desk .
FROM python:3.13-slim-bookworm AS environment
WORKDIR /app
COPY requirements/setup.lock requirements/desk.lock requirements/
RUN python -m venv .venv/setup \
    && .venv/setup/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/setup.lock \
    && .venv/setup/bin/uv venv --python /usr/local/bin/python .venv/desk \
    && .venv/setup/bin/uv pip sync --no-cache --python .venv/desk/bin/python --require-hashes --compile-bytecode requirements/desk.lock

FROM python:3.13-slim-bookworm
# pg_dump and pg_restore for backups, of the release's own version: a pinned one would soon be gone from the mirrors.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=environment /app/.venv/desk .venv/desk
COPY organisation.yml organisation.schema.json desk.yml domain.yml ./
COPY desk desk
COPY scripts/healthy.py scripts/backup.py scripts/installation.py scripts/
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DESK_VAR=/run/aanspreekpunt
USER 10001:10001
EXPOSE 8000
CMD [".venv/desk/bin/uvicorn", "config.asgi:application", "--app-dir", "desk", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--timeout-graceful-shutdown", "3"]
