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
import base64
import collections
import json
import os
import re
import sys
import time
from urllib.parse import unquote

from schemathesis.core import NOT_SET
from schemathesis.openapi.loaders import detect_content_type, load_content

import generated
import standard
from harness import ROOT, Mcpgen, Received, Upstream
from reasons import reason
from validated import Unread, Validator

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
]
PATIENCE = 20  # seconds for an operation
BOUND = 600  # seconds for a document


class Document:
    """One description: what is generated, sent and compared."""

    def __init__(self, path, seed):
        self.seed = seed
        with open(path, encoding="utf-8-sig") as file:
            self.description = load_content(file.read(), detect_content_type(headers=None, path=path))
        self.operations, unread = generated.operations(self.description)
        self.validator = Validator.of(self.description)
        self.upstream = Upstream()
        self.mcpgen = Mcpgen(path, self.upstream)
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
            path, _, rest = operation.path.partition("?")
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
        except UnicodeDecodeError as error:
            note("not UTF-8", str(error), received.target)
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
            "seed": self.seed, "operations": everything, "hit": len(self.hit), "requests": self.requests,
            "missed": self.missed, "found": dict(self.found.most_common()), "samples": self.samples,
        }


def place(path, query):
    """An operation's path without the names of its expressions, and its query."""
    return re.sub(r"{[^{}]*}", "{}", path.split("#")[0]), "&".join(sorted(filter(None, (query or "").split("#")[0].split("&"))))


class Untranslatable(Exception):
    """The case has no arguments."""


def translated(bound, case, own, note):
    """The arguments of a tool for what was generated."""
    arguments = {}
    containers = {name: dict(getattr(case, container)) for name, (_, container) in generated.PLACES.items()}
    containers["header"] = {key.lower(): value for key, value in containers["header"].items()}
    containers["querystring"] = containers["query"]
    for parameter in bound.get("parameters", []):
        name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
        values = containers[parameter["in"]]
        if name in values:
            arguments[parameter["argument"]] = values.pop(name)
    for location, values in containers.items():
        for name in values if location != "querystring" else ():
            note("left out", f"{location} {name}")
            del getattr(case, generated.PLACES[location][1])[name]
    body = bound.get("body")
    if body is None or case.body is NOT_SET:
        return arguments
    value = as_argument(body, case, own)
    if "argument" in body["layout"]:
        return arguments | {body["layout"]["argument"]: value}
    if not isinstance(value, dict):
        raise Untranslatable(f"the body is not an object: {value!r}")
    layout, undeclared = body["layout"]["properties"], []
    names = {each["name"]: each["argument"] for each in layout["properties"]}
    for key in list(value):
        if key in names:
            arguments[names[key]] = value[key]
        elif layout["open"] and key not in arguments and key not in names.values():
            arguments[key] = value[key]
        else:
            undeclared.append(key)
            del case.body[key]
    if undeclared:
        note("undeclared", undeclared)
    return arguments


def as_argument(body, case, own):
    """The value of a body as a tool takes it: bytes as base64, text as it is sent."""
    if body["kind"] in ("text", "binary"):
        if isinstance(case.body, str) and not hasattr(case.body, "data"):
            sent = case.body.encode()
        elif own is None:
            raise Untranslatable("a body that schemathesis cannot write")
        else:
            sent = own.body or b""
            sent = sent.encode() if isinstance(sent, str) else sent
        case.body = sent
        return base64.b64encode(sent).decode() if body["kind"] == "binary" else sent.decode("utf-8", "replace")
    return packed(case.body)


def packed(value):
    """Bytes as base64."""
    if isinstance(value, dict):
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [packed(item) for item in value]
    data = raw(value)
    return value if data is None else base64.b64encode(data).decode()


def raw(value):
    """The bytes of a binary value."""
    return value if isinstance(value, bytes) else getattr(value, "data", None) if isinstance(value, str) else None


