// Submit a request; show every fault at its field.

import assert from "node:assert/strict";
import { isProblem } from "@countersign/client";
import { signedIn } from "./setting.js";

const hal = await signedIn("hal");
const form: Record<string, unknown> = { amount: { amount: "12.345", currency: "EUR" }, category: "travels", spent_on: "2026-11-02" };
try {
  await hal.post("/v1/requests", { body: { workflow: "expense", form } });
  assert.fail("it is refused");
} catch (error) {
  if (!isProblem(error, "invalid")) throw error;
  for (const fault of error.errors) console.log(`${fault.pointer}: ${fault.detail}`);
  for (const field of ["purpose", "amount", "category"]) assert.ok(error.at(`/form/${field}`).length > 0, field);
}

Object.assign(form, { purpose: "Taxi", amount: { amount: "12.34", currency: "EUR" }, category: "travel" });
const seen = await hal.validate("post", "/v1/requests", { body: { workflow: "expense", form } }); // writes nothing
console.log(`It would be ${seen.status}.`);
const request = await hal.post("/v1/requests", { body: { workflow: "expense", form } });
console.log(`${request.number} is ${request.status}: ${request.summary}`);
assert.equal(request.status, "approved"); // by rule, because it is under 500
for await (const entry of hal.list("/v1/requests/{id}/history", { path: { id: request.id } })) console.log(`- ${entry.text}`);
