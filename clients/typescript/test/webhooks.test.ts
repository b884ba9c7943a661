import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { verifyWebhook, WebhookError } from "@countersign/client/webhooks";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const now = new Date("2026-03-02T09:00:00Z");
const body = '{"type":"crm.deal.won","subject":"deal_1","name":"Müller"}';

function signed(secret = SECRET, at = now, text = body) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const mac = createHmac("sha256", Buffer.from(secret.slice(6), "base64")).update(`evt_1.${timestamp}.${text}`);
  return { "webhook-id": "evt_1", "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac.digest("base64")}` };
}

function refused(reason: WebhookError["reason"], run: () => unknown): void {
  assert.throws(run, (error) => error instanceof WebhookError && error.reason === reason);
}

test("the vector of the specification holds", () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const at = new Date(1_614_265_330_000);
  verifyWebhook('{"test": 2432232314}', headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { now: at });
});

test("what is signed is read, as text or bytes, under any form of headers", () => {
  assert.equal(verifyWebhook(body, signed(), SECRET, { now }).subject, "deal_1");
  assert.equal(verifyWebhook(new TextEncoder().encode(body), new Headers(signed()), SECRET, { now }).type, "crm.deal.won");
  const shouted = Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), [value]]));
  assert.equal(verifyWebhook(body, shouted, SECRET, { now }).type, "crm.deal.won");
});

test("while one secret follows another, either counts, and so do several signatures", () => {
  verifyWebhook(body, signed(OTHER), [SECRET, OTHER], { now });
  const both = { ...signed(), "webhook-signature": `v1a,x v1,AAAA ${signed(OTHER)["webhook-signature"]} ${signed()["webhook-signature"]}` };
  verifyWebhook(body, both, SECRET, { now });
});

test("forgeries are refused", () => {
  refused("bad_signature", () => verifyWebhook(body.replace("won", "lost"), signed(), SECRET, { now }));
  refused("bad_signature", () => verifyWebhook(body, signed(OTHER), SECRET, { now }));
  refused("bad_signature", () => verifyWebhook(body, { ...signed(), "webhook-id": "evt_2" }, SECRET, { now }));
  const later = String(now.getTime() / 1000 + 1);
  refused("bad_signature", () => verifyWebhook(body, { ...signed(), "webhook-timestamp": later }, SECRET, { now }));
  for (const signature of ["v1,", "v1", "v2,AAAA", ",", "v1,not base64!"]) {
    refused("bad_signature", () => verifyWebhook(body, { ...signed(), "webhook-signature": signature }, SECRET, { now }));
  }
  refused("bad_signature", () => verifyWebhook(body, signed(), [], { now }));
});

test("old and future deliveries are refused beyond the tolerance", () => {
  const ago = (s: number) => new Date(now.getTime() - s * 1000);
  verifyWebhook(body, signed(SECRET, ago(299)), SECRET, { now });
  refused("too_old", () => verifyWebhook(body, signed(SECRET, ago(301)), SECRET, { now }));
  refused("too_old", () => verifyWebhook(body, signed(SECRET, ago(20)), SECRET, { now, toleranceS: 10 }));
  refused("too_new", () => verifyWebhook(body, signed(SECRET, ago(-301)), SECRET, { now }));
  for (const timestamp of ["soon", "1e9", "-1", " 1", "9".repeat(30)]) {
    refused("bad_timestamp", () => verifyWebhook(body, { ...signed(), "webhook-timestamp": timestamp }, SECRET, { now }));
  }
});

test("what is missing or no secret is named", () => {
  const { "webhook-signature": _, ...rest } = signed();
  refused("missing_header", () => verifyWebhook(body, rest, SECRET, { now }));
  refused("not_json", () => verifyWebhook("hello", signed(SECRET, now, "hello"), SECRET, { now }));
  assert.throws(() => verifyWebhook(body, signed(), "secret", { now }), TypeError);
});
