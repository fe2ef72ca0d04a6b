"""The bundle installs, serves and upgrades where every network is refused."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.planting import ROOT

REQUIRED = os.environ.get("GRIDMAP_REQUIRE_BUNDLE") == "1"
SERVES = """
ip link set lo up
"$1/start" --port 8015 >/dev/null &
served=$!
for _ in $(seq 120); do
  "$1/current/bin/python" -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:8015/ready").status)' \
    2>/dev/null && break
  sleep 0.5
done
kill "$served"
wait "$served" || true
"""


def offline(*command: str | Path, home: Path) -> str:
    """Run a command in a network of its own, which has nothing in it; return what it printed."""
    environment = {"PATH": os.environ["PATH"], "GRIDMAP_HOME": str(home), "HOME": str(home.parent)}
    done = subprocess.run(
        ["unshare", "-n", *command], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for this machine and this Python, unpacked."""
    if not REQUIRED:
        pytest.skip("fetches 200 MB of wheels: GRIDMAP_REQUIRE_BUNDLE=1 runs it")
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.fail("a network of its own cannot be made here: unshare -n")
    folder = tmp_path_factory.mktemp("bundle")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    making = [".ci/bundle", "-m", platform.machine(), "-p", python, "-o", folder]
    subprocess.run(making, cwd=ROOT, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar")
    subprocess.run(["sha256sum", "-c", f"{archive.name}.sha256"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["tar", "-C", folder, "-xf", archive], check=True)
    return folder / archive.stem


def test_it_installs_serves_and_upgrades_without_a_network(bundle: Path, tmp_path: Path) -> None:
    target, home = tmp_path / "opt", tmp_path / "office"
    assert "0.1.0" in offline(bundle / "install", target, home=home)
    first = (target / "current").resolve()
    offline(target / "current/bin/gridmap", "init", "--name", "村", home=home)
    assert "200" in offline("bash", "-c", SERVES, "serves", target, home=home)
    offline(bundle / "install", target, home=home)
    assert (target / "current").resolve() != first
    assert "Nothing to do" in offline(target / "current/bin/gridmap", "--lang", "en", "upgrade", home=home)


def test_a_wheel_that_was_changed_is_refused(bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / bundle.name
    shutil.copytree(bundle, other)
    wheel = next(other.glob("wheels/gridmap_office-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    done = subprocess.run([other / "install", tmp_path / "opt"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "opt").exists()
