"""The fastmcp client lists all of GitHub's API and calls operations with path, query and body arguments.

usage: check_github.py DESCRIPTION [FLAG...]; tells what the start took, so run it on a release build for a figure
"""
import asyncio
import json
import sys
import time

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from serving import Stub, done, same

DESCRIPTION = sys.argv[1]
# tool, arguments, the request that has to arrive
CALLS = [
    ("repos_get", {"owner": "a b", "repo": "r"}, ("GET", "/repos/a%20b/r", None)),
    ("issues_list-for-repo", {"owner": "o", "repo": "r", "state": "open", "labels": "bug,help wanted", "per_page": 5},
     ("GET", "/repos/o/r/issues?state=open&labels=bug%2Chelp%20wanted&per_page=5", None)),
    ("search_code", {"q": "repo:o/r language:rust"}, ("GET", "/search/code?q=repo%3Ao%2Fr%20language%3Arust", None)),
    ("issues_create", {"owner": "o", "repo": "r", "title": "It leaks", "body": "é", "labels": ["bug"]},
     ("POST", "/repos/o/r/issues", {"title": "It leaks", "body": "é", "labels": ["bug"]})),
    ("issues_update-label", {"owner": "o", "repo": "r", "name": "good first/issue", "new_name": "starter"},
     ("PATCH", "/repos/o/r/labels/good%20first%2Fissue", {"new_name": "starter"})),
]


async def check(stub, transport, mapping):
    started = time.perf_counter()
    async with Client(transport, timeout=120) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
        elapsed = (time.perf_counter() - started) * 1000
        resources, templates = await client.list_resources(), await client.list_resource_templates()
        size = sum(len(json.dumps(tool.model_dump(mode="json", by_alias=True, exclude_none=True))) for tool in tools.values())
        print(f"{mapping}: {len(tools)} tools ({size // 1024} KiB), {len(resources)} resources, {len(templates)} templates, "
              f"{elapsed:.0f} ms to the first list, as the client sees it", file=sys.stderr)
        if len(tools) + len(templates) < 1000:
            raise SystemExit("that is not all of it")
        for name, arguments, request in CALLS:
            if name not in tools:
                same(f"{name} is a template instead", name in {entry.name for entry in templates}, True)
                continue
            stub.requests.clear()
            result = await client.call_tool(name, arguments, raise_on_error=False)
            same(f"isError of {name}", (bool(result.is_error), result.content[0].text if result.is_error else ""), (False, ""))
            same(name, stub.requests, [request])
        if mapping == "semantic":
            stub.requests.clear()
            await client.read_resource(next(str(entry.uri) for entry in resources if entry.name == "meta_get"))
            template = next(entry.uri_template for entry in templates if entry.name == "repos_get")
            await client.read_resource(template.replace("{owner}", "a%20b").replace("{repo}", "r").split("{")[0])
            same("reads", stub.requests, [("GET", "/meta", None), CALLS[0][2]])


async def main():
    stub = Stub()
    for mapping in ("tools", "semantic"):
        flags = ["--map", mapping, *sys.argv[2:]]
        command, *arguments = stub.command(*flags, description=DESCRIPTION)
        await check(stub, StdioTransport(command=command, args=arguments), mapping)
        done(f"fastmcp, GitHub's API as {mapping},", "stdio")
        with stub.http(*flags, description=DESCRIPTION) as url:
            await check(stub, url, mapping)
        done(f"fastmcp, GitHub's API as {mapping},", "HTTP")


asyncio.run(main())
