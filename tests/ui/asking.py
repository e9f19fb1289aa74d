"""Asking an ASGI app over HTTP without a server."""

import httpx

from tests.coroutines import finish


class Client:
    """Asks one app; what it answers is an ``httpx.Response``."""

    def __init__(self, app):
        self._app = app

    def get(self, address: str, **options) -> httpx.Response:
        return self.ask("GET", address, **options)

    def ask(self, method: str, address: str, **options) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
                return await client.request(method, address, **options)

        return finish(once())
