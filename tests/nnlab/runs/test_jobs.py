"""Jobs as pages call them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nnlab.runs import jobs
from tests.nnlab.short_runs import SHORT, TIMEOUT

ROOT = Path(__file__).parents[3]


def test_jobs_are_found_by_id_and_owner(shared_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "_engine", shared_engine)
    mine = [jobs.start(SHORT, owner="ada", data_root=tmp_path) for _ in range(2)]
    assert jobs.get(mine[0].id) is mine[0]
    assert jobs.get("guessed") is None
    assert jobs.jobs_of("ada") == mine
    assert len({job.id for job in mine}) == 2
    assert min(len(job.id) for job in mine) >= 16
    assert all(job.wait_for("failed", timeout=TIMEOUT) for job in mine)


def test_jobs_can_be_imported_at_once():
    script = "import sys, nnlab.runs.jobs; print(*{'torch', 'streamlit', 'plotly'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
