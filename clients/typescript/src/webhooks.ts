/**
 * For programs that receive webhooks; needs `node:crypto`, so it has an entry of its own.
 * Deliveries follow https://www.standardwebhooks.com.
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { KnownEvent } from "./types.js";

export type { KnownEvent } from "./types.js";

/** A delivery that is not to be trusted; answer 401. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";

  constructor(
    readonly reason: "missing_header" | "bad_timestamp" | "too_old" | "too_new" | "bad_signature" | "not_json",
    message: string,
  ) {
    super(message);
  }
}

export interface VerifyOptions {
  /** Seconds by which the clocks may differ and a delivery may be late. 300 unless told. */
  toleranceS?: number;
  now?: Date;
}

type HeaderValues = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The event of a delivery that was signed with one of the secrets.
 * @param body the bytes as they came: JSON that was read and written again has other bytes
 * @param secrets `whsec_…`; several while one follows another
 * @throws {WebhookError} what is forged, altered, or older than the tolerance
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: HeaderValues,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): KnownEvent {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => {
    const value = valueOf(headers, name);
    if (!value) throw new WebhookError("missing_header", `the header ${name} is missing`);
    return value;
  }) as [string, string, string];
  checkTime(timestamp, options);
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  const expected = [secrets].flat().map((secret) => {
    const mac = createHmac("sha256", keyOf(secret));
    return mac.update(`${id}.${timestamp}.`).update(bytes).digest();
  });
  const sent = signatures.split(" ").filter((one) => one.startsWith("v1,"));
  const given = sent.map((one) => Buffer.from(one.slice(3), "base64"));
  const signed = given.some((one) => expected.some((other) => one.length === other.length && timingSafeEqual(one, other)));
  if (!signed) throw new WebhookError("bad_signature", "no signature fits the body and a secret");
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as KnownEvent;
  } catch {
    throw new WebhookError("not_json", "the body is no JSON");
  }
}

function checkTime(timestamp: string, { toleranceS = 300, now = new Date() }: VerifyOptions): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError("bad_timestamp", "webhook-timestamp is no time in seconds");
  const age = now.getTime() / 1000 - Number(timestamp);
  if (age > toleranceS) throw new WebhookError("too_old", `the delivery was signed ${Math.round(age)} s ago`);
  if (-age > toleranceS) throw new WebhookError("too_new", `the delivery was signed ${Math.round(-age)} s in the future`);
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (!secret.startsWith("whsec_") || key.length < 24) throw new TypeError("a webhook's secret begins with whsec_, as it was shown");
  return key;
}

function valueOf(headers: HeaderValues, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : found?.[0];
}
