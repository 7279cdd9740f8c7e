"""``python -m homeserve_dispatch`` is the same as ``homeserve-dispatch``."""

from homeserve_dispatch.cli import main

if __name__ == "__main__":
    main()
