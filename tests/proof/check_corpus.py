"""Generated requests for real descriptions, through mcpgen, read back by others.

For each document schemathesis generates values from the operations' schemas. They go as arguments through `mcpgen serve
--map tools`, one process a document, to an upstream that records. Each recorded request is
  - validated against the description by openapi-core, and what it decodes compared with what was generated,
  - compared with the request that schemathesis sends for the same values,
  - and where neither agrees, with what the standards say (standard.py).

Usage: check_corpus.py FOLDER_OF_DESCRIPTIONS [--out FOLDER] [--seed N] [--again] [--only NAME...]
Results are kept in FOLDER, one file a document; what is there is not run again. Exit code 1 when a difference is ours.
"""
import argparse
import collections
import json
import os
import re
import sys
import time

from schemathesis.openapi.loaders import detect_content_type, load_content

import generated
from comparison import Comparison
from harness import ROOT, Mcpgen, Upstream
from reasons import reason
from translated import Untranslatable, translated
from validated import Validator

SEED = 20_261
DOCUMENTS = [
    "oai-uber_v2-1.0.0.yaml", "oai-petstore_v2-1.0.0.json", "oai-petstore_expanded-1.0.0.yaml", "oai-tags_v32-1.0.0.yaml",
    "oai-link_example-1.0.0.json", "speakeasy-oas32_test-1.0.0.yaml", "redocly-cafe_v32-1.0.0.yaml", "redocly-museum-1.2.1.yaml",
    "scalar-galaxy-0.2.20.yaml", "swagger-petstore-1.0.27_SNAPSHOT.yaml", "mercure-hub-0.3.2.yaml",
    "fastapi-tutorial-0.1.0.json", "fastapi-media-0.9.json", "fastapi-shop-2.3.0.json", "fastapi-inference-gateway-1.0.0.json",
    "readme-parameters_style-1.0.0.json", "readme-schema_types-1.0.0.yaml", "opendatasoft-api-v2.0.yaml", "httpbin-api-0.9.2.yaml",
    "oxide-buildomat-1.0.json", "openpayments-resource_server-1.1.0.yaml", "huggingface-tgi-3.3.6_dev0.json",
    "vtex-session_manager-1.0.json", "powerdns-authoritative-0.0.20.yaml", "gotify-server-2.1.0.json", "ory-hydra-unknown.json",
    "telegram-bot-5.0.0.yaml", "qdrant-api-master.json", "traccar-api-6.14.5.yaml", "docker-engine-1.56.yaml",
    "argoproj-argocd-version_not_set.json", "spotify-web-1.0.0.yaml", "slack-web-1.7.0.json", "twilio-api-1.0.0.json",
    "iceberg-rest_catalog-0.0.1.yaml", "channel4-api-1.0.0.json", "paypal-orders-2.13.json", "adyen-checkout-71.json",
    "dnsimple-api-2.0.0.yaml", "otoroshi-admin-1.5.0_dev.yaml", "goharbor-harbor-2.0.yaml", "frigate-api-0.1.0.yaml",
    "mistral-api-1.0.0.yaml", "hashicorp-nomad-1.1.4.yaml", "langfuse-api-unknown.yaml",
]
PATIENCE = 20  # seconds for an operation
BOUND = 600  # seconds for a document


