"""The fastmcp client lists, reads and calls, over stdio and HTTP."""
import asyncio
import json

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from serving import BOOK, RESOURCES, TEMPLATES, TOOLS, Stub, done, same


async def check(stub, transport):
    stub.requests.clear()
    async with Client(transport, timeout=60) as client:
        same("tools", {tool.name for tool in await client.list_tools()}, TOOLS)
        same("resources", {str(entry.uri) for entry in await client.list_resources()}, RESOURCES)
        same("templates", {entry.uri_template for entry in await client.list_resource_templates()}, TEMPLATES)

        contents = await client.read_resource("api://town-library/books/9007199254740993")
        same("a book", json.loads(contents[0].text), BOOK)

        result = await client.call_tool("addBook", {"title": "Tides", "authors": ["A. Moon"]})
        same("structured content", result.structured_content, BOOK)
        await client.call_tool("removeBook", {"bookId": 7})
        result = await client.call_tool("removeBook", {}, raise_on_error=False)
        same("isError", bool(result.is_error), True)
    same("requests", stub.requests, [
        ("GET", "/books/9007199254740993", None),
        ("POST", "/books", {"title": "Tides", "authors": ["A. Moon"]}),
        ("DELETE", "/books/7", None),
    ])


async def main():
    stub = Stub()
    command, *arguments = stub.command()
    await check(stub, StdioTransport(command=command, args=arguments))
    done("fastmcp", "stdio")
    for sessions in ("on", "off"):
        with stub.http("--sessions", sessions) as url:
            await check(stub, url)
        done("fastmcp", f"HTTP, sessions {sessions}")


asyncio.run(main())
