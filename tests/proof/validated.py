"""Requests as openapi-core reads them, parameter by parameter and the body: decoded, cast, validated."""
import re
import warnings
from urllib.parse import parse_qsl, unquote

from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.request.validators import V30RequestValidator, V31RequestValidator, V32RequestValidator
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.http import parse_cookie

VALIDATORS = {"3.0": V30RequestValidator, "3.1": V31RequestValidator, "3.2": V32RequestValidator}


class Absent(Exception):
    """The parameter is not in the request."""


class Validator:
    """openapi-core for one description; none for Swagger 2.0, which it does not read."""

    @staticmethod
    def of(description):
        version = VALIDATORS.get(str(description.get("openapi", ""))[:3])
        return version and Validator(description, version)

    def __init__(self, description, version):
        self.spec = SchemaPath.from_dict(description)
        self.validator = version(self.spec)

    def read(self, method, template, path, query, headers, body):
        """The values by (in, name), `("body", "")` for the body; an exception where it finds one wrong."""
        operation = self.spec / "paths" / template / method.lower()
        item = self.spec / "paths" / template
        headers = Headers([(key, value.encode("latin-1").decode("utf-8", "replace")) for key, value in headers])
        expressions = re.findall(r"{([^{}]*)}", template.split("?")[0])
        pattern = re.sub(r"\\{[^{}]*\\}", "(.*?)", re.escape(template.split("?")[0].split("#")[0]))
        found = re.fullmatch(pattern, path)
        variables = {}
        for name, value in zip(expressions, found.groups() if found else (), strict=False):
            value = unquote(value)
            variables |= {f"{before}{name}{after}": value for before in ("", ".", ";") for after in ("", "*")}
        parameters = RequestParameters(
            path=variables, query=ImmutableMultiDict(parse_qsl(query, keep_blank_values=True)), header=headers,
            cookie=ImmutableMultiDict(parse_cookie(headers.get("cookie"))),
        )
        read = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            declared = {}
            for place in (item, operation):
                if "parameters" in place:
                    for parameter in place / "parameters":
                        declared[(parameter / "in").read_str(), (parameter / "name").read_str()] = parameter
            for key, parameter in declared.items():
                read[key] = self.attempt(lambda: self.validator._get_parameter(parameters, parameter))
            if "requestBody" in operation and body:
                read["body", ""] = self.attempt(lambda: self.validator._get_body(body, headers.get("content-type"), operation))
        return read

    @staticmethod
    def attempt(read):
        try:
            return read()
        except RecursionError as error:
            return Unread(error)
        except Exception as error:  # noqa: BLE001 whatever it is, it is the finding
            return Unread(error)


class Unread:
    """Why a value was not read."""

    def __init__(self, error):
        causes, names = error, []
        while causes is not None:
            names.append(type(causes).__name__)
            last, causes = causes, causes.__cause__
        self.kind = " < ".join(dict.fromkeys(names))
        self.missing = names[0] in ("MissingParameter", "MissingRequiredParameter", "MissingRequestBody")
        detail = getattr(last, "schema_errors", None) or [last]
        self.text = "; ".join((str(one).splitlines() or [""])[0] for one in list(detail)[:2])[:300]

    def __repr__(self):
        return f"{self.kind}: {self.text}"
