import assert from "node:assert/strict";
import { test } from "node:test";
import { Countersign, isProblem, type Received } from "@countersign/client";
import { messages } from "../src/sse.js";
import { as, behind, unique } from "./setting.js";

/** The names of the next accounts that the stream tells of. */
async function names(received: AsyncGenerator<Received>, ann: Countersign, most: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { event } of received) {
    found.push((await ann.get("/v1/accounts/{id}", { path: { id: event.subject } })).name);
    if (found.length === most) break;
  }
  return found;
}

/** From here on. */
async function newest(ann: Countersign, type: string[]): Promise<string> {
  return (await ann.get("/v1/events", { query: { type, after: "now" } })).next_cursor;
}

test("a stream that is cut goes on where it was, each event once", () =>
  behind(async (proxy, baseUrl) => {
    const ann = await as("ann", { baseUrl, retry: { backoffMs: 50 } });
    const made = Array.from({ length: 6 }, (_, at) => unique(`Cut ${at}`));
    // Before the first event, then twice in the middle of one.
    proxy.fail(/events\/stream/, { cutAfter: "retry:", more: 2 }, 1);
    proxy.fail(/events\/stream/, { cutAfter: "crm.account.created", more: 40 }, 1);
    proxy.fail(/events\/stream/, { cutAfter: "\n\nid:", more: 30 }, 1);
    const type = ["crm.account.created"];
    const stream = ann.events({ type, cursor: await newest(ann, type) });
    const reading = names(stream, ann, made.length);
    for (const name of made) {
      await ann.post("/v1/accounts", { body: { name } });
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    assert.deepEqual(await reading, made);
    assert.ok(proxy.count(/events\/stream/) >= 4);
  }));

test("a kept cursor goes on after a restart", async () => {
  const ann = await as("ann");
  const stop = new AbortController();
  const [one, two] = [unique("Kept"), unique("Kept")];
  const type = ["crm.account.*"];
  const first = ann.events({ type, cursor: await newest(ann, type), signal: stop.signal });
  const next = first.next();
  await ann.post("/v1/accounts", { body: { name: one } });
  const received = (await next).value;
  assert.ok(received);
  assert.equal(received.event.type, "crm.account.created");
  stop.abort(new Error("stopped"));
  await assert.rejects(first.next(), /stopped/);
  await ann.post("/v1/accounts", { body: { name: two } });
  assert.deepEqual(await names(ann.events({ type, cursor: received.cursor }), ann, 1), [two]);
});

test("a stream that the server ends goes on, and one whose sign-in has ended says so", () =>
  behind(async (proxy, baseUrl) => {
    const ann = await as("ann", { baseUrl, retry: { backoffMs: 1 } });
    const end = 'event: end\ndata: {"reason":"server_stopping"}\n\n';
    proxy.fail(/events\/stream/, { answer: 200, headers: { "content-type": "text/event-stream" }, body: end }, 1);
    const type = ["crm.account.created"];
    const stream = ann.events({ type, cursor: await newest(ann, type) });
    const next = stream.next();
    const made = await ann.post("/v1/accounts", { body: { name: unique("Ended") } });
    assert.equal((await next).value?.event.subject, made.id);
    assert.equal(proxy.count(/events\/stream/), 2);
    const other = new Countersign({ baseUrl, tokens: ann.tokens });
    await other.signOut();
    await assert.rejects(stream.next(), (error) => isProblem(error) && error.status === 401);
  }));

test("a stream that may not be heard says so at once", async () => {
  const ann = await as("ann");
  await assert.rejects(ann.events({ type: ["crm.deel.won"] }).next(), (error) => isProblem(error, "bad_parameter") && /crm\.deal\.won/.test(error.message));
});

test("the parser reads a stream however it is cut into pieces", async () => {
  const text = ': hello\nretry: 2000\n\nid: a1\nevent: crm.deal.won\ndata: {"é":\ndata: 1}\n\n: still here\nid: a2\n\nid: a3\r\ndata:x\r\n\r\n';
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < bytes.length; size += 1) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
        controller.close();
      },
    });
    const found = [];
    for await (const message of messages(body, 1000)) found.push(message);
    assert.deepEqual(found, [
      { id: "a1", event: "crm.deal.won", data: '{"é":\n1}' },
      { id: "a2", event: "message", data: "" },
      { id: "a3", event: "message", data: "x" },
    ]);
  }
});

test("without a cursor a stream begins now, whatever becomes of its first connection", () =>
  behind(async (proxy, baseUrl) => {
    const ann = await as("ann", { baseUrl, retry: { backoffMs: 1 } });
    proxy.fail(/events\/stream/, { cutAfter: "retry:", more: 2 }, 1);
    const next = ann.events({ type: ["crm.account.created"] }).next();
    while (proxy.count(/events\/stream/) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const made = await ann.post("/v1/accounts", { body: { name: unique("Now") } });
    assert.equal((await next).value?.event.subject, made.id);
  }));

test("a silent stream counts as lost", async () => {
  const silent = new ReadableStream<Uint8Array>();
  await assert.rejects(messages(silent, 30).next(), /silent for 30 ms/);
});
