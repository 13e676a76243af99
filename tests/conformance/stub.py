"""The API behind the conformance suite: each path of everything.yaml answers what the suite wants to see."""
import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
WAV = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + bytes.fromhex("1000000001000100401f0000401f000001000800") + b"data" + bytes(4)
TEXT = ("text/plain", b"A text from the API.")
MIXED = b"".join(
    b"--part\r\ncontent-type: %s\r\n\r\n%s\r\n" % (media_type, body)
    for media_type, body in [(b"text/plain", b"Three parts:"), (b"image/png", PNG), (b"application/octet-stream", b"\x00\x01")]
) + b"--part--\r\n"
ANSWERS = {
    "/image": ("image/png", PNG),
    "/audio": ("audio/wav", WAV),
    "/binary": ("application/octet-stream", bytes(range(32))),
    "/mixed": ("multipart/mixed; boundary=part", MIXED),
    "/static-binary": ("image/png", PNG),
    "/template/123/data": ("application/json", json.dumps({"id": "123", "data": "Data for 123"}).encode()),
}
EVENTS = ["started", "half way", "completed"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.split("?")[0]
        if path in ("/progress", "/logging"):
            return self.events()
        media_type, body = ANSWERS.get(path, TEXT)
        if path == "/failure":
            body = b"This fails on purpose."
        self.send_response(500 if path == "/failure" else 200)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in EVENTS:
            self.wfile.write(f"data: {event}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.02)
        self.close_connection = True

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


def start():
    """Starts it; gives its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
