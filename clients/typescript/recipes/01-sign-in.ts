// Sign in, stay signed in after a restart, and sign out.

import assert from "node:assert/strict";
import { Countersign, isProblem, type Tokens } from "@countersign/client";
import { baseUrl } from "./setting.js";

let kept: Tokens | undefined; // a page keeps them where only it can read them
const client = new Countersign({ baseUrl, onTokens: (tokens) => (kept = tokens) });
await client.signIn({ email: "hal@acme.example", password: "countersign-demo" });
const me = await client.get("/v1/me");
console.log(`${me.name} works for ${me.tenant.name} and may ${me.scopes.length} things`);

// After a restart. Tokens are refreshed when they end; `onTokens` hears of the new ones.
const again = new Countersign({ baseUrl, tokens: kept, onTokens: (tokens) => (kept = tokens) });
assert.equal((await again.get("/v1/me")).id, me.id);

await again.signOut();
assert.equal(kept, undefined); // show the sign-in page
await assert.rejects(again.get("/v1/me"), (error) => isProblem(error, "unauthenticated"));
