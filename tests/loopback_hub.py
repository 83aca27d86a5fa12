"""A Hub on the loopback address: real HTTP, with the faults that a test asks for."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "23fab67" + "0" * 33


@dataclass(eq=False)
class LoopbackHub:
    """files: by repository and path. What it does wrong:

    drops: how many answers end after half of their bytes, without a goodbye. stalls: how many send
    nothing more after half. lies: bytes of another size or content than told, by path. plain: files
    that are listed without a sha256. no_ranges: answers every request from the beginning.
    always_from: answers every request from that byte on.
    """

    files: dict[str, dict[str, bytes]]
    drops: int = 0
    stalls: int = 0
    lies: dict[str, bytes] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    no_ranges: bool = False
    always_from: int = 0
    commit: str = COMMIT
    endpoint: str = ""
    ranges: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def serving(self) -> Iterator["LoopbackHub"]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False
        self.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        path = asked.path.partition("?")[0]
        if path.startswith("/api/models/"):
            repository, _, revision = path.removeprefix("/api/models/").partition("/revision/")
            self.listings.append(f"{repository}@{revision}")
            self._list(asked, repository)
            return
        repository, _, rest = path.lstrip("/").partition("/resolve/")
        commit, _, name = rest.partition("/")
        content = self.lies.get(name, self.files.get(repository, {}).get(name))
        if content is None or commit != self.commit:
            asked.send_error(404)
        else:
            self._send(asked, content)

    def _list(self, asked: BaseHTTPRequestHandler, repository: str) -> None:
        if repository not in self.files:
            asked.send_response(404)
            asked.send_header("X-Error-Code", "RepoNotFound")
            asked.end_headers()
            return
        siblings = [self._sibling(*file) for file in self.files[repository].items()]
        listing = {"id": repository, "sha": self.commit, "siblings": siblings}
        body = json.dumps(listing).encode()
        asked.send_response(200)
        asked.send_header("Content-Type", "application/json")
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)

    def _sibling(self, name: str, content: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        sibling: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
        if not name.endswith(".json") and name not in self.plain:
            digest = hashlib.sha256(content).hexdigest()
            sibling["lfs"] = {"size": len(content), "sha256": digest, "pointerSize": 130}
        return sibling

    def _send(self, asked: BaseHTTPRequestHandler, content: bytes) -> None:
        wanted = asked.headers.get("Range", "")
        self.ranges.append(wanted)
        start = 0 if self.no_ranges or not wanted else int(wanted[len("bytes=") : -1])
        start = self.always_from or start
        if start >= len(content) > 0 and start:
            asked.send_error(416)
            return
        asked.send_response(206 if start else 200)
        if start:
            last = len(content) - 1
            asked.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
        body = content[start:]
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        if not (self.drops or self.stalls):
            asked.wfile.write(body)
            return
        asked.wfile.write(body[: len(body) // 2])
        asked.wfile.flush()
        if self.stalls:
            self.stalls -= 1
            self.released.wait(30)
        else:
            self.drops -= 1
