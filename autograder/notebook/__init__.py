"""Notebooks as data: reading what was handed in, repairing it, finding its parts."""
