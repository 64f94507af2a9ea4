"""Preflight checks: find what is wrong with a database, a collection, the models or this machine before a run does."""
