// Change a deal without undoing what a colleague changes in the same minute.

import assert from "node:assert/strict";
import { isProblem } from "@countersign/client";
import { signedIn } from "./setting.js";

const [ann, bo] = [await signedIn("ann"), await signedIn("bo")];
const account = await ann.post("/v1/accounts", { body: { name: `Two writers ${Date.now()}` } });
const path = { id: account.id };

// In a form: send the version that it shows, and say so when it has moved.
const shown = await ann.get("/v1/accounts/{id}", { path });
await bo.patch("/v1/accounts/{id}", { path, ifMatch: shown, body: { country: "DE" } });
try {
  await ann.patch("/v1/accounts/{id}", { path, ifMatch: shown, body: { domain: "two.example" } });
  assert.fail("it has moved");
} catch (error) {
  if (!isProblem(error, "version_moved")) throw error;
  console.log("Someone changed it meanwhile: show both, and ask.");
}

// In a program: say what follows from what is there; it is read again until nobody else was faster.
const after = await ann.update("/v1/accounts/{id}", { path }, (now) => ({ domain: `two.${now.country?.toLowerCase()}.example` }));
assert.equal(after.domain, "two.de.example");
assert.equal(after.country, "DE");
