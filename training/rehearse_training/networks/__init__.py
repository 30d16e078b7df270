"""Encoders, predictors and heads. They know nothing of recordings, files or training."""
