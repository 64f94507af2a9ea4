"""`python -m arango_thinking`."""

from arango_thinking.cli import main

if __name__ == "__main__":
    main()
