"""A program with an API key: it mirrors records of another system, and may be started again at any point."""

import time

from countersign import Client, Forbidden, Unauthenticated, api
from countersign.models import Batch, NewAccount, NewApiKey, Row
from setting import BASE_URL, signed_in

ada = signed_in("ada")
made = ada.send(api.create_api_key(NewApiKey(name="erp mirror", scopes=["crm:accounts:read", "crm:accounts:write"])))
machine = Client(BASE_URL, api_key=made.key)  # the key is shown once

run = str(time.time_ns())
record = api.put_account_by_external_id("erp", f"4711-{run}", NewAccount(name=f"Mirrored {run}", country="DE"))
first, again = machine.answer(record), machine.answer(record)
assert (first.status, again.status) == (201, 200)  # the same record
assert again.data.id == first.data.id

# Many at once, under a key of one's own: after a crash the same call gives the same answer and writes nothing again.
rows = [Row(op="create", data={"name": f"Batch {run} {at}"}) for at in range(3)]
batch = api.batch_accounts(Batch(rows=rows))
machine.send(batch, idempotency_key=f"erp-{run}")
assert machine.answer(batch, idempotency_key=f"erp-{run}").replayed

# A key does what its scopes say, and nothing else.
try:
    machine.send(api.list_requests())
    raise AssertionError("a scope is missing")
except Forbidden as problem:
    assert problem.kind == "missing_scope"
ada.send(api.delete_api_key(made.id))
try:
    machine.send(api.list_accounts())
    raise AssertionError("the key is revoked")
except Unauthenticated:
    print("mirrored, and the key is revoked")
