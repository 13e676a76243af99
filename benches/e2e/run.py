#!/usr/bin/env python3
"""What a call through mcpgen costs beside a plain nginx reverse proxy and beside no proxy at all.

    cargo build --release -p mcpgen && cargo build --release -p mcpgen-benches --bin upstream
    python3 benches/e2e/run.py [--rounds 5] [--seconds 3] [--only small,stdio] [--large-spec FILE] [--format json]
    python3 benches/e2e/run.py --rounds 5 --markdown      the tables of docs/performance.md

Everything runs on this machine and shares it: an API (`upstream`), nginx in front of it, mcpgen in front of it, and the
load (wrk for HTTP, this program for stdio). In each round every server has its turn at every scenario, so that what slows
the machine slows all; figures are medians of the rounds, and what counts are the shares of the same run.

Needs wrk and nginx (Debian: `apt-get install nginx-light wrk`); without nginx the shares are of the direct calls only.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = HERE / "api.yaml"
DEMO = ROOT / "fixtures/specs/petstore.yaml"
STATELESS, LEGACY = "2026-07-28", "2025-11-25"
TICKS = os.sysconf("SC_CLK_TCK")
# Of the slow operation: an answer takes 100 ms.
SLOW_PER_SECOND = 10

# Each scenario: the operation, its HTTP request, and the numbers of connections.
OPERATIONS = {
    "small": ("GET", "/small?id=7", {"id": 7}, (1, 16, 64)),
    "large": ("GET", "/large", {}, (1, 16, 64)),
    "add": ("POST", "/things", {"name": "Tides", "size": 12.5, "tags": ["sea", "moon"], "state": "new"}, (1, 16, 64)),
    "slow": ("GET", "/slow", {}, (64, 500)),
}
STDIO = (("small", 1), ("small", 16), ("small", 64), ("slow", 64))
# All the load is one client's: what runs at once is not to be bounded below what is measured.
UNBOUND = ("--max-concurrent-calls", "1000", "--max-concurrent-calls-per-client", "1000")
SESSIONLESS, SESSION = "mcpgen", "mcpgen, session"


class Server:
    """A process, its children included, and where it listens."""

    def __init__(self, name, process, url=None):
        self.name, self.process, self.url = name, process, url

    def pids(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self):
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def peak_mib(self):
        peaks = (re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in self.pids())
        return sum(int(peak[1]) for peak in peaks if peak) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start_upstream(binary):
    process = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
    return Server("direct", process, f"http://127.0.0.1:{process.stdout.readline().strip()}")


def start_nginx(upstream, folder):
    binary = shutil.which("nginx")
    if not binary:
        print("nginx is not installed: there are no shares of it (Debian: apt-get install nginx-light)", file=sys.stderr)
        return None
    port = free_port()
    (folder / "nginx.conf").write_text(f"""
        worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;
        events {{ worker_connections 4096; }}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            upstream api {{ server {upstream.removeprefix("http://")}; keepalive 512; }}
            server {{
                listen 127.0.0.1:{port}; keepalive_requests 100000000;
                location / {{ proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; }}
            }}
        }}
    """)
    process = subprocess.Popen([binary, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    server = Server("nginx", process, f"http://127.0.0.1:{port}")
    wait_for(lambda: get(server.url + "/small"), "nginx")
    return server


def mcpgen_command(binary, upstream, *more):
    return [binary, "serve", str(SPEC), "--base-url", upstream, "--map", "tools", "--log-level", "warn", *UNBOUND, *more]


def start_mcpgen(name, binary, upstream, *more):
    port = free_port()
    words = mcpgen_command(binary, upstream, "--transport", "http", "--port", str(port), *more)
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/healthz"), "mcpgen")
    return Server(name, process, f"http://127.0.0.1:{port}/mcp")


def free_port():
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def get(url):
    return urllib.request.urlopen(url, timeout=5).read()


def wait_for(ready, what):
    deadline = time.monotonic() + 30
    while True:
        try:
            return ready()
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit(f"{what} does not answer") from None
            time.sleep(0.02)


def message(identifier, method, params, version=None):
    if version == STATELESS:
        name = "io.modelcontextprotocol/"
        meta = {"protocolVersion": version, "clientInfo": {"name": "bench", "version": "1"}, "clientCapabilities": {}}
        params = {**params, "_meta": {name + key: value for key, value in meta.items()}}
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}, separators=(",", ":"))


def call(operation, identifier=1, version=None):
    return message(identifier, "tools/call", {"name": operation, "arguments": OPERATIONS[operation][2]}, version)


HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}'


def mcp_headers(version, session=None, operation=None):
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
    }
    if session:
        headers["Mcp-Session-Id"] = session
    if version == STATELESS:
        headers.update({"Mcp-Method": "tools/call", "Mcp-Name": operation})
    return headers


def open_session(url):
    def post(body, session=None):
        request = urllib.request.Request(url, body.encode(), mcp_headers(LEGACY, session), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            session = answer.headers.get("Mcp-Session-Id")
            answer.read()
            return session

    session = post(message(1, "initialize", HELLO))
    post(INITIALIZED, session)
    return session


class Load:
    """What wrk sends to a server for an operation."""

    def __init__(self, server, operation, folder, version=None):
        method, path, body, _ = OPERATIONS[operation]
        self.url, headers, text = server.url + path, {}, None
        if version:
            session = open_session(server.url) if version == LEGACY else None
            self.url, method, text = server.url, "POST", call(operation, 1, version)
            headers = mcp_headers(version, session, operation)
        elif method == "POST":
            text, headers = json.dumps(body), {"Content-Type": "application/json"}
        self.script = folder / f"{server.name}-{operation}.lua"
        lines = [f'wrk.method = "{method}"', *(f'wrk.headers["{k}"] = "{v}"' for k, v in headers.items())]
        if text:
            lines.append(f"wrk.body = [==[{text}]==]")
        self.script.write_text("\n".join(lines) + "\n")
        self.check(method, headers, text, version)

    def check(self, method, headers, text, version):
        """One call, whose answer has to be right."""
        request = urllib.request.Request(self.url, text.encode() if text else None, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read().decode()
        if "Tides" not in body or version and ("structuredContent" not in body or '"isError":true' in body):
            raise SystemExit(f"{self.url} does not answer as it should: {body[:500]}")

    def run(self, connections, seconds):
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", self.script, self.url]
        output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
        calls = int(re.search(r"(\d+) requests in", output)[1])
        errors = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", output)))
        errors += sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", output)))
        return {"rate": rate, "calls": calls, "errors": errors, "p50": latency(output, 50), "p99": latency(output, 99)}


def latency(output, percent):
    number, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def connections_of(upstream):
    return int(get(upstream.url + "/connections"))


class Pipe:
    """mcpgen over standard input and output, with a number of calls in flight."""

    def __init__(self, binary, upstream):
        words = mcpgen_command(binary, upstream)
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.ask(message(0, "initialize", HELLO))
        self.write(INITIALIZED)

    def write(self, *lines):
        data = memoryview("".join(line + "\n" for line in lines).encode())
        while data:
            data = data[self.process.stdin.write(data):]

    def ask(self, line):
        self.write(line)
        answer = b""
        while not answer.endswith(b"\n"):
            answer += self.process.stdout.read(1 << 16)
        return answer.decode()

    def run(self, operation, in_flight, seconds):
        answer = self.ask(call(operation, 1))
        if "structuredContent" not in answer or '"isError":true' in answer:
            raise SystemExit(f"stdio does not answer as it should: {answer[:500]}")
        line = call(operation, 0)
        head, tail = line.split('"id":0', 1)
        begin = time.monotonic()
        sent, done = in_flight, 0
        self.write(*(f'{head}"id":{n}{tail}' for n in range(1, sent + 1)))
        while done < sent:
            answered = self.process.stdout.read(1 << 20).count(b"\n")
            done += answered
            if time.monotonic() - begin < seconds:
                self.write(*(f'{head}"id":{n}{tail}' for n in range(sent + 1, sent + answered + 1)))
                sent += answered
        return {"rate": done / (time.monotonic() - begin), "calls": done, "errors": 0}

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)


def compile_specs(arguments, folder):
    """The descriptions whose start is measured, each with its compiled catalog."""
    compiled = {}
    for index, spec in enumerate([DEMO, *arguments.large_spec]):
        compiled[spec] = folder / f"{index}.catalog"
        words = [arguments.mcpgen, "compile", str(spec), "--map", "tools", "-o", str(compiled[spec])]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return compiled


def start_time(binary, spec, upstream, *more):
    """Milliseconds from the start of the process to the last byte of its first list, and its peak memory in MiB."""
    words = [binary, "serve", str(spec), "--base-url", upstream, "--log-level", "error", *more]
    begin = time.monotonic()
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = [message(0, "initialize", HELLO), INITIALIZED, message(1, "tools/list", {})]
    process.stdin.write(("\n".join(lines) + "\n").encode())
    process.stdin.flush()
    process.stdout.readline()
    listed = process.stdout.readline()
    took = (time.monotonic() - begin) * 1000
    peak = Server("", process).peak_mib()
    process.stdin.close()
    process.wait(20)
    if b'"tools"' not in listed[:200]:
        raise SystemExit(f"{spec} gives no list: {listed[:300]}")
    return {"ms": took, "mib": peak, "kib": len(listed) / 1024}


def measure(arguments):
    wanted = set(arguments.only.split(",")) if arguments.only else None
    chosen = lambda name: not wanted or name in wanted
    samples = {}

    def keep(key, figures):
        samples.setdefault(key, []).append(figures)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        specs = compile_specs(arguments, folder) if chosen("start") else {}
        upstream = start_upstream(arguments.upstream)
        servers = [(upstream, None)]
        pipe = None
        try:
            if nginx := start_nginx(upstream.url, folder):
                servers.append((nginx, None))
            stateless = start_mcpgen(SESSIONLESS, arguments.mcpgen, upstream.url)
            servers.append((stateless, STATELESS))
            servers.append((start_mcpgen(SESSION, arguments.mcpgen, upstream.url), LEGACY))
            pipe = Pipe(arguments.mcpgen, upstream.url)
            process = Server("stdio", pipe.process)
            operations = {name: OPERATIONS[name] for name in OPERATIONS if chosen(name)}
            loads = {(s.name, o): Load(s, o, folder, version) for s, version in servers for o in operations}
            for turn in range(arguments.rounds):
                print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr)
                for operation, (*_, counts) in operations.items():
                    for connections in counts:
                        for server, _ in servers:
                            before, opened = server.cpu_seconds(), connections_of(upstream)
                            figures = loads[server.name, operation].run(connections, arguments.seconds)
                            figures["cpu"] = (server.cpu_seconds() - before) * 1e6 / max(figures["calls"], 1)
                            figures["opened"] = (connections_of(upstream) - opened - 1) / max(figures["calls"], 1)
                            figures["mib"] = server.peak_mib()
                            keep((operation, connections, server.name), figures)
                for operation, in_flight in STDIO if chosen("stdio") else ():
                    before = process.cpu_seconds()
                    figures = pipe.run(operation, in_flight, arguments.seconds)
                    figures["cpu"] = (process.cpu_seconds() - before) * 1e6 / figures["calls"]
                    figures["mib"] = process.peak_mib()
                    keep((operation, in_flight, "stdio"), figures)
                for spec, compiled in specs.items() if chosen("start") else ():
                    name = Path(spec).name
                    keep(("start", name, SESSIONLESS), start_time(arguments.mcpgen, spec, upstream.url, "--map", "tools"))
                    keep(("start", name, "compiled"), start_time(arguments.mcpgen, compiled, upstream.url))
        finally:
            if pipe:
                pipe.stop()
            for server, _ in reversed(servers):
                server.stop()
    return samples


def medians(samples):
    return {
        key: {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}
        for key, rounds in samples.items()
    }


def table(results):
    yield f"{'scenario':16} {'server':16} {'calls/s':>9} {'of nginx':>9} {'of direct':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>7} {'MiB':>6} {'conns/call':>10}"
    for (operation, count, server), figures in results.items():
        if operation == "start":
            how = " compiled" if server == "compiled" else ""
            yield f"start: {count}{how}: {figures['ms']:.1f} ms to the first list of {figures['kib']:.0f} KiB, {figures['mib']:.1f} MiB at most"
            continue

        def share(other):
            base = results.get((operation, count, other))
            if server == "stdio" and operation == "slow" and other == "direct":
                return f"{figures['rate'] / (count * SLOW_PER_SECOND):9.1%}"
            return f"{figures['rate'] / base['rate']:9.1%}" if base and server != "stdio" else " " * 9

        times = f"{figures['p50']:8.2f} {figures['p99']:8.2f}" if "p50" in figures else " " * 17
        opened = f"{figures['opened']:10.4f}" if "opened" in figures else ""
        errors = f"  {figures['errors']:.0f} failed" if figures["errors"] else ""
        yield (
            f"{operation:8} x {count:<5} {server:16} {figures['rate']:9.0f} {share('nginx')} {share('direct')} {times} "
            f"{figures['cpu']:7.1f} {figures['mib']:6.1f} {opened}{errors}"
        )


def machine():
    """What the figures were measured on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = model[1] if model else "an unknown processor"
    return f"{os.cpu_count()} cores of {name}, load average before the run {os.getloadavg()[0]:.2f}"


