"""The dialogues of a run: their models, so many at once, and what they came to."""
