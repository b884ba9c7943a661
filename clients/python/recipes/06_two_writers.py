"""Change an account without undoing what a colleague changes in the same minute."""

import time

from countersign import VersionMoved, api
from countersign.models import AccountEdit, NewAccount
from setting import signed_in

ann, bo = signed_in("ann"), signed_in("bo")
account = ann.send(api.create_account(NewAccount(name=f"Two writers {time.time()}")))

# With what was read: say so when it has moved.
shown = ann.send(api.get_account(account.id))
bo.send(api.update_account(account.id, AccountEdit(country="DE")), if_match=shown)
try:
    ann.send(api.update_account(account.id, AccountEdit(domain="two.example")), if_match=shown)
    raise AssertionError("it has moved")
except VersionMoved:
    print("Someone changed it meanwhile.")

# Say what follows from what is there; it is read again until nobody else was faster.
after = ann.update(
    api.get_account(account.id),
    lambda now: api.update_account(now.id, AccountEdit(domain=f"two.{(now.country or 'none').lower()}.example")),
)
assert (after.domain, after.country) == ("two.de.example", "DE")
