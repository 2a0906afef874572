"""Owns how each gateway under test is set up, started, watched and stopped; must not know what is measured.

Only processes that were started here are ended, by their id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from processes import command_of, tree

HERE = Path(__file__).parent
COMITY = str(Path(sys.executable).with_name("comity"))
ACCOUNT, SENDER = "bench", "12345"
CREDITS, VOLUME = "100000000", "50000000/day"
START_S, STOP_S = 60.0, 15.0
# The ports in kannel.conf and the one of its HTTP interface.
KANNEL_PORTS = (13000, 13001, 13013)


@dataclass(frozen=True)
class Place:
    """Where a benchmark runs: its directory, and the ports of the SMSC simulator and of Comity."""

    folder: Path
    smsc: int
    control: int
    http: int


def until(holds: Callable[[], bool], what: str, limit_s: float = START_S) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not within the limit.
    """
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {limit_s:.0f} s")
        time.sleep(0.05)


def get(url: str) -> tuple[int, bytes]:
    """Status and body of a URL; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def end(process: subprocess.Popen) -> None:
    """Ask a process to end, and insist."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Smsc:
    """The carrier of both gateways: `smsc.py` in a process of its own."""

    def __init__(self, place: Place, *options: str) -> None:
        self._place, self._options = place, options

    def start(self) -> None:
        place = self._place
        ports = ("--port", str(place.smsc), "--control-port", str(place.control))
        command = [sys.executable, str(HERE / "smsc.py"), *ports, *self._options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: get(f"http://127.0.0.1:{place.control}/stats")[0] == 200, "the SMSC simulator")

    def sessions(self) -> int:
        """SMPP sessions that are open."""
        status, body = get(f"http://127.0.0.1:{self._place.control}/stats")
        return json.loads(body)["sessions"] if status == 200 else 0

    def stop(self) -> None:
        end(self.process)


@dataclass
class Comity:
    """Comity with its embedded PostgreSQL, all defaults but the ports."""

    place: Place
    name: str = "comity"
    credentials: dict = field(default_factory=dict)

    def prepare(self) -> None:
        """Account, sender and carrier, by the commands an operator uses."""
        accept = ("--accept-policy", "Ann Example", "--credits", CREDITS, "--volume", VOLUME)
        self.credentials = json.loads(self.command("accounts", "create", ACCOUNT, *accept, "--json"))
        self.command("senders", "grant", ACCOUNT, SENDER)
        self.command("carriers", "add", "smsc", f"smpp://comity:bench@127.0.0.1:{self.place.smsc}?window=200")

    def command(self, *words: str) -> str:
        environment = self._environment()
        done = subprocess.run(
            [COMITY, *words], env=environment, capture_output=True, text=True, timeout=90, check=False
        )
        if done.returncode:
            raise RuntimeError(f"comity {' '.join(words[:2])}: {done.stderr.strip()}")
        return done.stdout

    def start(self) -> None:
        serve = ("serve", "--http", f"127.0.0.1:{self.place.http}", "--webhook-allow", "127.0.0.0/8")
        with (self.place.folder / "comity.log").open("ab") as log:
            self.process = subprocess.Popen([COMITY, *serve], env=self._environment(), stdout=log, stderr=log)
        until(lambda: get(f"{self.url}/readyz")[0] == 200, "comity serve")

    def stop(self) -> None:
        end(self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.place.http}"

    def load_options(self, _callback: str) -> list[str]:
        """What load.py needs to know."""
        known = self.credentials
        user = ("--user", known["client_id"], "--password", known["client_secret"])
        return ["--preset", "json", "--url", f"{self.url}/v1/message/send", *user]

    def watch(self) -> dict[str, str]:
        """Its processes, by what they do."""
        found = {"supervisor": f"only:{self.process.pid}"}
        for pid in tree(self.process.pid)[1:]:
            words = command_of(pid).split()
            if "comity.app.node" in words:
                role = words[-2].split(",")[0]
                found[role if role not in found else f"{role}-{pid}"] = str(pid)
            elif "/bin/postgres" in words[0] and "-D" in words:
                found["postgres"] = str(pid)
        return found

    def add_callback(self, url: str) -> str:
        """Make a webhook; what names it."""
        body = {"webhook_endpoint": url, "webhook_method": "POST", "webhook_types": ["delivery_report"]}
        return self._call("POST", "webhook/create", body)["secret"]

    def remove_callback(self, secret: str) -> None:
        self._call("DELETE", f"webhook/{secret}", None)

    def _call(self, method: str, path: str, body: object) -> dict:
        known = self.credentials
        headers = {"X-Client-Id": known["client_id"], "X-Client-Secret": known["client_secret"]}
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/v1/{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def _environment(self) -> dict[str, str]:
        quiet = {"COMITY_LOG_LEVEL": "warning", "COMITY_DATA": str(self.place.folder / "comity")}
        return {**os.environ, **quiet}


@dataclass
class Kannel:
    """Debian's Kannel with a store on disk (`spool`) or none."""

    place: Place
    store: str

    @property
    def name(self) -> str:
        return f"kannel-{self.store}"

    def prepare(self) -> None:
        taken = [port for port in KANNEL_PORTS if get(f"http://127.0.0.1:{port}/")[0]]
        if taken:
            raise RuntimeError(f"Kannel needs the ports {taken}, and somebody listens there.")

    def start(self) -> None:
        self._do("wipe")
        self._do("start", self.store)

    def stop(self) -> None:
        self._do("stop")

    def load_options(self, callback: str) -> list[str]:
        return ["--preset", "kannel", "--url", "http://127.0.0.1:13013/cgi-bin/sendsms", "--dlr-url", callback]

    def watch(self) -> dict[str, str]:
        return {box: str(self._run / f"{box}.pid") for box in ("bearerbox", "smsbox")}

    def add_callback(self, _url: str) -> str:
        return ""  # it is asked for with each message

    def remove_callback(self, _secret: str) -> None:
        pass

    @property
    def _run(self) -> Path:
        return self.place.folder / self.name

    def _do(self, *words: str) -> None:
        environment = {**os.environ, "KANNEL_RUN": str(self._run), "SMSC_PORT": str(self.place.smsc)}
        script = [str(HERE / "run-kannel.sh"), *words]
        subprocess.run(script, env=environment, check=True, timeout=90, stdout=subprocess.DEVNULL)