def spread(samples):
    """How far the rounds of the direct calls lie apart, in percent of their median: the noise of the machine."""
    rates = [[figures["rate"] for figures in rounds] for key, rounds in samples.items() if key[2] == "direct"]
    return max(((max(rate) - min(rate)) / statistics.median(rate) * 100 for rate in rates), default=0)


def targets(results):
    """What was aimed at: each row's name, what it must be, what it should be, and what it is."""
    def of(operation, count, server, figure, base=None):
        figures, other = results.get((operation, count, server)), results.get((operation, count, base))
        if not figures or base and not other:
            return None
        return figures[figure] / other[figure] if base else figures[figure]

    def start(word, how, figure):
        found = [figures for (kind, name, server), figures in results.items() if kind == "start" and word in name and server == how]
        return found[0][figure] if found else None

    def show(pattern, *values):
        return None if None in values else pattern.format(*values)

    for count in (16, 64):
        share = of("small", count, SESSIONLESS, "rate", "nginx")
        yield f"small GET, {count} connections: share of nginx's calls/s", "35 %", "55 %", show("{:.0%}", share)
        yield "server CPU per call there", "120 µs", "55 µs", show("{:.0f} µs", of("small", count, SESSIONLESS, "cpu"))
    share = of("large", 16, SESSIONLESS, "rate", "nginx")
    yield "100 KB answer, 16 connections: share of nginx's", "35 %", "70 %", show("{:.0%}", share)
    slow = [of("slow", 500, SESSIONLESS, "rate", "direct"), *(of("slow", 500, SESSIONLESS, figure) for figure in ("p99", "mib"))]
    yield "500 in flight, 100 ms upstream: share of direct; p99; memory", "95 %; 150 ms; 100 MB", "99 %; 115 ms; 60 MB", show("{:.1%}; {:.0f} ms; {:.0f} MiB", *slow)
    yield "stdio, 16 in flight", "15,000/s", "30,000/s", show("{:,.0f}/s", of("small", 16, "stdio", "rate"))
    stdio, direct = of("slow", 64, "stdio", "rate"), of("slow", 64, "direct", "rate")
    shares = [stdio and stdio / (64 * SLOW_PER_SECOND), stdio and direct and stdio / direct]
    yield "stdio, 64 in flight, 100 ms upstream: share of the ideal 640/s (and of what comes directly)", "98 %", "99.5 %", show("{:.1%} ({:.1%})", *shares)
    for word, what, must, aim in (
        ("petstore", "petstore's", "15 ms", "5 ms"),
        ("github", "GitHub's", "250 ms; 100 MB", "120 ms; 60 MB"),
        ("stripe", "Stripe's", "120 ms; 60 MB; 1.5 MB", "60 ms; 40 MB; 1 MB"),
    ):
        figures = [start(word, SESSIONLESS, figure) for figure in ("ms", "mib", "kib")]
        yield f"{what} cold start to the first tools/list; peak memory; size of the list", must, aim, show("{:.1f} ms; {:.0f} MiB; {:.0f} KiB", *figures)
    compiled = start("github", "compiled", "ms")
    yield "start from a compiled catalog, GitHub's", "60 ms", "20 ms", show("{:.1f} ms", compiled)