class Document:
    """One description: what is generated, sent and compared."""

    def __init__(self, path, seed):
        self.seed = seed
        with open(path, encoding="utf-8-sig") as file:
            self.description = load_content(file.read(), detect_content_type(headers=None, path=path))
        self.operations, unread, self.repairs = generated.operations(self.description)
        self.validator = Validator.of(self.description)
        self.upstream = Upstream()
        self.mcpgen = Mcpgen(path, self.upstream, "--route", "HEAD,OPTIONS,TRACE = tool")
        catalog = self.mcpgen.catalog
        self.tools = collections.defaultdict(list)
        for tool in catalog["tools"]:
            bound = catalog["operations"][tool["operation"]]
            self.tools[bound["method"], place(bound["path"], bound.get("query"))].append((tool["name"], bound))
        self.found = collections.Counter()
        self.samples = collections.defaultdict(list)
        self.hit, self.requests, self.missed = set(), 0, {}
        for error in unread:
            self.missed[str(getattr(error, "path", error))] = f"schemathesis does not read it: {error}"[:200]

    def run(self, count, deadline):
        for operation in self.operations:
            label = f"{operation.method.upper()} {operation.path}"
            path, _, rest = generated.shown(operation.path).partition("?")
            same = self.tools[operation.method.upper(), place(path, rest)]
            if not same:
                self.missed[label] = "mcpgen serves no such operation"
                continue
            # Path keys that differ in their fragment alone are one path.
            named = [tool for tool in same if tool[0] == operation.definition.raw.get("operationId")]
            name, bound = (named or same)[0]
            same.remove((name, bound))
            if time.monotonic() > deadline:
                self.missed[label] = "the time for the document was over"
                continue
            media_type = bound["body"]["media_type"] if bound.get("body") else None
            if media_type:
                generated.takes(media_type, bound["body"]["kind"])
            cases, problem = generated.cases(operation, media_type, count, self.seed, PATIENCE)
            if problem:
                self.missed[label] = f"generator: {problem}"
            for case in cases:
                if self.one(label, name, bound, case):
                    self.hit.add(label)
            if cases and label not in self.hit:
                self.missed[label] = "every call was refused"
        self.mcpgen.close()

    def one(self, label, name, bound, case):
        """Sends a case; whether a request came of it."""
        note = lambda kind, *detail: self.note(label, kind, case, *detail)  # noqa: E731
        try:
            own = generated.own_request(case, self.upstream.url)
        except Exception as error:  # noqa: BLE001 it is not our encoder
            own = None
            note("schemathesis cannot write it", f"{type(error).__name__}: {error}")
        try:
            arguments = translated(bound, case, own, note)
        except Untranslatable as error:
            note("not translated", str(error))
            return False
        received, refused = self.mcpgen.call(name, arguments)
        if received is None:
            note("refused", refused, arguments)
            return False
        self.requests += 1
        try:
            Comparison(self, bound, case, received, own, note).run()
        except Exception as error:  # noqa: BLE001 one case costs no other
            note("not compared", f"{type(error).__name__}: {error}", received.target)
        return True

    def note(self, label, kind, case, *detail):
        detail = " | ".join(str(part) for part in detail)
        owner, why = reason(kind, detail, label, case)
        key = f"{owner}: {why}"
        self.found[key] += 1
        if len(self.samples[key]) < 4:
            self.samples[key].append({"operation": label, "kind": kind, "detail": detail[:1500], "case": repr(case)[:1500]})

    def report(self):
        everything = len(self.operations) + sum(1 for reason in self.missed.values() if reason.startswith("schemathesis"))
        return {
            "seed": self.seed, "repairs": self.repairs, "operations": everything, "hit": len(self.hit), "requests": self.requests,
            "missed": self.missed, "found": dict(self.found.most_common()), "samples": self.samples,
        }


def place(path, query):
    """An operation's path without the names of its expressions, and its query."""
    return re.sub(r"{[^{}]*}", "{}", path.split("#")[0]), "&".join(sorted(filter(None, (query or "").split("#")[0].split("&"))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--out", default=os.path.join(ROOT, "target", "proof", "corpus"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Schemathesis goes through sets: the same seed gives the same values only with the same hashes.
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
    os.makedirs(options.out, exist_ok=True)
    reports = {}
    for name in options.only or DOCUMENTS:
        kept = os.path.join(options.out, name.replace("/", "_") + ".report.json")
        if options.again or not os.path.exists(kept):
            begin = time.monotonic()
            document = Document(os.path.join(options.folder, name), options.seed)
            operations = len(document.operations)
            document.run(4 if operations > 100 else 8 if operations > 30 else 20, begin + BOUND)
            report = document.report() | {"seconds": round(time.monotonic() - begin)}
            with open(kept, "w", encoding="utf-8") as file:
                json.dump(report, file, indent=1, default=repr)
        with open(kept, encoding="utf-8") as file:
            reports[name] = json.load(file)
        row = reports[name]
        print(f"{name}: {row['operations']} operations, {row['hit']} hit, {row['requests']} requests, {row['seconds']} s", flush=True)
        for key, times in row["found"].items():
            print(f"    {times:5} {key}", flush=True)
    summary(reports)
    if any(key.startswith("ours") for row in reports.values() for key in row["found"]):
        sys.exit(1)


def summary(reports):
    owners = ["ours", "contract", "document", "generator", "validator"]
    print("| document | operations | hit | requests |", " | ".join(owners), "|")
    print("| --- " * (4 + len(owners)) + "|")
    total = collections.Counter()
    for name, row in reports.items():
        counts = collections.Counter(operations=row["operations"], hit=row["hit"], requests=row["requests"])
        for key, times in row["found"].items():
            counts[key.split(":")[0]] += times
        total += counts
        print(f"| {name} | {counts['operations']} | {counts['hit']} | {counts['requests']} |", " | ".join(str(counts[owner]) for owner in owners), "|")
    print(f"| all | {total['operations']} | {total['hit']} | {total['requests']} |", " | ".join(str(total[owner]) for owner in owners), "|")


main()
