"""The assistant's Dutch language understanding: Rasa components and the models under them.

Importing this package is free of heavy imports; each module brings in what it needs itself.
"""
