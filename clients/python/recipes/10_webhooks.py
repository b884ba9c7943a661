"""Receive webhooks: verify each delivery, act once, answer soon. The server must be allowed to call this machine:
countersign demo --allow-egress 127.0.0.0/8
"""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from countersign import WebhookError, api, verify_webhook
from countersign.models import AccountEdit, Event, NewAccount, NewWebhook
from setting import signed_in

secrets: list[str] = []  # two while one follows the other
heard: dict[str, Event] = {}  # a real receiver keeps the ids with its effect, in one transaction


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            event = verify_webhook(body, dict(self.headers.items()), secrets)
        except WebhookError as error:
            self.send_response(401, error.reason)
        else:
            heard.setdefault(event.id, event)
            self.send_response(204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def until(ready: Callable[[], bool]) -> None:
    for _ in range(200):
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError("nothing was delivered")


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/hook"

ada = signed_in("ada")
endpoint = ada.send(api.create_webhook(NewWebhook(url=address, event_types=["crm.account.*"], payload="full")))
assert endpoint.secret
secrets.append(endpoint.secret)  # shown once
account = ada.send(api.create_account(NewAccount(name=f"Heard of {time.time()}")))
until(lambda: any(event.subject == account.id for event in heard.values()))
print(f"verified {next(iter(heard.values())).type}")

# A new secret signs beside the old one for a day: add it, then take the old one away.
rotated = ada.send(api.rotate_webhook_secret(endpoint.id))
assert rotated.secret
secrets.insert(0, rotated.secret)
ada.send(api.update_account(account.id, AccountEdit(country="DE")), if_match=account)
until(lambda: any(event.type == "crm.account.updated" for event in heard.values()))

forged = httpx.post(address, content=b"{}", headers={"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AA=="})
assert forged.status_code == 401
ada.send(api.delete_webhook(endpoint.id), if_match="*")
server.shutdown()
