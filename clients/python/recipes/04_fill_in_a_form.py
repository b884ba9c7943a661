"""Read the form of a workflow, and ask what is required while it is filled in."""

from typing import Any

from countersign import api
from countersign.models import FormSoFar
from setting import signed_in

hal = signed_in("hal")
schema = hal.send(api.get_workflow_form("leave"))
for name in schema["x-order"]:
    field = schema["properties"][name]
    print(f"{name}: {field['title']} ({field['x-widget']})")


def required(form: dict[str, Any]) -> set[str]:
    state = hal.send(api.check_workflow_form("leave", FormSoFar(form=form)))
    return {field.pointer for field in state.fields if field.shown and field.required}


assert "/form/reason" not in required({"kind": "annual"})
assert "/form/reason" in required({"kind": "unpaid"})
