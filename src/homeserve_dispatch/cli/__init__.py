"""The command line: ``homeserve-dispatch solve``, ``check``, ``generate`` and ``schema``."""

from homeserve_dispatch.cli.app import app, main

__all__ = ["app", "main"]
