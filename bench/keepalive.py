"""Asking over HTTP/1.1 on a connection that is kept, with as little of the processor as Python can."""

import asyncio
from dataclasses import dataclass

LIMIT = 2**24
"""Bytes that a head or an answer may have."""


@dataclass(frozen=True)
class Told:
    """An answer: its status, its headers by name in small letters, and its body as it came."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Asker:
    """One connection to a server on this machine, opened when first asked and again where it was closed."""

    def __init__(self, port: int):
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, headers: str = "") -> Told:
        """The answer to a GET; `headers` are lines that end in CRLF. Raises OSError, EOFError, ValueError."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=LIMIT)
        reader, writer = self._streams
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
            return await _told(reader)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _told(reader: asyncio.StreamReader) -> Told:
    first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    status = int(first.split(b" ", 2)[1])
    if b"content-length" in headers:
        return Told(status, headers, await reader.readexactly(int(headers[b"content-length"])))
    return Told(status, headers, b"" if status == 304 else await _chunks(reader))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)
