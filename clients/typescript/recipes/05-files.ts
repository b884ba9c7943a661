// Upload a receipt, claim it, and download it again.

import assert from "node:assert/strict";
import { signedIn } from "./setting.js";

const hal = await signedIn("hal");
const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const file = await hal.upload(pdf, "receipt.pdf"); // in a page: hal.upload(input.files[0], input.files[0].name)
const claim = await hal.post("/v1/requests", {
  body: {
    workflow: "expense",
    form: { purpose: "Laptop", amount: { amount: "1800.00", currency: "EUR" }, category: "equipment", spent_on: "2026-11-02", receipt: [file.id] },
  },
});
console.log(`${claim.number} carries ${file.name}: ${file.size} bytes of ${file.media_type}`);

const answer = await hal.download(file.id); // answer.body streams what is large
assert.equal(await answer.text(), pdf);

// A link for a tag such as <a href> or <img src>, which can send no token: it works for five minutes.
const link = await hal.get("/v1/files/{id}/link", { path: { id: file.id } });
assert.match(link.url, /\/v1\/downloads\//);
