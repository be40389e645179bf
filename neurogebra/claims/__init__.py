"""Declared properties and their verdicts: checks.py judges, verdict.py is what it answers."""
