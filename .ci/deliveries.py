"""What a receiver of webhooks must take and must refuse, sent to one that runs.

Usage: SECRET=whsec_… .ci/deliveries.py PORT LOG      (LOG: what the receiver prints)
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import sys
import time

PORT, LOG = int(sys.argv[1]), sys.argv[2]
SECRET = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
OTHER = bytes(32)


def signed(id, timestamp, body, secret=SECRET):
    return "v1," + base64.b64encode(hmac.digest(secret, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)).decode()


def send(id, timestamp, signature, body):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    headers = {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature, "content-type": "application/json"}
    connection.request("POST", "/hook", body, {name: str(value) for name, value in headers.items() if value is not None})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


now = int(time.time())
run = f"evt_trial{now}_{PORT}_"
body = json.dumps({"specversion": "1.0", "type": "crm.deal.won", "subject": "deal_1", "data": {"name": "Zürich – 合同"}}, separators=(",", ":"), ensure_ascii=False)
body = body.encode()
altered = body.replace(b"deal_1", b"deal_2")
right = signed(run + "1", now, body)
trials = [
    ("a delivery as it should be", 204, "verified crm.deal.won deal_1", run + "1", now, right, body),
    ("the same once more", 204, "again", run + "1", now, right, body),
    ("two signatures, the second of them right", 204, "verified", run + "2", now, signed(run + "2", now, body, OTHER) + " " + signed(run + "2", now, body), body),
    ("a signature of a later kind beside a right one", 204, "verified", run + "3", now, "v2,AAAA " + signed(run + "3", now, body), body),
    ("four minutes late", 204, "verified", run + "4", now - 240, signed(run + "4", now - 240, body), body),
    ("an altered body", 401, "refused", run + "5", now, signed(run + "5", now, body), altered),
    ("another secret", 401, "refused", run + "6", now, signed(run + "6", now, body, OTHER), body),
    ("another id", 401, "refused", run + "7", now, right, body),
    ("another time", 401, "refused", run + "1", now + 1, right, body),
    ("ten minutes old", 401, "refused", run + "8", now - 600, signed(run + "8", now - 600, body), body),
    ("ten minutes in the future", 401, "refused", run + "9", now + 600, signed(run + "9", now + 600, body), body),
    ("a time that is none", 401, "refused", run + "10", "soon", signed(run + "10", "soon", body), body),
    ("a time too large", 401, "refused", run + "11", "9" * 30, signed(run + "11", "9" * 30, body), body),
    ("no signature", 401, "refused", run + "12", now, None, body),
    ("an empty signature", 401, "refused", run + "13", now, "v1,", body),
    ("a signature of another kind", 401, "refused", run + "14", now, signed(run + "14", now, body).replace("v1,", "v2,"), body),
    ("a signature without its kind", 401, "refused", run + "15", now, signed(run + "15", now, body)[3:], body),
    ("no id", 401, "refused", None, now, signed("", now, body), body),
    ("half of a body", 401, "refused", run + "16", now, signed(run + "16", now, body), body[: len(body) // 2]),
]
wrong = 0
for what, status, word, *delivery in trials:
    before = open(LOG).read()
    answered = send(*delivery)
    for _ in range(50):
        said = open(LOG).read()[len(before) :]
        if said:
            break
        time.sleep(0.1)
    if answered != status or not said.startswith(word):
        print(f"{what}: answered {answered} and said {said.strip()!r}, not {status} and {word!r}")
        wrong += 1
sys.exit(1 if wrong else 0)
