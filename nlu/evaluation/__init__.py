"""Measuring the NLU pipeline: on any pair of CSV files, by cross-validation on ``data/``, and line by line.

``python -m nlu.evaluation benchmark|crossval|parse`` prints JSON on standard output and progress on standard error; the
functions are importable from ``nlu``.
"""
