// A webhook receiver: verifies each delivery with the published package, and prints what happened.
// Usage: WEBHOOK_SECRET=whsec_… npm start -- [PORT]

import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

interface Event {
  id: string;
  type: string;
  subject: string;
}

const secret = process.env.WEBHOOK_SECRET;
if (!secret) throw new Error("WEBHOOK_SECRET is missing: it was shown once, when the endpoint was made");
const webhook = new Webhook(secret);
const seen = new Set<string>(); // a real receiver keeps this with its effect, in one transaction

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    try {
      const event = webhook.verify(Buffer.concat(parts).toString("utf8"), headers) as Event;
      console.log(`verified ${event.type} ${event.subject}${seen.has(event.id) ? " (again)" : ""}`);
      seen.add(event.id);
      response.writeHead(204).end();
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      console.log(`refused: ${error.message}`);
      response.writeHead(401).end();
    }
  });
});

const port = Number(process.argv[2] ?? 9000);
server.listen(port, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${port}`));
