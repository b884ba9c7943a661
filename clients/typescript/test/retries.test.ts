import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConnectionError, Countersign, isProblem, ProblemError, type Tokens } from "@countersign/client";
import { PROBLEM, problem } from "./proxy.js";
import { as, BASE, behind, unique } from "./setting.js";

const draft = (reason: string) => ({ body: { workflow: "leave", draft: true, form: { kind: "annual", reason } } });

test("a write whose answer was lost happens once", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl });
    proxy.fail(/^POST \/v1\/requests$/, { drop: true }, 2);
    const reason = unique("lost");
    const made = await hal.request("post", "/v1/requests", draft(reason));
    assert.ok(made.replayed);
    const keys = proxy.seen.filter((one) => one.path === "/v1/requests").map((one) => one.headers["idempotency-key"]);
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
    const found = [];
    for await (const one of hal.list("/v1/requests", { query: { status: "draft", requester: "me" } })) {
      if (one.form?.reason === reason) found.push(one.id);
    }
    assert.deepEqual(found, [made.data.id]);
  }));

test("a sign-in whose answer was lost is not tried again by itself", () =>
  behind(async (proxy, baseUrl) => {
    proxy.fail(/login/, { drop: true }, 1);
    await assert.rejects(as("hal", { baseUrl }), ConnectionError);
    assert.equal(proxy.count(/login/), 1);
  }));

test("Retry-After is waited for", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl, retry: { backoffMs: 1 } });
    proxy.fail(/^GET \/v1\/me/, { answer: 503, headers: { ...PROBLEM, "retry-after": "1" }, body: problem(503, "unavailable", true) }, 1);
    const began = Date.now();
    await hal.get("/v1/me");
    assert.ok(Date.now() - began >= 1000);
    assert.equal(proxy.count(/\/v1\/me/), 2);
  }));

test("tries are bounded, and so is the wait", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl, retry: { backoffMs: 1, retriesMax: 2 } });
    proxy.fail(/^GET \/v1\/me/, { answer: 502, body: "<h1>Bad gateway</h1>" });
    await assert.rejects(hal.get("/v1/me"), (error: unknown) => error instanceof ProblemError && error.status === 502 && error.retryable);
    assert.equal(proxy.count(/\/v1\/me/), 3);
    const long = { ...PROBLEM, "retry-after": "3600" };
    proxy.fail(/^GET \/v1\/settings/, { answer: 429, headers: long, body: problem(429, "rate_limited", true) });
    await assert.rejects(hal.get("/v1/settings"), (error: unknown) => isProblem(error, "rate_limited") && error.retryAfterMs === 3_600_000);
    assert.equal(proxy.count(/settings/), 1);
  }));

test("what is refused for good is not tried again", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl });
    await assert.rejects(hal.get("/v1/deals/{id}", { path: { id: "deal_01jc0000000000000000000000" } }), (error) => isProblem(error, "not_found"));
    assert.equal(proxy.count(/deals/), 1);
  }));

test("silence ends with the time limit, and a caller may end it before", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl, retry: { retriesMax: 1, backoffMs: 1 } });
    proxy.fail(/^GET \/v1\/me/, { silence: true });
    await assert.rejects(hal.get("/v1/me", { timeoutMs: 100 }), /GET \/v1\/me: no answer within 100 ms/);
    assert.equal(proxy.count(/\/v1\/me/), 2);
    const stop = new AbortController();
    const call = hal.get("/v1/me", { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("never mind")), 50);
    await assert.rejects(call, /never mind/);
    assert.equal(proxy.count(/\/v1\/me/), 3);
  }));

test("calls that meet 401 together refresh once", () =>
  behind(async (proxy, baseUrl) => {
    const heard: (Tokens | undefined)[] = [];
    const hal = await as("hal", { baseUrl, onTokens: (tokens) => heard.push(tokens) });
    proxy.fail(/^GET \/v1\/me/, { answer: 401, headers: PROBLEM, body: problem(401, "unauthenticated", false) }, Number.POSITIVE_INFINITY, /refresh/);
    const names = await Promise.all(Array.from({ length: 5 }, async () => (await hal.get("/v1/me")).name));
    assert.deepEqual(new Set(names), new Set(["Hal Hale"]));
    assert.ok(proxy.count(/\/v1\/me/) > 5);
    assert.equal(proxy.count(/refresh/), 1);
    assert.equal(heard.length, 2);
    assert.equal(hal.tokens, heard[1]);
  }));

test("a refresh whose answer was lost is asked for again", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", { baseUrl });
    proxy.fail(/^GET \/v1\/me/, { answer: 401, headers: PROBLEM, body: problem(401, "unauthenticated", false) }, 1);
    proxy.fail(/refresh/, { drop: true }, 1);
    assert.equal((await hal.get("/v1/me")).name, "Hal Hale");
    assert.equal(proxy.count(/refresh/), 2);
  }));

test("tokens that are about to end are refreshed before the call", () =>
  behind(async (proxy, baseUrl) => {
    const hal = await as("hal", {
      baseUrl,
      fetch: async (...args) => {
        const answer = await fetch(...args);
        if (!String(args[0]).endsWith("/login")) return answer;
        return Response.json({ ...((await answer.json()) as Tokens), expires_in: 10 });
      },
    });
    await hal.get("/v1/me");
    assert.deepEqual(proxy.seen.map((one) => one.path), ["/v1/auth/login", "/v1/auth/refresh", "/v1/me"]);
  }));

test("a sign-in that has ended says so, and kept tokens go on", async () => {
  const heard: (Tokens | undefined)[] = [];
  const first = await as("hal");
  const tokens = first.tokens;
  assert.ok(tokens);
  const second = new Countersign({ baseUrl: BASE, tokens, onTokens: (each) => heard.push(each) });
  assert.equal((await second.get("/v1/me")).name, "Hal Hale");
  await first.signOut();
  assert.equal(first.tokens, undefined);
  await assert.rejects(second.get("/v1/me"), (error) => isProblem(error) && error.status === 401);
  assert.deepEqual(heard, [undefined]);
});

test("an API key that nobody has is refused once", () =>
  behind(async (proxy, baseUrl) => {
    const machine = new Countersign({ baseUrl, apiKey: "csk_nobody" });
    await assert.rejects(machine.get("/v1/me"), (error) => isProblem(error, "unauthenticated"));
    assert.equal(proxy.seen.length, 1);
    assert.doesNotMatch(inspect(machine, { depth: 9, showHidden: true }), /csk_nobody/, "a log shows no key");
  }));
