"""Find text that gives the reference answer away or speaks of being taught. This is the public interface."""

from arango_thinking.firewall.leaks import leak, without_leaks
from arango_thinking.firewall.mentions import speaks_of_teaching, without_teaching

__all__ = ["leak", "speaks_of_teaching", "without_leaks", "without_teaching"]
