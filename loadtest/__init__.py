"""`make loadtest`: how many customers one installation serves, and how fast, seen from the customers' side."""
