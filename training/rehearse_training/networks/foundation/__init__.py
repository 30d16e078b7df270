"""Frozen foundation encoders: a published vision model's features in place of an encoder trained from scratch. Its packages are optional."""
