#!/usr/bin/env bash
# Resolves requirements/*.in into exact, hashed locks. The locks name no address: the reader's own client decides where packages come from.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/setup/bin/uv
lock() { # name, Python version, further options
  local name=$1 python=$2
  shift 2
  echo "locking $name" >&2
  "$uv" pip compile -q --python-version "$python" --universal --generate-hashes --no-annotate \
    --no-header --no-emit-index-url "$@" "requirements/$name.in" -o "requirements/$name.lock"
}
lock setup 3.10
lock assistant 3.10
lock assistant-dev 3.10 -c requirements/assistant.lock
lock desk 3.11
lock desk-dev 3.11 -c requirements/desk.lock
lock loadtest 3.11
