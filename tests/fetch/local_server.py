"""A server of this machine that plays all servers of the world: `/host/path` is what they have."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


class Said:
    """What the server answers, by `host/path?query`, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.slow: dict[str, float] = {}  # seconds between two bytes
        self.port = 0

    def text(self, place: str, text: str) -> None:
        """Have a file at a place."""
        self.answers[place] = (200, {}, text.encode())

    def redirect(self, place: str, to: str) -> None:
        """Have a place that leads elsewhere."""
        self.answers[place] = (302, {"Location": to}, b"")

    def orb(self, source: str | None) -> None:
        """Have the registry of orbs answer with an orb, or with none."""
        found = None if source is None else {"id": "1", "version": "1.0.0", "source": source}
        text = json.dumps({"data": {"orbVersion": found}})
        self.text("circleci.com/graphql-unstable", text)

    @property
    def places(self) -> list[str]:
        """What was asked for, in order."""
        return [place for place, _, _ in self.asked]


class Local(HTTPAdapter):
    """Sends what goes to any host to the server of this machine: the lowest layer of a test."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: PreparedRequest, *rest: Any, **options: Any) -> Response:
        """Send the request."""
        parts = urlsplit(request.url or "")
        own = request.copy()
        own.url = f"http://127.0.0.1:{self._port}/{parts.netloc}{parts.path}"
        own.url += f"?{parts.query}" if parts.query else ""
        options["proxies"] = {}
        return super().send(own, *rest, **options)


@contextmanager
def serving() -> Iterator[Said]:
    """Run the server, on a port of its own."""
    said = Said()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(said))
    said.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        server.server_close()


def _handler(said: Said) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            place = self.path.lstrip("/")
            said.asked.append((place, dict(self.headers), self.rfile.read(size)))
            code, headers, body = said.answers.get(place, (404, {}, b"none"))
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self._write(body, said.slow.get(place, 0))

        do_POST = do_GET

        def _write(self, body: bytes, pause: float) -> None:
            try:
                for number in range(len(body)) if pause else ():
                    self.wfile.write(body[number : number + 1])
                    self.wfile.flush()
                    time.sleep(pause)
                if not pause:
                    self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the client has had enough

        def log_message(self, *_: object) -> None:
            """Say nothing: the output of the tests is not the place."""

    return Handler
