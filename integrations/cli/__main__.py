"""`python -m integrations.cli`: the same as `hancha`."""

import sys

from integrations.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
