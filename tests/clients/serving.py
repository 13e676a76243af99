"""What the client scripts share: `mcpgen serve` on the library's description, with a stub behind it that records."""
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.path.abspath(os.environ.get("MCPGEN_BIN", os.path.join(ROOT, "target", "debug", "mcpgen")))
DESCRIPTION = os.path.join(ROOT, "fixtures", "specs", "library.yaml")

BOOK = {"id": 9007199254740993, "title": "Tides", "authors": ["A. Moon"]}
TOOLS = {"addBook", "borrowBook", "myLoans", "removeBook", "replaceBook"}
RESOURCES = {"api://town-library/books", "api://town-library/opening-hours"}
TEMPLATES = {
    "api://town-library/books/{bookId}",
    "api://town-library/books{?genre,limit,author*}",
    "api://town-library/shelves/{genre}/books{?available}",
}


class Stub:
    """The API: a book under every number, no loans, and what was asked of it in `requests`."""

    def __init__(self):
        self.requests = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                stub.requests.append((self.command, self.path, json.loads(body) if body else None))
                status, media_type, text = {
                    "DELETE": (204, None, b""),
                    "POST": (201, "application/json", json.dumps(BOOK).encode()),
                }.get(self.command, (200, "application/json", json.dumps(BOOK).encode()))
                if self.path == "/opening-hours":
                    media_type, text = "text/plain", b"9 to 5"
                self.send_response(status)
                if media_type:
                    self.send_header("content-type", media_type)
                    self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def command(self, *flags, description=DESCRIPTION):
        """The command line of a server in front of this stub."""
        return [BINARY, "serve", description, "--base-url", self.url, *flags]

    @contextlib.contextmanager
    def http(self, *flags, description=DESCRIPTION):
        """A running server on streamable HTTP: gives the URL of its endpoint."""
        command = self.command("--transport", "http", "--port", "0", *flags, description=description)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if found := re.search(r"http://127\.0\.0\.1:\d+/mcp", line):
                    threading.Thread(target=process.stderr.read, daemon=True).start()
                    yield found.group()
                    break
            else:
                raise SystemExit("the server never said where it listens:\n" + "".join(said))
        finally:
            process.terminate()
            status = process.wait(timeout=30)
        same("exit status", status, 0)


def same(what, got, wanted):
    """Ends the script when the two differ."""
    if got != wanted:
        raise SystemExit(f"{what}: wanted {wanted!r}, got {got!r}")


def done(client, transport):
    """Tells that all went well."""
    print(f"ok: {client} lists, reads and calls over {transport}", file=sys.stderr)
