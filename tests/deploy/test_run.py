"""`kentongan run`, whole: it starts, serves, stops, leaves nothing, and forgets nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.demo import reports
from deploy.embedded.programs import free_ports
from tests.support.waiting import until_now

START_SECONDS = 180.0
TICKETS = "/queue/api/v1/tickets"
TICKET = {"office": "polres-palu", "service": "skck"}
REPORTS = "/reports/api/v1"
REPORT = {
    "office": "polres-palu",
    "category": "kebisingan",
    "words": "Musik keras sampai pagi.",
    "place": {"latitude": -0.9078, "longitude": 119.8531, "words": "Pasar Manonda"},
    "contact": {"name": "Rina", "phone": "081234567890"},
}


class Running:
    """A run in a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._output = home.parent / f"{uuid4()}.output"
        with self._output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "run", "--always-open"],
                env={**os.environ, "KENTONGAN_HOME": str(home), "KENTONGAN_PORT": str(port)},
                stdout=out,
                stderr=out,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> None:
        until_now(
            lambda: "the data stays" in self.said or self.process.poll() is not None,
            within=START_SECONDS,
            what="Kentongan is ready",
        )
        assert self.process.poll() is None, self.said

    def children(self) -> list[int]:
        """The processes it started, its children's own included."""
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
        return [pid for pid in parents if self.process.pid in _ancestors(pid, parents)]

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(START_SECONDS)


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


def gone(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "home"


@contextmanager
def running(home: Path) -> Iterator[Running]:
    (port,) = free_ports(1)
    run = Running(home, port)
    try:
        run.wait_until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)


def test_a_run_keeps_every_acknowledged_ticket_and_report_and_leaves_no_process(home: Path) -> None:
    with running(home) as first:
        assert f"Kentongan is ready: {first.address}" in first.said
        taken = httpx.post(first.address + TICKETS, json=TICKET).raise_for_status().json()
        assert taken["number"] == "C-001"
        reported = httpx.post(f"{first.address}{REPORTS}/reports", json=REPORT, timeout=20).raise_for_status().json()
        for address in re.findall(rf"{first.address}\S*", first.said):
            assert httpx.get(address, follow_redirects=True, timeout=20).status_code == 200, address
        (metrics,) = re.findall(r"how far behind (\S+)", first.said)
        groups = re.findall(r'kentongan_consumer_lag_messages{group="([\w-]+)"', httpx.get(metrics).text)
        assert set(groups) >= {"queue", "reports", "reports-sharing"}
        passwords = _passwords(first)
        assert passwords.keys() == {"petugas", "operator", "manajer", "administrator"}
        assert _on_board(first, passwords["operator"]) >= {reported["number"]}
        children = first.children()
        assert len(children) >= 4

        acknowledged = []
        with ThreadPoolExecutor(10) as pool:
            taking = {pool.submit(_take, first.address, key): key for key in (str(uuid4()) for _ in range(60))}
            for done in as_completed(taking):
                if done.result() in (201, 202):
                    acknowledged.append(taking[done])
                    if len(acknowledged) == 5:
                        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(START_SECONDS) == 0, first.said
        assert "Stopped." in first.said
        until_now(lambda: all(gone(child) for child in children), what="no process is left")

    with running(home) as second:
        kept = httpx.get(second.address + taken["link"])
        assert kept.status_code == 200
        assert "C-001" in kept.text
        outcomes = {httpx.get(f"{second.address}/queue/api/v1/commands/{key}").json()["status"] for key in acknowledged}
        assert outcomes <= {"accepted"}
        next_number = httpx.post(second.address + TICKETS, json=TICKET).raise_for_status().json()["number"]
        assert int(next_number.removeprefix("C-")) > len(acknowledged) + 1
        assert _passwords(second) == passwords
        assert reported["number"] in httpx.get(second.address + reported["link"]).text
        board = _on_board(second, passwords["operator"])
        assert reported["number"] in board
        assert len(board) == len(reports.EXERCISES) + 1, "the demo's exercises are there once"

        other = Running(home, free_ports(1)[0])
        assert other.process.wait(START_SECONDS) == 1
        assert "runs on" in other.said.splitlines()[-1]

        children = second.children()
        second.stop(signal.SIGKILL)
        until_now(lambda: all(gone(child) for child in children), what="a killed run leaves no process")


def _passwords(run: Running) -> dict[str, str]:
    """Those of the demo's people, as they are told."""
    return dict(re.findall(r"^  (\w+) +\(password (\S+)\)", run.said, re.MULTILINE))


def _on_board(run: Running, password: str) -> set[str]:
    """The numbers of the incidents that are open at the desk."""
    with httpx.Client(base_url=f"{run.address}{REPORTS}", timeout=20) as desk:
        body = {"office": REPORT["office"], "username": "operator", "password": password}
        token = desk.post("/sessions", json=body).raise_for_status().json()["token"]
        board = desk.get(f"/offices/{REPORT['office']}/board", headers={"Authorization": f"Bearer {token}"})
        return set(re.findall(r'"number":"([^"]+)"', board.raise_for_status().text))


def _take(address: str, key: str) -> int:
    with suppress(httpx.TransportError):
        return httpx.post(address + TICKETS, json=TICKET, headers={"Idempotency-Key": key}).status_code
    return 0


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        run = Running(tmp_path / "home", port)
        assert run.process.wait(START_SECONDS) == 1
    assert run.said.startswith(f"kentongan: 127.0.0.1:{port}: Address already in use.")
    assert run.said.count("\n") == 1