class Comparison:
    """A recorded request beside what was generated."""

    def __init__(self, document, bound, case, received, own, note):
        self.document, self.bound, self.case, self.received, self.note = document, bound, case, received, note
        self.own = own and Own(own)
        self.read, self.own_read = {}, {}
        if validator := document.validator:
            template, body = case.operation.path, received.body
            self.read = validator.read(received.method, template, received.path, received.query, received.headers, body)
            if self.own:
                self.own_read = validator.read(received.method, template, self.own.path, self.own.query, self.own.headers, self.own.body)

    def run(self):
        definitions = {}
        for location, (place_, container) in generated.PLACES.items():
            for item in self.case.operation.get_parameter_set(place_).items:
                values = getattr(self.case, container)
                if item.name in values:
                    definitions[location, item.name] = (item.definition, values[item.name])
        self.path(definitions)
        self.pairs("query", definitions, standard.query_pairs(self.received.query), self.own and standard.query_pairs(self.own.query))
        self.headers(definitions)
        self.cookies(definitions)
        if self.case.body is not NOT_SET:
            self.body()
        elif self.received.body:
            self.note("ours", f"a body that was not given: {self.received.body[:200]}")
        self.validity()

    def proven(self, location, name, value):
        """Whether openapi-core reads the generated value."""
        read = self.read.get((location, name))
        return read is not None and not isinstance(read, Unread) and standard.alike(value, read)

    def path(self, definitions):
        got = standard.segments(self.received.path)
        if self.own and got == standard.segments(self.own.path):
            return
        template = self.case.operation.path.split("?")[0].split("#")[0]
        wanted = re.sub(r"{([^{}]*)}", lambda match: "\0" + match[1] + "\0", template)
        wanted = ["".join(self.alone(definitions, piece) if at % 2 else piece for at, piece in enumerate(segment.split("\0"))) for segment in wanted.split("/")]
        if all(self.proven(*key, value) for key, (_, value) in definitions.items() if key[0] == "path"):
            return
        self.judge("path", len(got) == len(wanted) and all(map(standard.alike, wanted, got)), wanted, got, self.own and self.own.path)

    def alone(self, definitions, name):
        definition, value = definitions["path", name]
        return standard.alone(definition, value)

    def pairs(self, location, definitions, got, own):
        fixed = standard.query_pairs(self.bound.get("query") or "") if location == "query" else []
        if own is not None and sorted(got) == sorted(own):
            return
        values = {key: item for key, item in definitions.items() if key[0] == location}
        if any(definition["in"] == "querystring" for definition, _ in values.values()):
            self.judge(location, False, values, got, own)
            return
        wanted = fixed + [pair for definition, value in values.values() for pair in standard.pairs(definition, value)]
        if all(self.proven(*key, value) for key, (_, value) in values.items()) and len(got) == len(wanted):
            return
        self.judge(location, same_pairs(wanted, got), wanted, got, own)

    def headers(self, definitions):
        for (location, name), (definition, value) in definitions.items():
            if location != "header":
                continue
            got = self.received.header(name)
            if self.own and got == self.own.header(name) or self.proven(location, name, value):
                continue
            value = standard.left(value)
            wanted = None if value is None else standard.alone(definition, value)
            # Space around a header's value is no part of it.
            same = got == wanted or None not in (got, wanted) and standard.alike(got.strip(), wanted.strip())
            self.judge("header", same, wanted, got, self.own and self.own.header(name))

    def cookies(self, definitions):
        values = {key: item for key, item in definitions.items() if key[0] == "cookie"}
        got = [(name, value) for name, value in cookie_pairs(self.received.header("cookie"))]
        own = self.own and [(name, value) for name, value in cookie_pairs(self.own.header("cookie"))]
        if own is not None and sorted(got) == sorted(own) or all(self.proven(*key, value) for key, (_, value) in values.items()):
            return
        wanted = [pair for definition, value in values.values() for pair in standard.pairs(definition, value)]
        self.judge("cookie", same_pairs(wanted, got), wanted, got, own)

    def body(self):
        kind, got, value = self.bound["body"]["kind"], self.received.body, self.case.body
        essence = (self.received.header("content-type") or "").split(";")[0].strip().lower()
        if kind == "json":
            self.judge("body", standard.alike(json.loads(got or b"null"), plain(value)), value, got, self.own and self.own.body)
        elif kind == "form":
            wanted = standard.fields(self.encoding(), value)
            pairs = standard.query_pairs(got.decode())
            if not (self.own and sorted(pairs) == sorted(standard.query_pairs(self.own.body.decode()))):
                self.judge("body", same_pairs(wanted, pairs), wanted, pairs, self.own and self.own.body)
        elif kind == "multipart":
            self.multipart(value, essence)
        elif kind in ("text", "binary"):
            self.judge("body", got == value, value, got, self.own and self.own.body)
        else:
            self.note("body not compared", kind)

    def encoding(self):
        """`encoding` of the media type, or of Swagger 2.0 the form's parameters."""
        items = [item for item in self.case.operation.body.items if item.media_type == self.case.media_type]
        definition = items[0].definition if items else {}
        if "parameters" in self.document.description or "swagger" in self.document.description:
            operation = self.case.operation.definition.raw
            shared = [*self.document.description["paths"].get(self.case.operation.path, {}).get("parameters", []), *operation.get("parameters", [])]
            return {each["name"]: {"in": "formData", **each, "collectionFormat": each.get("collectionFormat", "csv")} for each in shared if each.get("in") == "formData" and each.get("type") == "array"}
        return definition.get("encoding") or {}

    def multipart(self, value, essence):
        form, files = self.received.parsed()
        wanted, got = [], []
        encoding = self.encoding() if "openapi" in self.document.description else {}
        for name, item in value.items():
            if {"style", "explode", "allowReserved"} & (encoding.get(name) or {}).keys():
                wanted += standard.fields(encoding, {name: item})
                continue
            for each in item if isinstance(item, list) else [item]:
                if each is not None and each != {}:
                    data = raw(each)
                    wanted.append((name, data if data is not None else standard.text(each)))
        for name in dict.fromkeys([*form, *files]):
            got += [(name, text) for text in form.getlist(name)]
            got += [(name, file.stream.read()) for file in files.getlist(name)]
        same = lambda one, other: one[0] == other[0] and (one[1] == other[1] or as_bytes(one[1]) == as_bytes(other[1]) or isinstance(one[1], str) and isinstance(other[1], str) and standard.alike(one[1], other[1]))  # noqa: E731
        matched = len(wanted) == len(got) and all(any(same(one, other) for other in got) for one in wanted)
        self.judge("body", matched and (essence == "multipart/form-data" or not wanted), wanted, got, self.own and self.own.body)

    def judge(self, where, same, wanted, got, own):
        """What the standards want is the last word."""
        if not same:
            self.note(f"{where} differs", f"wanted {wanted!r}", f"got {got!r}", f"schemathesis {own!r}")

    def validity(self):
        """What openapi-core finds wrong in ours, and whether it finds the same in schemathesis's request."""
        for key, read in self.read.items():
            if not isinstance(read, Unread) or read.missing and read.kind.startswith("MissingParameter"):
                continue
            own = self.own_read.get(key)
            if isinstance(own, Unread):
                self.note("invalid, so is schemathesis's", f"{key[0]} {key[1]}", read)
            else:
                self.note("invalid", f"{key[0]} {key[1]}", read, self.received.target, self.received.body[:600], f"schemathesis's is read as {own!r}")


class Own:
    """Schemathesis's request, looked at like a received one."""

    def __init__(self, prepared):
        target = re.sub(r"^https?://[^/?#]*", "", prepared.url).split("#")[0]
        self.path, _, self.query = target.partition("?")
        self.headers = [(name, as_latin(value)) for name, value in prepared.headers.items()]
        body = prepared.body or b""
        self.body = body.encode() if isinstance(body, str) else body

    header = Received.header


def as_latin(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value.encode().decode("latin-1")


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def plain(value):
    """A JSON value without schemathesis's own types."""
    return json.loads(json.dumps(value))


def cookie_pairs(header):
    """The cookies, each percent-decoded; a form's pairs stand in one cookie."""
    pairs = [pair.partition("=") for pair in re.split("; |&", header or "") if pair]
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def same_pairs(wanted, got):
    """Whether the pairs are the same, in any order of names."""
    left = list(got)
    for pair in wanted:
        found = next((other for other in left if pair[0] == other[0] and standard.alike(pair[1], other[1])), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--out", default=os.path.join(ROOT, "target", "proof", "corpus"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
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
