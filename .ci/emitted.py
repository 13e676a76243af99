#!/usr/bin/env python3
"""Emits a crate for each description of a folder (those of its INDEX.tsv) and checks it.

python3 .ci/emitted.py [--only NAME] [--since NAME] [--command check|clippy|none] SPECS

Every crate has to be what rustfmt prints, and cargo must not warn. Prints a line for each: name, files, lines of Rust,
seconds to emit and to check. The crates share one target directory below target/emitted.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "target" / "emitted"


def run(command, **options):
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return done, time.monotonic() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--since", default="", help="leave out what comes before this name")
    parser.add_argument("--command", default="check", help="the cargo command, like check, clippy or none")
    parser.add_argument("specs", type=pathlib.Path)
    arguments = parser.parse_args()
    mcpgen = os.environ.get("MCPGEN_BIN", str(ROOT / "target/debug/mcpgen"))
    TARGET.mkdir(parents=True, exist_ok=True)
    # rustfmt would take the settings of this repository.
    (TARGET / "rustfmt.toml").write_text("")
    failed = 0
    index = arguments.specs / "INDEX.tsv"
    if index.exists():
        names = [line.split("\t")[0] for line in index.read_text().splitlines()[1:]]
    else:
        names = sorted(path.name for path in arguments.specs.iterdir() if path.suffix in (".json", ".yaml", ".yml"))
    for name in names:
        if arguments.only not in name or name < arguments.since:
            continue
        spec = arguments.specs / name
        crate = TARGET / "crates" / name.replace(".", "-").replace("/", "-")
        subprocess.run(["rm", "-rf", str(crate)], check=True)
        emitted, emit_time = run(
            [mcpgen, "openapi", str(spec), "--out", str(crate), "--runtime", f"path={ROOT}/runtime"]
        )
        if emitted.returncode != 0:
            told = emitted.stderr.strip().splitlines()[-1:] or [""]
            print(f"{name}\tnot emitted ({emitted.returncode})\t{told[0][:160]}", flush=True)
            failed += emitted.returncode not in (1, 2) or "panicked" in emitted.stderr
            continue
        files = [path for path in crate.rglob("*") if path.is_file()]
        rust = [str(path) for path in files if path.suffix == ".rs"]
        lines = sum(len(pathlib.Path(path).read_text().splitlines()) for path in rust)
        problems = []
        style, _ = run(["rustfmt", "--check", "--edition", "2024", "--config-path", str(TARGET / "rustfmt.toml"), *rust])
        if style.returncode != 0:
            problems.append("rustfmt:\n" + style.stdout[:1500] + style.stderr[:500])
        check_time = 0.0
        if arguments.command != "none":
            checked, check_time = run(
                ["nice", "cargo", arguments.command, "--all-targets", "--message-format", "short", "--offline"],
                cwd=crate,
                env={**os.environ, "CARGO_TARGET_DIR": str(TARGET / "target")},
            )
            told = [line for line in checked.stderr.splitlines() if re.search(r"\b(warning|error)(\[\w+\])?: ", line)]
            if checked.returncode != 0 or told:
                problems.append("cargo:\n" + "\n".join(told[:12]))
        print(f"{name}\t{len(files)}\t{lines}\t{emit_time:.2f}\t{check_time:.1f}\t{'FAILED' if problems else 'ok'}", flush=True)
        for problem in problems:
            print(problem, flush=True)
        failed += bool(problems)
        subprocess.run(["rm", "-rf", str(TARGET / "target" / "debug" / "incremental")], check=True)
    print(f"{failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