def markdown(samples, results, before, arguments):
    """The tables of docs/performance.md."""
    yield f"Measured on {before}; medians of {arguments.rounds} rounds of {arguments.seconds} s."
    yield f"Noise: the rounds of the direct calls lie up to {spread(samples):.0f} % apart."
    yield ""
    yield "| what | must | aim | measured |"
    yield "| --- | --: | --: | --: |"
    for row in targets(results):
        if row[-1] is not None:
            yield f"| {' | '.join(row)} |"
    yield ""
    yield "| scenario | connections | server | calls/s | of nginx | of direct | p50 ms | p99 ms | CPU µs a call | peak MiB | connections opened a call |"
    yield "| --- | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: |"
    for (operation, count, server), figures in results.items():
        if operation == "start":
            continue
        cells = [operation, count, server, f"{figures['rate']:.0f}"]
        for other in ("nginx", "direct"):
            base = results.get((operation, count, other), {}).get("rate")
            if server == "stdio":
                base = count * SLOW_PER_SECOND if operation == "slow" and other == "direct" else None
            cells.append(f"{figures['rate'] / base:.1%}" if base else "")
        cells += [f"{figures[name]:.2f}" if name in figures else "" for name in ("p50", "p99")]
        cells += [f"{figures['cpu']:.1f}", f"{figures['mib']:.0f}"]
        cells.append(f"{figures['opened']:.4f}" if "opened" in figures else "")
        if figures["errors"]:
            cells[3] += f" ({figures['errors']:.0f} failed)"
        yield f"| {' | '.join(map(str, cells))} |"
    starts = [(key, figures) for key, figures in results.items() if key[0] == "start"]
    if starts:
        yield ""
        yield "| start | from | ms to the first list | peak MiB | list in KiB |"
        yield "| --- | --- | --: | --: | --: |"
        for (_, name, how), figures in starts:
            source = "compiled catalog" if how == "compiled" else "description"
            yield f"| {name} | {source} | {figures['ms']:.1f} | {figures['mib']:.1f} | {figures['kib']:.0f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpgen", default=str(ROOT / "target/release/mcpgen"))
    parser.add_argument("--upstream", default=str(ROOT / "target/release/upstream"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each scenario in each round")
    parser.add_argument("--only", help=f"some of {', '.join(OPERATIONS)}, stdio, start")
    parser.add_argument("--large-spec", action="append", default=[], help="a description whose cold start is measured too")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    parser.add_argument("--markdown", dest="format", action="store_const", const="markdown", help="--format markdown")
    arguments = parser.parse_args()
    for binary, how in ((arguments.mcpgen, "-p mcpgen"), (arguments.upstream, "-p mcpgen-benches --bin upstream")):
        if not Path(binary).exists():
            raise SystemExit(f"there is no {binary}: run `cargo build --release {how}` first")
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed, and nothing else makes the load (Debian: apt-get install wrk)")
    before = machine()
    samples = measure(arguments)
    results = medians(samples)
    if arguments.format == "json":
        rows = [dict(zip(("operation", "count", "server"), key)) | figures for key, figures in results.items()]
        print(json.dumps(rows, indent=1))
    elif arguments.format == "markdown":
        print("\n".join(markdown(samples, results, before, arguments)))
    else:
        print("\n".join(table(results)))


if __name__ == "__main__":
    main()
