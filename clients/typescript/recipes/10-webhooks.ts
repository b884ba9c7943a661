// Receive webhooks: verify each delivery, act once, answer soon. The server must be allowed to call this machine:
// countersign demo --allow-egress 127.0.0.0/8

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { verifyWebhook, WebhookError, type KnownEvent } from "@countersign/client/webhooks";
import { signedIn } from "./setting.js";

const ada = await signedIn("ada");
const secrets: string[] = []; // two while one follows the other
const seen = new Set<string>(); // a real receiver keeps the ids with its effect, in one transaction
const heard: KnownEvent[] = [];

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    const event = verifyWebhook(Buffer.concat(parts), request.headers, secrets);
    if (!seen.has(event.id)) heard.push(event);
    seen.add(event.id);
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(error instanceof WebhookError ? 401 : 500).end();
  }
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
const until = async (ready: () => boolean) => {
  for (let tries = 0; tries < 200 && !ready(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(ready(), "nothing was delivered");
};

const endpoint = await ada.post("/v1/webhooks", { body: { url: address, event_types: ["crm.account.*"], payload: "full" } });
const path = { id: endpoint.id };
secrets.push(endpoint.secret ?? ""); // shown once
const account = await ada.post("/v1/accounts", { body: { name: `Heard of ${Date.now()}` } });
await until(() => heard.some((event) => event.subject === account.id));
console.log(`verified ${heard[0]?.type}`);

// A new secret signs beside the old one for a day: add it, then take the old one away.
const rotated = await ada.post("/v1/webhooks/{id}/rotate-secret", { path });
secrets.unshift(rotated.secret ?? "");
await ada.update("/v1/accounts/{id}", { path: { id: account.id } }, () => ({ country: "DE" }));
await until(() => heard.some((event) => event.type === "crm.account.updated"));

const forged = await fetch(address, { method: "POST", body: "{}", headers: { "webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AA==" } });
assert.equal(forged.status, 401);
await ada.delete("/v1/webhooks/{id}", { path, ifMatch: "*" });
server.close();
server.closeAllConnections();
