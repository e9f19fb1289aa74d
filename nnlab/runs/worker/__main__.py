"""``python -m nnlab.runs.worker``: see ``process``."""

from nnlab.runs.worker.process import main

if __name__ == "__main__":
    main()
