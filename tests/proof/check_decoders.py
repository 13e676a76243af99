"""What mcpgen encodes is read back by decoders that others wrote: openapi-core (styles), qs (deepObject, forms), werkzeug and
python-multipart (queries, cookies, forms, multipart). Usage: check_decoders.py [FOLDER OF qs [SEED]]
"""
import base64
import io
import json
import os
import subprocess
import sys
from urllib.parse import unquote, unquote_plus

import python_multipart
from openapi_core.deserializing.styles import style_deserializers

from cells import PLACES, SCHEMAS, TEXT, Values, alphabet, described
from harness import ROOT, Mcpgen, Upstream

SEED = 20_261
ROUNDS = 12


def decoded(value):
    """Percent-decodes the leaves of what a style was split into."""
    if isinstance(value, str):
        return unquote(value, errors="strict")
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return {decoded(key): decoded(item) for key, item in value.items()}


def read_back(location, style, explode, shape, received):
    """The value of `p`, by openapi-core out of the raw request: it splits, and only then are the pieces percent-decoded."""
    loads = style_deserializers.get(style)
    if location == "path":
        raw = received.path.rsplit("/", 1)[1]
        prefix = {"simple": "", "label": ".", "matrix": ";"}[style]
        return decoded(loads(explode, "p", shape, {f"{prefix}p{'*' if explode and prefix else ''}": raw}))
    if location == "header":
        return loads(explode, "p", shape, {"p": received.header("p")})
    if location == "cookie" and shape != "string" and explode:
        # As cookies they are pairs; a form's stand in one cookie.
        pairs = received.header("cookie").split("; " if style == "cookie" else "&")
        pairs = [decoded(pair.split("=", 1)) for pair in pairs]
        return [value for _, value in pairs] if shape == "array" else dict(pairs)
    if location == "cookie":
        (name, value), = received.cookies.items()
        assert name == "p", name
        return decoded(style_deserializers["form"](False, "p", shape, {"p": value}))
    if style == "deepObject":
        pairs = {unquote(key): value for key, value in (pair.split("=", 1) for pair in received.query.split("&"))}
        return decoded(loads(explode, "p", shape, pairs))
    if shape == "object" and explode:
        return dict(received.args.items())
    if shape == "array" and explode:
        return received.args.getlist("p")
    name, _, raw = received.query.partition("=")
    assert name == "p", name
    if shape == "string":
        return received.args["p"]
    # Its delimiter is a raw pipe; OpenAPI's examples encode it.
    return decoded(loads(explode, "p", shape, {"p": raw.replace("%7C", "|") if style == "pipeDelimited" else raw}))


def check_styles(mcpgen, values):
    """Every cell of the style tables."""
    for location, styles in PLACES.items():
        for style, explode in styles:
            for shape in SCHEMAS:
                for reserved in (False, True):
                    if style == "deepObject" and shape != "object":
                        continue
                    tool = f"{location}_{style}_{explode}_{shape}_{reserved}"
                    chars = alphabet(location, style, explode, shape, reserved)
                    least = 1 if location == "path" else 0
                    # The name of a cookie is a token.
                    keys = "aZ09-._~!#$'*+^`|" if style == "cookie" else None
                    for _ in range(ROUNDS):
                        value = values.of(shape, chars, least, keys)
                        received, refused = mcpgen.call(tool, {"p": value})
                        if refused is not None:
                            raise SystemExit(f"{tool} {value!r}: {refused}")
                        same(tool, value, read_back(location, style, explode, shape, received), received.target, received.headers)
                        yield tool


def check_qs(mcpgen, values, folder):
    """deepObject and forms, by qs."""
    wanted, texts = [], []
    for _ in range(ROUNDS * 10):
        value = {"p": values.members()}
        received, _ = mcpgen.call("deep", value)
        wanted.append(value)
        texts.append(received.query)
        value = {"p": values.members(), "q": values.text(least=0)}
        received, _ = mcpgen.call("form_deep", value)
        wanted.append(value)
        texts.append(received.body.decode())
        value = {f"k{values.text(TEXT.replace('[', '').replace(']', ''), 0)}": ["x", *values.of("array", TEXT)] for _ in range(2)}
        received, _ = mcpgen.call("form", {"body": value})
        wanted.append(value)
        texts.append(received.body.decode())
    run = subprocess.run(["node", "decode.mjs"], cwd=folder, input=json.dumps(texts), stdout=subprocess.PIPE, text=True, check=True)
    for value, got, text in zip(wanted, json.loads(run.stdout), texts, strict=True):
        same("qs", value, got, text)
        yield "qs"


