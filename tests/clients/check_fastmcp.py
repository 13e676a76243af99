"""The fastmcp client lists, reads and calls, and asks its user, over stdio and HTTP."""
import asyncio
import json

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
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


async def check_confirmation(stub, transport):
    """A user who says yes to one book and no to the others, and a client that has no way to ask."""
    stub.requests.clear()
    asked = []

    async def user(message, response_type, params, context):
        asked.append(message)
        return ElicitResult(action="accept" if "bookId: 7" in message else "decline")

    async with Client(transport, timeout=60, elicitation_handler=user) as client:
        same("no destruction", (await client.call_tool("addBook", {"title": "Tides", "authors": []})).is_error, False)
        same("accepted", (await client.call_tool("removeBook", {"bookId": 7})).is_error, False)
        declined = await client.call_tool("removeBook", {"bookId": 8}, raise_on_error=False)
        same("declined", (declined.is_error, "nothing was sent" in declined.content[0].text), (True, True))
    same("questions", asked, [
        f"Allow the call of removeBook (Remove a book)?\nDELETE /books/{book}\nbookId: {book}" for book in (7, 8)
    ])
    async with Client(transport, timeout=60) as client:
        try:
            refused = (await client.call_tool("removeBook", {"bookId": 7}, raise_on_error=False)).content[0].text
        except Exception as error:  # a revision that has an error of its own for it
            refused = str(error)
        same("refused", "cannot ask" in refused, True)
    same("requests", [request[:2] for request in stub.requests], [("POST", "/books"), ("DELETE", "/books/7")])


async def main():
    stub = Stub()
    command, *arguments = stub.command()
    await check(stub, StdioTransport(command=command, args=arguments))
    await check_confirmation(stub, StdioTransport(command=command, args=[*arguments, "--confirm", "destructive"], keep_alive=False))
    done("fastmcp", "stdio")
    for sessions in ("on", "off"):
        with stub.http("--sessions", sessions) as url:
            await check(stub, url)
        done("fastmcp", f"HTTP, sessions {sessions}")
    with stub.http("--confirm", "destructive") as url:
        await check_confirmation(stub, url)
    done("fastmcp", "HTTP, confirming")


asyncio.run(main())
