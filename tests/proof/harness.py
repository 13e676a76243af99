"""What the proofs share: `mcpgen serve` on standard input and output, and an upstream that parses with a real server library."""
import io
import json
import os
import queue
import subprocess
import tempfile
import threading

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.path.abspath(os.environ.get("MCPGEN_BIN", os.path.join(ROOT, "target", "debug", "mcpgen")))


class Received:
    """A request as it came over the wire, and as werkzeug reads it."""

    def __init__(self, environ):
        request = Request(environ)
        self.method = environ["REQUEST_METHOD"]
        self.target = environ["RAW_URI"]
        self.path, _, self.query = self.target.partition("?")
        self.headers = environ["proof.headers"]
        self.body = request.get_data(cache=True, parse_form_data=False)
        self.args = request.args
        self.cookies = request.cookies

    def header(self, name):
        """The values of a header as text; beyond ASCII it is UTF-8."""
        values = [value.encode("latin-1").decode() for key, value in self.headers if key.lower() == name.lower()]
        return values[0] if len(values) == 1 else values or None

    def parsed(self):
        """The body of a form as werkzeug reads it: fields and files."""
        environ = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(self.body)}
        environ |= {"CONTENT_TYPE": self.header("content-type") or "", "CONTENT_LENGTH": str(len(self.body))}
        request = Request(environ)
        return request.form, request.files


class Upstream:
    """Answers 204 to everything and keeps what was asked."""

    def __init__(self):
        self.received = queue.SimpleQueue()
        received = self.received

        class Handler(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def make_environ(self):
                return super().make_environ() | {"RAW_URI": self.path, "proof.headers": self.headers.items()}

            def log(self, *_):
                pass

        def application(environ, start_response):
            received.put(Received(environ))
            return Response(status=204)(environ, start_response)

        self.server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self):
        """What came since the last time."""
        taken = []
        while not self.received.empty():
            taken.append(self.received.get())
        return taken


class Mcpgen:
    """`mcpgen serve --map tools` on a description: a call at a time."""

    def __init__(self, description, upstream, *flags):
        if isinstance(description, dict):
            self.file = tempfile.NamedTemporaryFile("w", suffix=".json")
            json.dump(description, self.file)
            self.file.flush()
            description = self.file.name
        self.upstream = upstream
        self.catalog = catalog(description, *flags)
        command = [BINARY, "serve", description, "--map", "tools", "--base-url", upstream.url, *flags]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.last = 0
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "proof", "version": "1"}}
        self.ask("initialize", hello)
        self.say({"method": "notifications/initialized"})

    def say(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        self.last += 1
        self.say({"id": self.last, "method": method, "params": params})
        while line := self.process.stdout.readline():
            answer = json.loads(line)
            if answer.get("id") == self.last:
                return answer
        raise SystemExit("the server ended")

    def call(self, tool, arguments):
        """The request that a call makes, or None and why there is none."""
        self.upstream.take()
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments})
        received = self.upstream.take()
        if len(received) == 1:
            return received[0], None
        if received:
            raise SystemExit(f"{tool} {arguments}: {len(received)} requests")
        if error := answer.get("error"):
            return None, error["message"]
        return None, "\n".join(block.get("text", "") for block in answer["result"]["content"])

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=30)
        if status != 0:
            raise SystemExit(f"the server ended with {status}")


def catalog(description, *flags):
    """`mcpgen inspect --format json`."""
    command = [BINARY, "inspect", description, "--map", "tools", "--format", "json", *flags]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
