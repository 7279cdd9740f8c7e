"""The kernel made ready: by two processes, once, and never from code of other sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from homeserve_dispatch import compiling
from homeserve_dispatch.search import fresh

_TWICE = """
import json, sys
from numba.core.dispatcher import Dispatcher
from homeserve_dispatch.compiling import make_ready
took = make_ready(ruled={ruled}, processors=2, on_progress=None)
modules = [it for name, it in sys.modules.items() if name.startswith("homeserve_dispatch.search")]
found = [it for module in modules for it in vars(module).values() if isinstance(it, Dispatcher)]
print(json.dumps([took, sorted({{it.__name__ for it in found if len(it.signatures) > 1}})]))
"""

compiled = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@compiled
@pytest.mark.parametrize("ruled", [False, True])
def test_no_function_is_compiled_for_two_signatures(ruled: bool, tmp_path: Path) -> None:
    # The list of what is compiled beforehand states types: wrong ones would be compiled in vain.
    run = subprocess.run(
        [sys.executable, "-c", _TWICE.format(ruled=ruled)],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    took, twice = json.loads(run.stdout)
    assert took > 0.0
    assert twice == []
    assert list(tmp_path.rglob("kernel.perform-*.nbc"))
    assert list(tmp_path.rglob("*.propagate-*.nbc" if ruled else "*.retime-*.nbc"))


def test_only_a_python_is_started_as_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    assert not compiling._can_start()
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert not compiling._can_start()
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3.13")
    assert compiling._can_start()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not compiling._can_start()


def test_a_helper_that_cannot_be_started_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with compiling._helper(ruled=False):
        pass


def test_code_of_other_sources_is_forgotten(tmp_path: Path) -> None:
    old = [tmp_path / "kernel.perform-1.py311.nbi", tmp_path / "kernel.perform-1.py311.1.nbc"]
    for file in old:
        file.touch()
    (tmp_path / "other.txt").touch()
    fresh.forget_outdated.cache_clear()
    fresh.forget_outdated(tmp_path)
    assert not any(file.exists() for file in old)
    assert (tmp_path / "other.txt").exists()
    for file in old:
        file.touch()
    fresh.forget_outdated.cache_clear()
    fresh.forget_outdated(tmp_path)
    assert all(file.exists() for file in old)
