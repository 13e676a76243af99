"""Runs the acceptance cases and fails when one of .ci/acceptance-holds.txt no longer holds; tells which others do.

usage: acceptance.py FOLDER [--update]   (FOLDER holds run.py and cases/; --update writes the list anew)
environment: MCPGEN_BIN
"""
import glob
import os
import re
import subprocess
import sys

HOLDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "acceptance-holds.txt")
OUTCOME = re.compile(r"^(ok  |FAIL) (\S+)\.yaml (\S+)$")


def outcomes(folder):
    """Whether each case holds, by `file/id`, and the lines that say why one does not."""
    cases = sorted(glob.glob(os.path.join(folder, "cases", "*.yaml")))
    command = [sys.executable, os.path.join(folder, "run.py"), "--verbose", *cases]
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    held, reasons, ident = {}, {}, None
    for line in finished.stdout.splitlines():
        if found := OUTCOME.match(line):
            ident = f"{found.group(2)}/{found.group(3)}"
            held[ident] = found.group(1) == "ok  "
        elif ident and line.startswith("     "):
            reasons.setdefault(ident, []).append(line)
    if not held:
        raise SystemExit(f"no case ran:\n{finished.stdout}")
    return held, reasons


def main():
    held, reasons = outcomes(sys.argv[1])
    holding = sorted(ident for ident, holds in held.items() if holds)
    print(f"{len(holding)} of {len(held)} acceptance cases hold")
    if "--update" in sys.argv:
        with open(HOLDS, "w", encoding="utf-8") as out:
            out.write("# The acceptance cases that hold, file/id; written by: python .ci/acceptance.py FOLDER --update\n")
            out.writelines(f"{ident}\n" for ident in holding)
        return
    with open(HOLDS, encoding="utf-8") as lines:
        known = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    for ident in sorted(set(holding) - known):
        print(f"holds now, and is not in the list: {ident}")
    lost = sorted(ident for ident in known if held.get(ident) is False)  # a case that is no longer there is no loss
    for ident in lost:
        print(f"no longer holds: {ident}", *reasons.get(ident, []), sep="\n")
    sys.exit(bool(lost))


main()
