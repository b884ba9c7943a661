// Hear what happens, live; after a restart go on where you were.

import assert from "node:assert/strict";
import { signedIn } from "./setting.js";

const ann = await signedIn("ann");
const deals = [];
for await (const deal of ann.list("/v1/deals", { query: { owner: "me", status: "open" } })) deals.push(deal);
const [one, two] = deals;
assert.ok(one && two, "the demo has open deals of Ann's");

const type = ["crm.deal.stage_changed", "crm.deal.updated"];
let cursor = (await ann.get("/v1/events", { query: { type, after: "now" } })).next_cursor; // keep it with what you do about each event
const hear = async (subject: string) => {
  for await (const received of ann.events({ type, cursor })) {
    const { event } = received;
    cursor = received.cursor;
    // TypeScript knows what an event of this type holds; types that are newer than this client fall through.
    if (event.type === "crm.deal.updated") console.log(`${event.subject}: ${event.data.changed_fields?.join(", ")} changed`);
    if (event.subject === subject) return;
  }
};

const heard = hear(one.id);
await ann.update("/v1/deals/{id}", { path: { id: one.id } }, (deal) => ({ probability: (deal.probability + 1) % 100 }));
await heard;

// Nobody listens now.
await ann.update("/v1/deals/{id}", { path: { id: two.id } }, (deal) => ({ probability: (deal.probability + 1) % 100 }));
await hear(two.id);
