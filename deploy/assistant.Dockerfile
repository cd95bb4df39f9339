# The assistant: a Rasa server, or the action server. The trained model is not in it: servers get it from MODEL_STORE.
#   docker build -f deploy/assistant.Dockerfile -t aanspreekpunt/assistant .
FROM python:3.10-slim-bookworm AS environment
WORKDIR /app
COPY requirements/setup.lock requirements/assistant.lock requirements/
RUN python -m venv .venv/setup \
    && .venv/setup/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/setup.lock \
    && .venv/setup/bin/uv venv --python /usr/local/bin/python .venv/assistant \
    && .venv/setup/bin/uv pip sync --no-cache --python .venv/assistant/bin/python --require-hashes requirements/assistant.lock

FROM python:3.10-slim-bookworm
WORKDIR /app
COPY --from=environment /app/.venv/assistant .venv/assistant
COPY config.yml domain.yml endpoints.yml credentials.yml organisation.yml organisation.schema.json log_privacy.py rasa_server.py turn_locks.py turn_store.py ./
COPY actions actions
COPY dialogue dialogue
COPY importers importers
COPY nlu nlu
COPY turn_events turn_events
COPY scripts/assistant.py scripts/endpoints.py scripts/model_store.py scripts/installation.py scripts/healthy.py scripts/
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore RASA_TELEMETRY_ENABLED=false \
    DESK_VAR=/run/aanspreekpunt NLU_CACHE_DIR=/run/aanspreekpunt/nlu MPLCONFIGDIR=/run/aanspreekpunt/matplotlib
# A new volume takes its owner from the folder that it covers.
RUN mkdir /models && chown 10001:10001 /models
USER 10001:10001
EXPOSE 5005 5055
CMD [".venv/assistant/bin/python", "scripts/assistant.py", "--interface", "0.0.0.0"]
