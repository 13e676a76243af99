"""What was generated as a tool's arguments, by the catalog's names for them."""
import base64

from schemathesis.core import NOT_SET

import generated


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
        name = next((known for known in values if generated.shown(known) == name), name)
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
    value = packed(case.body)
    if isinstance(value, dict):
        # Text that is a file's content.
        for name, field in body.get("fields", {}).items():
            if field.get("file") and name in value:
                value[name] = as_file(case.body[name])
    return value


def as_file(value):
    """A file, or a list of them, as base64."""
    if isinstance(value, list):
        return [as_file(item) for item in value]
    data = raw(value)
    return base64.b64encode(value.encode() if data is None else data).decode() if isinstance(value, (str, bytes)) else value


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
