"""Where the recipes find a demo server, and who signs in there."""

import os

from countersign import Client

BASE_URL = os.environ.get("COUNTERSIGN_URL", "http://127.0.0.1:8080")


def signed_in(name: str) -> Client:
    """A client of someone of the sample company, by first name."""
    client = Client(BASE_URL)
    client.sign_in(f"{name}@acme.example", "countersign-demo")
    return client
