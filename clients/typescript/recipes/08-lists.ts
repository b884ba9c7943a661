// Lists: conditions, order, expanded fields, sums, long filters, one page at a time.

import assert from "node:assert/strict";
import { idOf } from "@countersign/client";
import { signedIn } from "./setting.js";

const ann = await signedIn("ann");
const large = ann.list("/v1/deals", { query: { status: "open", amount: { gte: "50000" }, sort: "-amount", expand: ["account"] } });
for await (const deal of large) {
  const account = typeof deal.account === "object" ? deal.account.name : idOf(deal.account);
  console.log(`${deal.name}, ${account}: ${deal.amount?.amount} ${deal.amount?.currency}`); // an amount is a text, never a float
}

// A page for a screen, with the number of all.
for await (const page of ann.pages("/v1/deals", { query: { limit: 5, count: "exact" } })) {
  console.log(`${page.data.length} of ${page.count}`);
  break; // the next page is read when it is asked for
}

const sums = await ann.get("/v1/deals/summary", { query: { group_by: "stage", status: "open" } });
console.log(`${sums.data.length} stages`);

const filter = { or: [{ amount: { gte: "50000" } }, { and: [{ status: { eq: "won" } }, { name: { contains: "a" } }] }] };
let found = 0;
for await (const deal of ann.search("/v1/deals/search", { filter, limit: 50 })) {
  assert.ok(deal.id);
  found += 1;
}
console.log(`${found} are large or won`);
