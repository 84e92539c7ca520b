"""An incoming webhook of our own, over real HTTP: keeps what it is sent, answers as Slack does.

with WebhookReceiver() as slack:
    slack.answers.append(Answer(429, "rate_limited", retry_after=1))
    ... post to slack.url ...
    assert slack.messages[0]["text"] == ...
"""

import functools
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET_PATH = "/services/T0001/B0001/s3cr3tW3bh00k"


@dataclass(frozen=True)
class Answer:
    """What to answer; ``silent``: nothing at all, until the receiver is closed."""

    status: int
    body: str
    retry_after: int | None = None
    location: str | None = None
    silent: bool = False


class WebhookReceiver:
    """The receiver; ``answers`` are given one by one, then ``ok``. ``tries`` counts requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.messages: list[dict[str, Any]] = []
        self.tries = 0
        self.closing = threading.Event()
        handler = functools.partial(_Handler, self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]  # a partial
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "WebhookReceiver":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The webhook's address, with its secret."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{SECRET_PATH}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, receiver: WebhookReceiver, *arguments: Any) -> None:
        self.receiver = receiver
        super().__init__(*arguments)

    def do_POST(self) -> None:
        receiver = self.receiver
        receiver.tries += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = receiver.answers.pop(0) if receiver.answers else Answer(200, "ok")
        if answer.silent:
            receiver.closing.wait(30)
            return
        if self.path != SECRET_PATH:
            answer = Answer(403, "invalid_token")
        if answer.status == 200:
            assert self.headers["Content-Type"] == "application/json;charset=utf-8"
            receiver.messages.append(json.loads(body))
        self.send_response(answer.status)
        for name, value in (("Retry-After", answer.retry_after), ("Location", answer.location)):
            if value is not None:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(answer.body.encode())))
        self.end_headers()
        self.wfile.write(answer.body.encode())

    def log_message(self, format: str, *_: object) -> None:
        """Keep the test's output clean."""
