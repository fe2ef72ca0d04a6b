"""The parsing process can reach nothing but its folder, and whatever becomes of it is told in words."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gridmap.errors import FileError
from gridmap.intake import formats, raw, sandbox
from gridmap.intake.limits import MEBIBYTE, Limits

CONFINED = "from gridmap.intake import confinement, limits; confinement.shut_in(limits.Limits());"
TAKES_PATH = "import sys, json; sys.path[:] = json.loads(sys.argv[1]);"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def started(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(Path(raw.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def confined(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `code` behind the walls of the parsing process."""
    return started(CONFINED + code, folder)


def refusal(path: Path, limits: Limits | None = None) -> FileError:
    with pytest.raises(FileError) as caught:
        raw.read(path, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
        "open('../outside', 'w')",
        "import os; os.open('../outside', os.O_CREAT | os.O_WRONLY)",
        "import os; os.symlink('/etc/passwd', 'link')",
    ],
)
def test_python_code_in_the_child_reaches_no_network_program_or_file(code: str, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    done = confined(code, room)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
    assert not (tmp_path / "outside").exists()


def test_code_below_python_has_no_network_either(tmp_path: Path) -> None:
    """A namespace of its own holds no interface that is up: a library's own call cannot connect."""
    probe = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this kernel gives no process a network of its own")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            "import ctypes, struct; libc = ctypes.CDLL(None, use_errno=True); s = libc.socket(2, 1, 0);"
            f"a = struct.pack('<H', 2) + struct.pack('>H', {port}) + bytes([127, 0, 0, 1]) + bytes(8);"
            "print(libc.connect(s, a, 16))"
        )
        assert confined(code, tmp_path).stdout.strip() == "-1"


@pytest.mark.parametrize(
    "call",
    [
        "libc.open(secret, 0)",
        "libc.open(b'/proc/1/environ', 0)",
        "libc.open(b'../outside', 65)",
        "libc.execl(b'/bin/true', b'true', None)",
    ],
)
def test_code_below_python_reads_and_starts_nothing_outside(call: str, tmp_path: Path) -> None:
    free = "from pathlib import Path; from gridmap.intake.landlock import close_in; print(close_in(Path.cwd()))"
    if started(free, tmp_path).stdout.strip() != "True":
        pytest.skip("this kernel has no Landlock")
    room = tmp_path / "room"
    room.mkdir()
    (tmp_path / "secret").write_text("x")
    done = confined(f"import ctypes; libc = ctypes.CDLL(None); secret = b'../secret'; print({call})", room)
    assert done.stdout.strip() == "-1"
    assert not (tmp_path / "outside").exists()


def test_the_child_may_write_into_its_folder(tmp_path: Path) -> None:
    assert confined("open('inside', 'w').write('x')", tmp_path).returncode == 0
    assert (tmp_path / "inside").read_text() == "x"


def test_no_file_grows_above_the_limit_and_no_core_is_written(tmp_path: Path) -> None:
    done = confined(
        "import resource as r; print(r.getrlimit(r.RLIMIT_FSIZE)[1], r.getrlimit(r.RLIMIT_CORE)[1])", tmp_path
    )
    assert done.stdout.split() == [str(Limits().result_bytes), "0"]


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_parser_that_breaks_down_is_told_with_its_signal(
    name: str, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_START", f"import os, signal; os.kill(os.getpid(), signal.{name})")
    error = refusal(table)
    assert error.code == "intake.broken"
    assert name in str(error)


@pytest.mark.parametrize("answer", ["", "print('{}')", "import sys; sys.stdout.buffer.write(bytes(100))"])
def test_an_answer_that_is_not_whole_is_told(answer: str, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", answer or "pass")
    assert refusal(table).code == "intake.broken"


def test_a_parser_that_computes_for_ever_is_stopped_by_cpu_time(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = (
        "from gridmap.intake import confinement as c, limits; c.shut_in(limits.Limits(parse_seconds=1))\nwhile True: 0"
    )
    monkeypatch.setattr(sandbox, "_START", TAKES_PATH + endless)
    assert refusal(table).code == "intake.cpu_seconds"


def test_a_parser_that_waits_for_ever_is_stopped_by_the_clock(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", "import time; time.sleep(600)")
    error = refusal(table, Limits(wall_seconds=1))
    assert error.code == "intake.wall_seconds"
    assert error.inputs["allowed"] == 1


def test_a_parser_that_eats_memory_is_stopped_and_told(table: Path) -> None:
    table.write_text("a,b\n" + ("x" * 200 + ",2\n") * 200_000, encoding="utf-8")
    error = refusal(table, Limits(parse_bytes=210 * MEBIBYTE))
    assert error.code == "intake.memory"
    assert error.inputs["allowed"] == 210


def test_gdal_with_any_other_driver_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.geojson").write_bytes(b'{"type":"FeatureCollection","features":[]}')
    monkeypatch.setattr(sandbox, "_skipped", lambda: "CSV")
    assert refusal(tmp_path / "a.geojson").code == "intake.drivers"


def test_a_virtual_dataset_under_another_name_reads_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if its first bytes were not looked at: the driver that would follow its references is off."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    (tmp_path / "a.geojson").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )
    monkeypatch.setattr(formats, "agree", lambda *_: None)
    assert refusal(tmp_path / "a.geojson").code == "intake.unreadable"


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    code = CONFINED + "import time; print(1, flush=True); time.sleep(600)"
    start = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {code!r}]); p.wait()"
    root = str(Path(raw.__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", start], env={"PYTHONPATH": root}, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert parent.stdout is not None
    assert parent.stdout.readline()
    parent.kill()
    parent.wait()
    assert not parent.stdout.read()  # returns only when the child, which shares it, has ended
    parent.stdout.close()
