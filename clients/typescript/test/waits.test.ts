import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionError, ProblemError, retryAfterMs, type Problem } from "../src/problem.js";
import { fillPath, queryString } from "../src/query.js";
import { newIdempotencyKey, pause, retryOf } from "../src/retry.js";

const retry = retryOf({});
const problem = (status: number, retryable = true, retryAfter?: number) =>
  new ProblemError({ type: "/problems/x", title: "", status, detail: "", instance: "", code: "x", request_id: "", retryable } satisfies Problem, retryAfter);

test("waits grow, differ, and end", () => {
  for (let tries = 0; tries < 3; tries += 1) {
    const waits = Array.from({ length: 200 }, () => pause(new ConnectionError("gone"), tries, true, retry) ?? Number.NaN);
    assert.ok(Math.max(...waits) <= 250 * 2 ** tries);
    assert.ok(new Set(waits).size > 100);
  }
  assert.equal(pause(new ConnectionError("gone"), 3, true, retry), undefined);
});

test("what may have happened is repeated only if that does no harm", () => {
  assert.equal(pause(new ConnectionError("gone"), 0, false, retry), undefined);
  assert.equal(pause(problem(502), 0, false, retry), undefined);
  assert.ok(pause(problem(502), 0, true, retry) !== undefined);
  assert.ok(pause(problem(503), 0, false, retry) !== undefined);
  assert.equal(pause(problem(422, false), 0, true, retry), undefined);
  assert.ok((pause(problem(429, true, 5_000), 0, true, retry) ?? 0) >= 5_000);
  assert.equal(pause(problem(429, true, 31_000), 0, true, retry), undefined);
});

test("Retry-After is read in both forms", () => {
  assert.equal(retryAfterMs("7"), 7000);
  assert.equal(retryAfterMs("Mon, 02 Mar 2026 09:00:05 GMT", Date.parse("2026-03-02T09:00:00Z")), 5000);
  assert.equal(retryAfterMs("Mon, 02 Mar 2026 09:00:05 GMT", Date.parse("2026-03-02T10:00:00Z")), 0);
  assert.equal(retryAfterMs("later"), undefined);
  assert.equal(retryAfterMs(null), undefined);
});

test("queries and paths are written as the API reads them", () => {
  const query = { status: "open", amount: { gte: "1000", lt: "2000 EUR" }, expand: ["owner", "account"], "account.country": "DE", q: undefined };
  assert.equal(
    decodeURIComponent(queryString(query)),
    "?status=open&amount[gte]=1000&amount[lt]=2000+EUR&expand=owner,account&account.country=DE",
  );
  assert.equal(queryString(), "");
  assert.equal(fillPath("/v1/accounts/by/{source}/{external_id}", { source: "erp", external_id: "a/b ü" }), "/v1/accounts/by/erp/a%2Fb%20%C3%BC");
  assert.throws(() => fillPath("/v1/deals/{id}", {}), /needs path\.id/);
});

test("no two keys are the same", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, newIdempotencyKey)).size, 1000);
  assert.match(newIdempotencyKey(), /^[0-9a-f]{32}$/);
});
