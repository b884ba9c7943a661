// A program with an API key: it mirrors records of another system, and may be started again at any point.

import assert from "node:assert/strict";
import { Countersign, isProblem } from "@countersign/client";
import { baseUrl, signedIn } from "./setting.js";

const ada = await signedIn("ada");
const made = await ada.post("/v1/api-keys", { body: { name: "erp mirror", scopes: ["crm:accounts:read", "crm:accounts:write"] } });
const machine = new Countersign({ baseUrl, apiKey: made.key ?? "" }); // the key is shown once

const run = `${Date.now()}`;
const record = { path: { source: "erp", external_id: `4711-${run}` }, body: { name: `Mirrored ${run}`, country: "DE" } };
const first = await machine.request("put", "/v1/accounts/by/{source}/{external_id}", record);
const again = await machine.request("put", "/v1/accounts/by/{source}/{external_id}", record);
assert.equal(first.status, 201);
assert.equal(again.status, 200); // the same record
assert.equal(again.data.id, first.data.id);

// Many at once, under a key of one's own: after a crash the same call gives the same answer and writes nothing again.
const batch = { idempotencyKey: `erp-${run}`, body: { rows: [1, 2, 3].map((at) => ({ op: "create" as const, data: { name: `Batch ${run} ${at}` } })) } };
await machine.post("/v1/accounts/batch", batch);
assert.ok((await machine.request("post", "/v1/accounts/batch", batch)).replayed);

// A key does what its scopes say, and nothing else.
await assert.rejects(machine.get("/v1/requests"), (error) => isProblem(error, "missing_scope"));
await ada.delete("/v1/api-keys/{id}", { path: { id: made.id } });
await assert.rejects(machine.get("/v1/accounts"), (error) => isProblem(error, "unauthenticated"));
console.log("mirrored, and the key is revoked");
