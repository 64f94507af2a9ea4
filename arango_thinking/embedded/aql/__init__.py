"""AQL: parsing, planning and running queries on a transaction of the embedded engine."""

from arango_thinking.embedded.aql.context import ExecuteOptions, Statistics
from arango_thinking.embedded.aql.query import Query, Result, execute, parse, plan

__all__ = ["ExecuteOptions", "Query", "Result", "Statistics", "execute", "parse", "plan"]
