"""A recorded request beside what was generated: as openapi-core reads it, as schemathesis writes it, as the standards say."""
import json
import re
from urllib.parse import unquote

from schemathesis.core import NOT_SET

import generated
import standard
from harness import Received
from translated import packed, raw
from validated import Unread


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
            if not got and value == {} and not self.bound["body"]["required"]:
                self.note("no body", value)
                return
            self.judge("body", standard.alike(json.loads(got or b"null"), plain(value)), value, got, self.own and self.own.body)
        elif kind == "form":
            wanted = standard.fields(self.encoding(), value)
            pairs = standard.query_pairs(got.decode())
            if not (self.own and sorted(pairs) == sorted(standard.query_pairs(self.own.body.decode()))):
                self.judge("body", same_pairs(wanted, pairs), wanted, pairs, self.own and self.own.body)
        elif kind == "multipart" and not isinstance(value, dict):
            self.note("body not compared", "a multipart body that is not an object", value, got)
        elif kind == "multipart":
            self.multipart(value, essence)
        elif kind == "json_lines":
            sent = [json.loads(line) for line in got.splitlines()]
            self.judge("body", standard.alike(sent, plain(value if isinstance(value, list) else [value])), value, got, self.own and self.own.body)
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
            for each in item if isinstance(item, list) else [] if item == {} else [item]:
                if each is not None:
                    data = raw(each)
                    wanted.append((name, data if data is not None else standard.text(each)))
        for name in dict.fromkeys([*form, *files]):
            got += [(name, text) for text in form.getlist(name)]
            got += [(name, file.stream.read()) for file in files.getlist(name)]
        # Names stand as browsers write them: werkzeug leaves the line breaks so, and takes a backslash for an escape.
        wanted = [(re.sub(r"\\(.)", r"\1", name.replace("\r", "%0D").replace("\n", "%0A")), item) for name, item in wanted]
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
                essence = (self.case.media_type or "").split(";")[0] if key[0] == "body" else ""
                self.note("invalid, so is schemathesis's", f"{key[0]} {essence or key[1]}", read, f"schemathesis's: {own!r}")
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
    return json.loads(json.dumps(packed(value)))


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
