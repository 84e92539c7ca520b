"""A way to a server that breaks: what is between a database and Alliance, and lets so much through.

It passes bytes both ways, real ones of a real server, until ``limit`` bytes of its answers; then
it closes both ends, or keeps them open and is silent.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def broken_way(port: int, limit: int) -> Iterator[int]:
    """The port of a way to ``port`` of this machine that breaks after so many bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=_serve, args=(listener, port, limit), daemon=True)
        server.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.join()


def _serve(listener: socket.socket, port: int, limit: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the end of the test
            return
        server = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=_pass, args=(client, server, None), daemon=True).start()
        threading.Thread(target=_pass, args=(server, client, limit), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    """Pass bytes on, at most ``limit`` of them, and then close both ends."""
    passed = 0
    try:
        while content := source.recv(65_536):
            kept = content if limit is None else content[: limit - passed]
            target.sendall(kept)
            passed += len(kept)
            if passed == limit:
                break
    except OSError:  # the other direction closed them
        pass
    for end in (source, target):
        with_both_ways = socket.SHUT_RDWR
        try:
            end.shutdown(with_both_ways)
        except OSError:
            continue
