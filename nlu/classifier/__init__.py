"""The intent classifier without Rasa: plain functions and classes over NumPy arrays.

``nlu.intent_classifier`` makes a Rasa component of it; ``nlu.evaluation`` measures the same code.
"""
