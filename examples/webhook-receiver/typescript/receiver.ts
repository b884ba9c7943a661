// A webhook receiver in TypeScript, with what Node has alone: verifies each delivery, and prints what happened.
// Usage: WEBHOOK_SECRET=whsec_… npm start -- [PORT]        (several secrets: with a blank between them)

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";

const toleranceS = 300;
const bodyBytesMax = 4 << 20;
const secrets = (process.env["WEBHOOK_SECRET"] ?? "").split(" ").filter(Boolean);
if (secrets.length === 0) throw new Error("WEBHOOK_SECRET is missing: it was shown once, when the endpoint was made");
const keys = secrets.map((secret) => Buffer.from(secret.replace(/^whsec_/, ""), "base64"));
const seen = new Set<string>(); // a real receiver keeps this with its effect, in one transaction

/** Why a delivery is not to be trusted; undefined if it is. `body` are the bytes as they came. */
function fault(headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) => String(headers[`webhook-${name}`] ?? ""));
  if (!id || !timestamp || !/^[0-9]{1,12}$/.test(timestamp)) return "no id or time";
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceS) return "signed too long ago, or in the future";
  const wanted = keys.map((key) => createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest());
  const given = (signatures ?? "").split(" ").filter((one) => one.startsWith("v1,")).map((one) => Buffer.from(one.slice(3), "base64"));
  const fits = given.some((one) => wanted.some((other) => one.length === other.length && timingSafeEqual(one, other)));
  return fits ? undefined : "no signature fits";
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  let size = 0;
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size > bodyBytesMax) response.writeHead(413, { connection: "close" }).end(() => request.destroy());
    else parts.push(part);
  });
  request.on("end", () => {
    if (size > bodyBytesMax) return;
    const body = Buffer.concat(parts);
    const why = request.method === "POST" ? fault(request.headers, body) : "not a POST";
    if (why) {
      console.log(`refused: ${why}`);
      response.writeHead(401).end();
      return;
    }
    const id = String(request.headers["webhook-id"]);
    if (seen.has(id)) console.log(`again ${id}`);
    else {
      seen.add(id);
      const event = JSON.parse(body.toString("utf8")) as { type: string; subject: string };
      console.log(`verified ${event.type} ${event.subject}`);
    }
    response.writeHead(204).end();
  });
});

const port = Number(process.argv[2] ?? 9000);
server.listen(port, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${port}`));
