// What waits for me, why, and what I may do about it; then one decision, and several in one call.

import assert from "node:assert/strict";
import { signedIn } from "./setting.js";

const [hal, ivy] = [await signedIn("hal"), await signedIn("ivy")];
const ask = (reason: string, start: string, end: string) => hal.post("/v1/requests", { body: { workflow: "leave", form: { kind: "annual", dates: { start, end }, reason } } });
const asked = [
  await ask("Skiing", "2029-03-05", "2029-03-09"),
  await ask("More skiing", "2029-03-12", "2029-03-16"),
  await ask("Resting", "2029-03-19", "2029-03-23"),
];

const mine = [];
for await (const task of ivy.list("/v1/tasks", { query: { assignee: "me", status: "open", expand: ["requester"] } })) {
  const requester = typeof task.requester === "object" ? task.requester?.name : task.requester;
  console.log(`${task.summary}, from ${requester}: ${task.why} You may ${task.allowed.join(", ")}.`);
  mine.push(task);
}
const [first, ...others] = mine.filter((task) => asked.some((request) => request.id === task.request));
assert.ok(first);

const decided = await ivy.post("/v1/tasks/{id}/approve", { path: { id: first.id }, ifMatch: first, body: { comment: "Enjoy." } });
console.log(`The request is ${decided.request_status}.`);

// Each row by itself: one that fails says why, and the others count.
const rows = others.map((task) => ({ op: "reject" as const, id: task.id, data: { comment: "One is enough." } }));
const answer = await ivy.post("/v1/tasks/batch", { body: { atomic: false, rows } });
assert.deepEqual(answer.data.map((row) => row.status), [200, 200]);
