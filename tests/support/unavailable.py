"""What a test cannot do without, and a machine may lack."""


class UnavailableError(Exception):
    """This machine lacks what the test needs; the text says what."""
