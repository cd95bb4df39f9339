"""Checks what designers write: training data, rules, answers and facts. Fast, because it loads nothing of Rasa.

Rasa's own validation (`scripts/validate.py`) knows nothing of human handover, of promises, or of Dutch; this package does.
`python -m linter` reads the project, runs every check of `linter.checks` and prints one line per finding.
"""
