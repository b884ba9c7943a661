// A webhook receiver: verifies each delivery, and prints what happened.
// Usage: WEBHOOK_SECRET=whsec_… npm start -- [PORT]

import { createServer } from "node:http";
import { verifyWebhook, WebhookError } from "@countersign/client/webhooks";

const secret = process.env.WEBHOOK_SECRET;
if (!secret) throw new Error("WEBHOOK_SECRET is missing: it was shown once, when the endpoint was made");
const seen = new Set<string>(); // a real receiver keeps this with its effect, in one transaction

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    try {
      const event = verifyWebhook(Buffer.concat(parts), request.headers, secret);
      console.log(`verified ${event.type} ${event.subject}${seen.has(event.id) ? " (again)" : ""}`);
      seen.add(event.id);
      response.writeHead(204).end();
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      console.log(`refused: ${error.message}`);
      response.writeHead(401).end();
    }
  });
});

const port = Number(process.argv[2] ?? 9000);
server.listen(port, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${port}`));
