"""Training data importers: where facts from outside `data/` and `domain.yml` enter the model."""
