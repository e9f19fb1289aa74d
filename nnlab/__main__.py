"""``python -m nnlab``: see ``cli``."""

import sys

from nnlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
