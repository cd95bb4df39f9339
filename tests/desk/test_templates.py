"""What no single page's test sees: Django shows a `{# comment #}` of more than one line to the reader."""

from config.environment import ROOT


def test_no_comment_runs_over_the_end_of_a_line() -> None:
    templates = [
        path for path in (ROOT / "desk").glob("*/templates/**/*") if path.suffix in {".html", ".txt"}
    ]
    assert len(templates) > 100
    for path in templates:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.count("{#") == line.count("#}"), f"{path}: {line}"
