"""Arguments that schemathesis generates from a description's schemas, and the requests that it sends for them itself.

Schemathesis gives values as it sends them. Here they are kept as the schema has them, and written afterwards by its own
serializers: an encoder of the same values that is not ours.
"""
import copy
import json
import re
import signal
import warnings

import hypothesis
import hypothesis.errors
import hypothesis.strategies
import schemathesis
import schemathesis.specs.openapi._hypothesis as drawing
import schemathesis.specs.openapi.adapter.parameters as parameters
from hypothesis import HealthCheck, Phase
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SanitizationConfig, SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.core.transport import prepare_urlencoded
from schemathesis.generation import GenerationMode
from schemathesis.openapi.loaders import from_dict
from schemathesis.transport.prepare import prepare_request
from schemathesis.transport.requests import REQUESTS_TRANSPORT

PLACES = {
    "path": (ParameterLocation.PATH, "path_parameters"),
    "query": (ParameterLocation.QUERY, "query"),
    "header": (ParameterLocation.HEADER, "headers"),
    "cookie": (ParameterLocation.COOKIE, "cookies"),
}
serialize_for_location = parameters._serialize_for_location
quote_all = drawing.quote_all
DOT = "__dot__"
_candidates = drawing._body_candidates


class NotSent(Exception):
    """Schemathesis sends no such value."""


class Now:
    """A strategy in name: what is mapped over it is done at once."""

    def __init__(self, value):
        self.value = value

    def map(self, function):
        return Now(function(self.value))

    def filter(self, function):
        if not function(self.value):
            raise NotSent
        return self


def as_generated(strategy, *rest):
    """Leaves values as they are, without those that are not sent."""

    def is_sent(value):
        try:
            serialize_for_location(Now(copy.deepcopy(value)), *rest)
        except NotSent:
            return False
        return True

    return strategy.filter(is_sent)


def only(media_type):
    """Bodies of one media type, the one that mcpgen sends."""

    def candidates(items, mode):
        return [item for item in items if item.media_type == media_type] or items, mode

    return candidates


def repaired(node, numeric_bounds):
    """A description without what schemathesis does not read and mcpgen does; how many repairs there were."""
    if isinstance(node, list):
        pairs = [repaired(item, numeric_bounds) for item in node]
        return [item for item, _ in pairs], sum(count for _, count in pairs)
    if not isinstance(node, dict):
        return node, 0
    made, count = {}, 0
    for key, value in node.items():
        made[key], more = repaired(value, numeric_bounds)
        count += more
    is_schema = isinstance(made.get("type"), (str, list)) and "in" not in made and "schema" not in made
    if is_schema and made["type"] == "int":
        made["type"], count = "integer", count + 1
    if is_schema and isinstance(made.get("required"), bool):
        count += bool(made.pop("required")) or 1
    if is_schema and isinstance(made.get("examples"), dict) and not isinstance(made["examples"].get("type"), (str, list)):
        count += bool(made.pop("examples")) or 1
    for bound, keyword in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        # OpenAPI 3.0 and Swagger 2.0 have booleans here.
        if not numeric_bounds and is_schema and type(made.get(keyword)) in (int, float):
            made[bound], made[keyword], count = made[keyword], True, count + 1
    return made, count


def without_dots(description):
    """Path expressions without dots, which schemathesis takes for attributes; `shown` gives the name back."""
    if not any("." in name for path in description["paths"] for name in re.findall("{([^{}]*)}", path)):
        return description
    described = copy.deepcopy(description)
    described["paths"] = {re.sub("{[^{}]*}", lambda name: name[0].replace(".", DOT), path): item for path, item in described["paths"].items()}
    for item in described["paths"].values():
        for place in (item, *(each for each in item.values() if isinstance(each, dict))):
            for parameter in place.get("parameters", []):
                if parameter.get("in") == "path":
                    parameter["name"] = parameter["name"].replace(".", DOT)
    return described


def shown(name):
    """A name as the description has it."""
    return name.replace(DOT, ".")


def takes(media_type, kind):
    """Lets schemathesis send a media type that it does not know: bytes, or a JSON text a line."""
    if any(True for _ in REQUESTS_TRANSPORT.get_matching_media_types(media_type)):
        return
    if kind == "binary":
        schemathesis.serializer(media_type)(lambda context, value: {"data": value})
        schemathesis.openapi.media_type(media_type, hypothesis.strategies.binary(max_size=64))
    if kind == "json_lines":
        schemathesis.serializer(media_type)(lambda context, value: {"data": lines(value)})


def lines(value):
    """NDJSON."""
    return "".join(json.dumps(item) + "\n" for item in (value if isinstance(value, list) else [value])).encode()


parameters._serialize_for_location = as_generated
drawing.quote_all = lambda value: value
drawing._prepare_urlencoded_form = lambda value: value
drawing._is_valid_urlencoded_form = lambda value: True


def operations(description):
    """The operations of a description, what schemathesis cannot read, and how much had to be repaired for it."""
    described, repairs = repaired(without_dots(description), not str(description.get("openapi", "2")).startswith(("2", "3.0")))
    generation = GenerationConfig(modes=[GenerationMode.POSITIVE], allow_extra_parameters=False, with_security_parameters=False, allow_x00=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    read, failed = [], []
    for result in from_dict(described, config=config).get_all_operations():
        if isinstance(result, Ok):
            read.append(result.ok())
        else:
            failed.append(result.err())
    return read, failed, repairs


class TooLong(BaseException):
    """The time for an operation is over."""


def cases(operation, media_type, count, seed, seconds):
    """Cases of an operation, and why there are no more. The same seed gives the same ones, but for the time limit."""
    taken, problem = [], None
    drawing._body_candidates = only(media_type) if media_type else _candidates

    def over(*_):
        raise TooLong

    def keep(case):
        taken.append(case)

    settings = hypothesis.settings(
        max_examples=count, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )
    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = hypothesis.seed(seed)(settings(hypothesis.given(case=operation.as_strategy(GenerationMode.POSITIVE))(keep)))
            run()
    except TooLong:
        problem = None if taken else f"nothing was generated within {seconds} s"
    except (Exception, hypothesis.errors.HypothesisException) as error:
        problem = None if taken else f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return taken[:count], problem


def own_request(case, base_url):
    """The request that schemathesis sends for a case."""
    operation = case.operation
    written = {}
    for name, (location, container) in PLACES.items():
        value = copy.deepcopy(getattr(case, container))
        parameter_set = operation.get_parameter_set(location)
        if not parameter_set.items:
            continue
        schema = parameters.as_object_schema(parameter_set.get_schema_with_exclusions(()))
        serializer = operation.get_parameter_serializer(location)
        value = serialize_for_location(Now(dict(value)), location, False, serializer, schema, parameter_set.items).value
        written[container] = quote_all(value) if name == "path" else value
    body = case.body
    if body is not NOT_SET and case.media_type == "application/x-www-form-urlencoded":
        body = prepare_urlencoded(copy.deepcopy(body))
    again = operation.Case(media_type=case.media_type, body=body, multipart_content_types=case.multipart_content_types, **written)
    return prepare_request(again, {}, config=SanitizationConfig(enabled=False), base_url=base_url)
