"""What waits for me, why, and what I may do about it; then one decision, and several in one call."""

from countersign import api
from countersign.models import Approval, NewRequest, TaskBatch, TaskBatchRow, UserView
from setting import signed_in

hal, ivy = signed_in("hal"), signed_in("ivy")
asked = set()
for reason, start, end in (
    ("Skiing", "2030-03-04", "2030-03-08"),
    ("More skiing", "2030-03-11", "2030-03-15"),
    ("Resting", "2030-03-18", "2030-03-22"),
):
    dates = {"start": start, "end": end}
    request = NewRequest(workflow="leave", form={"kind": "annual", "dates": dates, "reason": reason})
    asked.add(hal.send(api.create_request(request)).id)

mine = []
for task in ivy.each(api.list_tasks(assignee="me", status="open", expand=["requester"])):
    requester = task.requester.name if isinstance(task.requester, UserView) else task.requester
    print(f"{task.summary}, from {requester}: {task.why} You may {', '.join(task.allowed)}.")
    if task.request in asked:
        mine.append(task)

first, *others = mine
decided = ivy.send(api.approve_task(first.id, Approval(comment="Enjoy.")), if_match=first)
print(f"The request is {decided.request_status}.")

# Each row by itself: one that fails says why, and the others count.
rows = [TaskBatchRow(op="reject", id=task.id, data={"comment": "One is enough."}) for task in others]
answer = ivy.send(api.batch_tasks(TaskBatch(atomic=False, rows=rows)))
assert [row.status for row in answer.data] == [200, 200]
