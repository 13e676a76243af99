"""Why a recorded request differs from what was generated, and whose doing it is."""
import re

# (what kind of finding, a pattern in its detail, whose, why); the first that matches.
RULES = [
    ("^undeclared$", "", "contract", "a property that the body's schema does not declare is no argument"),
    ("^no body$", "", "contract", "an optional body that no argument is given for is not sent, though it could be `{}`"),
    ("^refused$", "path segment|path value", "contract", "a path value that is empty or leaves its segment is refused"),
    ("^refused$", "fits none of .*(type|role): required, but missing", "contract", "the property that a discriminator names is required"),
    ("^body not compared$", "multipart body that is not an object", "document", "a multipart/form-data body that is a list has no names"),
    ("^refused$", r"fits none of .*\[\{'text'", "contract", "the property that a discriminator names is required"),
    ("^refused$", r"expected \"(in|code)\", got", "document", "`const` is no keyword of OpenAPI 3.0: mcpgen keeps to it all the same"),
    ("^refused$", "required, and null was given", "document", "a path parameter admits null, which no path can hold"),
    ("^invalid, so", "^query .*InvalidParameter", "validator", "openapi-core reads one value where a list stands under anyOf"),
    ("^left out$", "header (authorization|content-type|accept)", "contract", "OpenAPI ignores this header parameter"),
    ("^left out$", "header (api_key|x-nomad-token)", "contract", "a credential's header is no argument"),
    ("^invalid", "EmptyQueryParameterValue", "validator", "openapi-core takes an empty query value for a missing one"),
    ("^invalid$", r"^path .*(Missing|dictionary update).*/matrix/.*;\w+(/|;| )", "validator", "openapi-core does not read an empty matrix value"),
    ("^invalid, so", "^body multipart/", "validator", "openapi-core does not cast the parts of a multipart body: bytes are no string to it"),
    ("^invalid, so", "^body (application/(octet-stream|json-patch|x-tar|ndjson)|image/)", "validator", "openapi-core does not read this media type: bytes are no string to it"),
    ("^invalid, so", "^body application/x-www-form-urlencoded.*is a required property", "contract", "an empty list has no form: nothing is sent"),
    ("^invalid, so", "^body application/json.*is a required property", "validator", "openapi-core wants properties that are read-only"),
    ("^invalid, so", "^body application/json.*None is not of type", "document", "`nullable` in 3.1, or beside `$ref` and `allOf`: mcpgen and schemathesis take it to admit null"),
    ("^invalid, so", "^body application/([^ ]*[+])?json ", "validator", "the JSON is what was generated: openapi-core and schemathesis part on its schema (oneOf, discriminator, nullable)"),
    ("^invalid, so", "^(path|header|cookie|query) .*DeserializeError", "validator", "openapi-core splits what a style has joined at delimiters of nested values too"),
    ("^invalid, so", "^path (array|object) .*Missing", "validator", "openapi-core does not read an empty matrix value"),
    ("^invalid, so", "^path .*Missing", "document", "`type: int` is none: openapi-core reads no value of it"),
]


def reason(kind, detail, label, case):
    """Whose doing a finding is (ours, contract, document, generator, validator), and why."""
    for wanted, pattern, owner, why in RULES:
        if re.search(wanted, kind) and re.search(pattern, detail, re.DOTALL):
            return owner, why
    if kind.startswith("invalid, so") and detail.startswith("body "):
        return "validator", "refuses both: " + detail.split(" | ")[0] + " " + detail.split(" | ")[1].split(":")[0].split(" < ")[-1]
    if kind.startswith("invalid, so"):
        return "validator", "refuses both: " + " < ".join(detail.split(" | ")[1].split(":")[0].split(" < ")[-2:])
    return "ours", kind
