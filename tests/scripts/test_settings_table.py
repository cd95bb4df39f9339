"""Whoever installs the product finds every setting in the documents."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'(?:environment\.\w+|environ\.get)\(\s*"([A-Z][A-Z0-9_]+)"|environ\["([A-Z][A-Z0-9_]+)"\]')
# Not ours: where programs look for themselves.
OF_THE_SYSTEM = {"PATH", "PYENV_ROOT"}


def test_every_setting_that_is_read_is_documented():
    sources = [ROOT / name for name in ("turn_locks.py", "turn_store.py", "rasa_server.py", "log_privacy.py")]
    for folder in ("actions", "importers", "nlu/e5", "turn_events", "scripts", "desk"):
        sources += (ROOT / folder).rglob("*.py")
    read = {
        name
        for source in sources
        for names in READ.findall(source.read_text(encoding="utf-8"))
        for name in names
        if name
    }
    assert len(read) > 60
    pages = "".join(
        (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("contracts.md", "outbox.md")
    )
    assert not {name for name in read - OF_THE_SYSTEM if f"`{name}`" not in pages}
