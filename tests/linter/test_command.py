"""`python -m linter` as a designer and a pipeline use it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from linter.__main__ import main
from tests.linter.conftest import ROOT, TODAY

SPOIL = {
    "an error": {"file": "domain.yml", "find": "kan ik u helpen?", "replace": "kan ik je helpen?"},
    "a warning": {
        "file": "domain.yml",
        "find": "Goed, ik stop hiermee.",
        "replace": "Goed,  ik stop hiermee.",
    },
}


def _run(project, *options):
    return main([str(project), "--today", str(TODAY), *options])


def test_a_clean_project_gives_one_line_and_status_0(clean, capsys):
    assert _run(clean) == 0
    assert (
        capsys.readouterr().out == "De controle van uw teksten en voorbeelden is klaar. Geen opmerkingen.\n"
    )


def test_errors_come_first_under_a_heading_of_their_own(clean, change, capsys):
    change(SPOIL["an error"])
    change(SPOIL["a warning"])
    assert _run(clean) == 1
    first, error, empty, second, warning = capsys.readouterr().out.splitlines()
    assert first.startswith("Fouten (1)")
    assert error == (
        'domain.yml:69: [informal-address] Hier staat "je". De assistent zegt altijd "u" tegen de klant.'
    )
    assert empty == ""
    assert second.startswith("Waarschuwingen (1)")
    assert warning.startswith("domain.yml:71: [typography-double-space]")


def test_warnings_alone_do_not_fail(clean, change, capsys):
    change(SPOIL["a warning"])
    assert _run(clean) == 0
    assert "Fouten" not in capsys.readouterr().out


def test_findings_as_json(clean, change, capsys):
    change(SPOIL["an error"])
    assert _run(clean, "--json") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding == {
        "file": "domain.yml",
        "line": 69,
        "code": "informal-address",
        "level": "error",
        "message": 'Hier staat "je". De assistent zegt altijd "u" tegen de klant.',
    }


def test_a_folder_without_a_project_is_status_2(tmp_path, capsys):
    assert _run(tmp_path) == 2
    assert "Hier staat geen domain.yml" in capsys.readouterr().err


def test_an_empty_domain_is_no_crash(clean, capsys):
    (clean / "domain.yml").write_text("# niets\n", encoding="utf-8")
    assert _run(clean) == 1
    assert "[examples-of-unknown-intent]" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_the_whole_project_takes_seconds_and_no_tensorflow(options):
    """Processor time, so that a busy machine does not matter. The limit is the requirement: 5 s."""
    watch = (
        "import sys; from linter.__main__ import main; status = main(sys.argv[1:]); "
        "heavy = {'rasa', 'tensorflow', 'spacy', 'numpy', 'sklearn'} & set(sys.modules); "
        "print(sorted(heavy), file=sys.stderr); sys.exit(status)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    result = subprocess.run(
        [sys.executable, "-c", watch, str(ROOT), "--today", str(TODAY), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout
    assert result.stderr.strip() == "[]"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5
