"""One module per system that an action talks to."""
