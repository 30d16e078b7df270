"""Trainings side by side, to compare objectives and settings."""