def parts_by_python_multipart(received):
    """Name, file name, content and headers of each part, as the parser behind Starlette and FastAPI has them."""
    parts = []
    boundary = python_multipart.multipart.parse_options_header(received.header("content-type"))[1][b"boundary"]
    state = {}

    def header(key):
        def collect(data, start, end):
            state[key] = state.get(key, b"") + data[start:end]
        return collect

    def header_end():
        state["headers"][state.pop("field").decode().lower()] = state.pop("value", b"").decode()

    def part_begin():
        state.clear()
        state.update(headers={}, data=b"")

    def part_end():
        options = python_multipart.multipart.parse_options_header(state["headers"]["content-disposition"].encode())[1]
        name, filename = (options[key].decode() if key in options else None for key in (b"name", b"filename"))
        parts.append((name, filename, state["data"], state["headers"]))

    def data(chunk, start, end):
        state["data"] += chunk[start:end]

    callbacks = {
        "on_part_begin": part_begin, "on_part_data": data, "on_part_end": part_end, "on_header_field": header("field"),
        "on_header_value": header("value"), "on_header_end": header_end,
    }
    parser = python_multipart.MultipartParser(boundary, callbacks)
    parser.write(received.body)
    parser.finalize()
    return parts


def check_multipart(mcpgen, values):
    """Fields, files, JSON and repeated parts, by werkzeug and python-multipart."""
    names = ["plain.txt", 'a "quoted".bin', "naïve résumé.pdf", "漢字🐈.png", "semi;colon=1.txt", "per%20cent.txt", "it's.txt", "comma,.txt"]
    for round_ in range(ROUNDS * 5):
        texts = [values.text(least=0) for _ in range(3)]
        objects = [values.members(1) for _ in range(2)]
        files = [(values.random.choice(names), values.bytes()) for _ in range(3)]
        encoded = [{"filename": name, "data": base64.b64encode(data).decode()} for name, data in files]
        kind = values.random.choice(["image/webp", "application/x-thing; v=\"1, 2\""])
        arguments = {
            "text": texts[0], "texts": texts, "json": objects[0], "jsons": objects, "number": 9007199254740993 + round_,
            "typed": "# " + texts[1], "file": {**encoded[0], "content_type": kind}, "files": encoded[1:],
        }
        received, refused = mcpgen.call("multipart", arguments)
        if refused is not None:
            raise SystemExit(f"multipart {arguments}: {refused}")
        form, uploads = received.parsed()
        same("text", [texts[0]], form.getlist("text"))
        same("texts", texts, form.getlist("texts"))
        same("number", [str(arguments["number"])], form.getlist("number"))
        same("typed", [arguments["typed"]], form.getlist("typed"))
        same("json", [objects[0]], [json.loads(text) for text in form.getlist("json")])
        same("jsons", objects, [json.loads(text) for text in form.getlist("jsons")])
        read = [(upload.filename, upload.stream.read()) for upload in uploads.getlist("file") + uploads.getlist("files")]
        same("files", files, read)
        same("type of a file", kind, uploads["file"].content_type)
        same("types of files", ["image/png"] * 2, [upload.content_type for upload in uploads.getlist("files")])

        parts = parts_by_python_multipart(received)
        same("names", ["text", "texts", "texts", "texts", "json", "jsons", "jsons", "number", "typed", "file", "files", "files"], [part[0] for part in parts])
        contents = [part[2] for part in parts]
        same("contents", [*(text.encode() for text in [texts[0], *texts])], contents[:4])
        same("objects", [objects[0], *objects], [json.loads(content) for content in contents[4:7]])
        same("types of objects", ["application/json"] * 3, [part[3].get("content-type") for part in parts[4:7]])
        same("headers", ("text/markdown", "7"), (parts[8][3].get("content-type"), parts[8][3].get("x-rate")))
        # This parser leaves the browsers' %22 as it is.
        same("files again", [(name.replace('"', "%22"), data) for name, data in files], [(part[1], part[2]) for part in parts[9:]])
        yield "multipart"


def check_forms(mcpgen, values):
    """Form bodies, by werkzeug and python-multipart."""
    for _ in range(ROUNDS * 5):
        value = {values.text(): values.of("array", TEXT, 0) for _ in range(3)}
        received, refused = mcpgen.call("form", {"body": value})
        if refused is not None:
            raise SystemExit(f"form {value}: {refused}")
        same("form", value, {name: items for name, items in received.parsed()[0].lists()})
        fields = {}

        def field(read, fields=fields):
            # This parser splits; decoding is left to who uses it.
            fields.setdefault(unquote_plus(read.field_name.decode()), []).append(unquote_plus((read.value or b"").decode()))

        headers = {"Content-Type": b"application/x-www-form-urlencoded"}
        python_multipart.parse_form(headers, io.BytesIO(received.body), field, None)
        same("form again", value, fields, received.body)
        yield "form"


def same(what, wanted, got, *seen):
    if wanted != got:
        raise SystemExit(f"{what}: wanted {wanted!r}, got {got!r} {seen}")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target", "ci", "proof", "qs")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    values = Values(seed)
    mcpgen = Mcpgen(described(), Upstream())
    counts = {}
    for check in (check_styles, check_forms, check_multipart):
        counts[check.__name__] = sum(1 for _ in check(mcpgen, values))
    counts["check_qs"] = sum(1 for _ in check_qs(mcpgen, values, folder))
    mcpgen.close()
    print(f"ok: {sum(counts.values())} requests read back, seed {seed}: {counts}", file=sys.stderr)


main()
