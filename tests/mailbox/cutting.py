"""A line to an IMAP server that is cut at a command, before or after the server has heard it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CutLine:
    """Passes on one connection after another and counts what the client says."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_at = 0  #: The line is cut at the n-th command; 0: never.
        self.is_heard = False  #: The server hears that command; its answer is lost.
        self.said = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self.said = 0
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()
                self._forth(client, server)

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while line := client.recv(65_536):
                self.said += 1
                if self.said == self.cut_at:
                    if self.is_heard:
                        with suppress(OSError):
                            client.shutdown(socket.SHUT_WR)
                        server.sendall(line)
                        server.settimeout(1)
                        with suppress(OSError):
                            server.recv(1)  # It has begun to answer, so it has done it.
                    break
                server.sendall(line)
        for each in (client, server):
            each.close()

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(65_536):
                client.sendall(answer)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_line(port: int) -> Iterator[CutLine]:
    """Give a line to the server at this port."""
    line = CutLine(port)
    try:
        yield line
    finally:
        line.close()
