"""Django's SQLite, in which the threads of one process wait for the write lock in a queue (`base.py`)."""
