"""What can be wrong with a model or a labelled file, each in one sentence that says what to do."""

from __future__ import annotations


class ModelError(Exception):
    """A model folder is missing, incomplete, altered or of a shape that cannot be used."""


class EvaluationError(Exception):
    """A labelled file cannot be read, or has no such column or no known label."""


class TrainingError(Exception):
    """A training config, data folder or installation with which no model can be trained."""
