"""A proxy before the server that fails as networks and servers do."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Fault:
    """What becomes of a call instead of being passed on."""

    path: str
    """A pattern of its method and path."""
    times: float = float("inf")
    until: str | None = None
    """Only as long as no such call was seen."""
    status: int | None = None
    """Answered by the proxy."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drop: bool = False
    """Passed on and done, and its answer lost."""
    cut_after: bytes | None = None
    """The answer is passed on until so many bytes (`more`) after this."""
    more: int = 0
    silence_s: float = 0
    """Answered only after this."""


@dataclass
class Seen:
    method: str
    path: str
    headers: Mapping[str, str]


class Proxy:
    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.seen: list[Seen] = []
        self.faults: list[Fault] = []
        self.url = ""
        self.lock = threading.Lock()

    def fail(self, fault: Fault) -> None:
        self.faults.append(fault)

    def count(self, pattern: str) -> int:
        return sum(1 for one in self.seen if re.search(pattern, f"{one.method} {one.path}"))

    def fault(self, seen: Seen) -> Fault:
        with self.lock:
            self.seen.append(seen)
            for fault in self.faults:
                over = fault.times <= 0 or (fault.until is not None and self.count(fault.until) > 0)
                if not over and re.search(fault.path, f"{seen.method} {seen.path}"):
                    fault.times -= 1
                    return fault
        return Fault("")


class Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fault = self.proxy.fault(Seen(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.close_connection = True
        if fault.silence_s:
            threading.Event().wait(fault.silence_s)
        elif fault.status is not None:
            self.answer(fault.status, {**fault.headers, "content-length": str(len(fault.body))})
            self.wfile.write(fault.body)
        else:
            self.pass_on(body, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def pass_on(self, body: bytes, fault: Fault) -> None:
        host, port = self.proxy.upstream.hostname, self.proxy.upstream.port
        connection = http.client.HTTPConnection(host or "", port, timeout=20)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            if fault.drop:
                answer.read()
                return
            self.answer(answer.status, {n: v for n, v in answer.getheaders() if n.lower() != "transfer-encoding"})
            passed = b""
            while part := answer.read1(4096):
                passed += part
                end = passed.find(fault.cut_after) + len(fault.cut_after) + fault.more if fault.cut_after else -1
                if fault.cut_after and fault.cut_after in passed and len(passed) >= end:
                    self.wfile.write(part[: max(0, len(part) - (len(passed) - end))])
                    return
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            pass  # whoever called has gone
        finally:
            connection.close()

    def answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def behind(upstream: str) -> Iterator[Proxy]:
    """A proxy before the server at `upstream`."""
    proxy = Proxy(upstream)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"proxy": proxy}))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()


PROBLEM = {"content-type": "application/problem+json"}


def problem(status: int, code: str, retryable: bool) -> bytes:
    """A problem as the server writes it."""
    title = "A fault of the test"
    return json.dumps(
        {
            "type": f"/problems/{code}",
            "title": title,
            "status": status,
            "detail": title,
            "instance": "/",
            "code": code,
            "request_id": "r-1",
            "retryable": retryable,
        }
    ).encode()
