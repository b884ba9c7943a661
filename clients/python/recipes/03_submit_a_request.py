"""Submit a request; show every fault at its field."""

from countersign import Invalid, api
from countersign.models import NewRequest
from setting import signed_in

hal = signed_in("hal")
form = {"amount": {"amount": "12.345", "currency": "EUR"}, "category": "travels", "spent_on": "2026-11-02"}
try:
    hal.send(api.create_request(NewRequest(workflow="expense", form=form)))
    raise AssertionError("it is refused")
except Invalid as problem:
    for fault in problem.errors:
        print(f"{fault.pointer}: {fault.detail}")
    assert all(problem.at(f"/form/{field}") for field in ("purpose", "amount", "category"))

form |= {"purpose": "Taxi", "amount": {"amount": "12.34", "currency": "EUR"}, "category": "travel"}
call = api.create_request(NewRequest(workflow="expense", form=form))
print(f"It would be {hal.validate(call).status}.")  # writes nothing
request = hal.send(call)
print(f"{request.number} is {request.status}: {request.summary}")
assert request.status == "approved"  # by rule, because it is under 500
for entry in hal.each(api.get_request_history(request.id)):
    print(f"- {entry.text}")
