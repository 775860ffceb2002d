"""The HTTP server that an application runs in."""

import gc
import socket
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI


def run(application: FastAPI, listeners: Sequence[socket.socket]) -> None:
    """Serve an application until the process is told to end."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application heeds them itself, where they matter
    )
    # What is there now stays: to look at it again costs a tenth of a second each time, which a
    # request would wait for.
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=list(listeners))
