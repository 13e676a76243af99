"""A description with an operation for each cell of the style tables and some bodies, and random values for them."""
import random

PLACES = {
    "path": [(style, explode) for style in ("simple", "label", "matrix") for explode in (False, True)],
    "query": [("form", False), ("form", True), ("spaceDelimited", False), ("pipeDelimited", False), ("deepObject", True)],
    "header": [("simple", False), ("simple", True)],
    "cookie": [("form", False), ("form", True), ("cookie", False), ("cookie", True)],
}
SCHEMAS = {
    "string": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object", "additionalProperties": {"type": "string"}},
}
ANYTHING = {"type": "object", "additionalProperties": True}
FILE = {"type": "string", "format": "binary"}
# What a cookie of 3.2's style can hold (RFC 6265), but for what parts keys and items.
OCTETS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\=&%')
TEXT = "aZ09-._~ éß漢🐈%25%2C+&=,;:/?#[]@!$'()*|<>{}^`\"\\\t\n"


def media(media_type, schema, **rest):
    return {"required": True, "content": {media_type: {"schema": schema, **rest}}}


def described():
    """The description: an operation for each cell of the style tables, and some bodies."""
    paths = {}

    def operation(name, path, **rest):
        paths[path] = {"post": {"operationId": name, "responses": {"204": {"description": "taken"}}, **rest}}

    for location, styles in PLACES.items():
        for style, explode in styles:
            for shape, schema in SCHEMAS.items():
                for reserved in (False, True):
                    name = f"{location}_{style}_{explode}_{shape}_{reserved}"
                    parameter = {"name": "p", "in": location, "style": style, "explode": explode, "schema": schema}
                    if reserved:
                        parameter["allowReserved"] = True
                    if location == "path":
                        parameter["required"] = True
                    operation(name, f"/{name}/" + ("{p}" if location == "path" else ""), parameters=[parameter])
    deep = {"name": "p", "in": "query", "style": "deepObject", "explode": True, "schema": ANYTHING}
    operation("deep", "/deep", parameters=[deep])
    form = "application/x-www-form-urlencoded"
    operation("form", "/form", requestBody=media(form, {"type": "object", "additionalProperties": SCHEMAS["array"]}))
    deep_field = {"type": "object", "properties": {"p": ANYTHING, "q": {"type": "string"}}}
    operation("form_deep", "/form-deep", requestBody=media(form, deep_field, encoding={"p": {"style": "deepObject", "explode": True}}))
    parts = {
        "type": "object",
        "properties": {
            "text": {"type": "string"}, "texts": SCHEMAS["array"], "json": ANYTHING, "jsons": {"type": "array", "items": ANYTHING},
            "file": FILE, "files": {"type": "array", "items": FILE}, "typed": {"type": "string"}, "number": {"type": "integer"},
        },
    }
    rate = {"X-Rate": {"required": True, "schema": {"type": "integer", "enum": [7]}}}
    encoding = {"typed": {"contentType": "text/markdown", "headers": rate}, "files": {"contentType": "image/png, image/gif"}}
    operation("multipart", "/multipart", requestBody=media("multipart/form-data", parts, encoding=encoding))
    return {"openapi": "3.2.0", "info": {"title": "Styles", "version": "1"}, "paths": paths}


class Values:
    """Random values, the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, alphabet=TEXT, least=1, most=8):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(least, most)))

    def of(self, shape, alphabet, least=1, keys=None):
        """A value of a shape; its keys are never empty."""
        if shape == "string":
            return self.text(alphabet, least)
        if shape == "array":
            # A list that is one empty text is no list to most decoders.
            return [self.text(alphabet, least if count else 1) for count in range(self.random.randint(1, 4))]
        return {self.text(keys or alphabet): self.text(alphabet, least) for _ in range(self.random.randint(1, 4))}

    def tree(self, depth=3):
        """Nested objects and arrays of texts; keys that a bracket or a number would make into something else are left out."""
        kind = self.random.choice("toa") if depth else "t"
        if kind == "t":
            return self.text(least=0)
        if kind == "a":
            return [self.tree(depth - 1) for _ in range(self.random.randint(1, 3))]
        return self.members(depth - 1)

    def members(self, depth=3):
        return {"k" + self.text(TEXT.replace("[", "").replace("]", ""), 0): self.tree(depth) for _ in range(self.random.randint(1, 3))}

    def bytes(self):
        return self.random.randbytes(self.random.randint(0, 64))


def alphabet(location, style, explode, shape, reserved):
    """What values may hold and still be told from what the style adds."""
    text = TEXT
    if location == "header":
        text = "".join(char for char in text if char not in "\n\t " + (",=" if shape != "string" else ""))
    if style == "cookie":
        return OCTETS
    if location == "cookie" and style == "form" and shape != "string":
        text = text.replace(",", "")  # werkzeug decodes a cookie before openapi-core splits it
    if location == "path" and style == "label" and explode:
        text = text.replace(".", "")
    if location == "path":
        text = "".join(char for char in text if char not in "./\\%")  # `..` and its like are refused
    if style in ("spaceDelimited", "pipeDelimited"):
        text = text.replace(" ", "").replace("|", "")
    if style == "deepObject":
        text = "".join(char for char in text if char.isalnum()) if shape == "object" else text
    if reserved:
        # Triplets stand, and so does what a style splits at.
        text = "".join(char for char in text if char not in "%,;=&." or shape == "string" and char not in "%;")
    return text
