"""Déclic: the assistant, its understanding, its memory and its channels."""
