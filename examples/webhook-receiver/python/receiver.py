"""A webhook receiver in Python, with the standard library alone: verifies each delivery, and prints what happened.

Usage: WEBHOOK_SECRET=whsec_… python3 receiver.py [PORT]        (several secrets: with a blank between them)
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

TOLERANCE_S = 300
BODY_BYTES_MAX = 4 << 20
secrets = [base64.b64decode(secret.removeprefix("whsec_")) for secret in os.environ["WEBHOOK_SECRET"].split()]
seen = set()  # a real receiver keeps this with its effect, in one transaction


def fault(headers, body):
    """Why a delivery is not to be trusted; None if it is. `body` are the bytes as they came."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return "no id or time"
    if abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return "signed too long ago, or in the future"
    message = f"{id}.{timestamp}.".encode() + body
    wanted = ["v1," + base64.b64encode(hmac.digest(secret, message, hashlib.sha256)).decode() for secret in secrets]
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted):
        return "no signature fits"
    return None


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > BODY_BYTES_MAX:
            return self.answer(413)
        body = self.rfile.read(length)
        if why := fault(self.headers, body):
            print(f"refused: {why}", flush=True)
            return self.answer(401)
        id = self.headers["webhook-id"]
        if id in seen:
            print(f"again {id}", flush=True)
            return self.answer(204)
        seen.add(id)
        event = json.loads(body)
        print(f"verified {event['type']} {event['subject']}", flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.serve_forever()
