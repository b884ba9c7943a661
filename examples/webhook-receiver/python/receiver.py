"""A webhook receiver: verifies each delivery, and prints what happened.

Usage: WEBHOOK_SECRET=whsec_… python3 receiver.py [PORT]
"""

import http.server
import os
import sys

from countersign import WebhookError, verify_webhook

secret = os.environ["WEBHOOK_SECRET"]
seen = set()  # a real receiver keeps this with its effect, in one transaction


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            event = verify_webhook(body, dict(self.headers.items()), secret)
        except WebhookError as error:
            print(f"refused: {error}", flush=True)
            self.answer(401)
            return
        again = " (again)" if event.id in seen else ""
        seen.add(event.id)
        print(f"verified {event.type} {event.subject}{again}", flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    print(f"listening on 127.0.0.1:{port}", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
