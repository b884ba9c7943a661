import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, isProblem } from "@countersign/client";
import { as, unique } from "./setting.js";

test("a problem names each fault and the request", async () => {
  const hal = await as("hal");
  await assert.rejects(hal.post("/v1/requests", { body: { workflow: "expense", form: { amout: 3 } } }), (error) => {
    assert.ok(isProblem(error, "invalid"));
    assert.equal(error.at("/form/amout")[0]?.code, "unknown_field");
    assert.ok(error.at("/form").length > 1);
    assert.match(error.requestId, /^[0-9a-f-]{32,36}$/);
    assert.ok(error.message.includes(error.requestId));
    return true;
  });
});

test("problems come in the language that was asked for", async () => {
  const hal = await as("hal", { language: "zh-CN" });
  await assert.rejects(hal.get("/v1/users/{id}", { path: { id: "user_01jc0000000000000000000000" } }), /[\u4e00-\u9fff]/);
});

test("every row of a list comes once, whatever the pages hold", async () => {
  const ann = await as("ann");
  const read = async (limit: number) => {
    const ids: string[] = [];
    for await (const deal of ann.list("/v1/deals", { query: { limit, sort: "-amount,id" } })) ids.push(deal.id);
    return ids;
  };
  const all = await read(200);
  assert.ok(all.length > 6);
  assert.deepEqual(await read(3), all);
  const found: string[] = [];
  for await (const deal of ann.search("/v1/deals/search", { limit: 2, sort: "-amount,id" })) found.push(deal.id);
  assert.deepEqual(found, all);
});

test("conditions, several values and expanded fields arrive", async () => {
  const ann = await as("ann");
  for await (const deal of ann.list("/v1/deals", { query: { amount: { gte: "1000" }, status: "open", expand: ["owner", "account"] } })) {
    assert.equal(deal.status, "open");
    assert.equal(typeof deal.account, "object");
    assert.match(idOf(deal.account), /^acct_/);
  }
});

test("an update meets what others wrote meanwhile", async () => {
  const [ann, bo] = [await as("ann"), await as("bo")];
  const account = await ann.post("/v1/accounts", { body: { name: unique("Update") } });
  const path = { id: account.id };
  let read = 0;
  const after = await ann.update("/v1/accounts/{id}", { path }, (current) => {
    read += 1;
    return { domain: `${current.country ?? "none"}.example` };
  });
  assert.equal(after.domain, "none.example");
  assert.equal(read, 1);
  // Bo writes between Ann's reading and writing.
  let stale = await ann.get("/v1/accounts/{id}", { path });
  await bo.patch("/v1/accounts/{id}", { path, ifMatch: stale, body: { country: "DE" } });
  await assert.rejects(ann.patch("/v1/accounts/{id}", { path, ifMatch: stale, body: { country: "FR" } }), (error) => isProblem(error, "version_moved"));
  stale = await ann.update("/v1/accounts/{id}", { path }, (current) => (current.country === "DE" ? undefined : { country: "DE" }));
  assert.equal(stale.country, "DE");
});

test("a rehearsal writes nothing", async () => {
  const ann = await as("ann");
  const name = unique("Rehearsed");
  const seen = await ann.validate("post", "/v1/accounts", { body: { name } });
  assert.equal(seen.name, name);
  for await (const account of ann.list("/v1/accounts", { query: { name } })) assert.fail(account.id);
});

test("a file comes back as it was sent", async () => {
  const hal = await as("hal");
  const bytes = new TextEncoder().encode(unique("grüße,1\n"));
  const file = await hal.upload(bytes, "note.txt");
  assert.equal(file.size, bytes.length);
  const answer = await hal.download(file.id);
  assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), bytes);
});

test("types refuse what the server would", async () => {
  const ann = await as("ann");
  const never = async () => {
    const published = await ann.put("/v1/workflows/{name}", { path: { name: "pet" }, body: "workflow: pet" });
    const settled: string = published.object === "proposal" ? published.proposed_at : published.created_at;
    const drawn: string = await ann.get("/v1/workflows/{name}/diagram", { path: { name: "leave" } });
    const gone: undefined = await ann.delete("/v1/deals/{id}", { path: { id: "deal_1" }, ifMatch: "*" });
    for await (const { event } of ann.events()) {
      if (event.type === "crm.deal.won") settled.concat(drawn, String(gone), event.data.deal?.name ?? "");
      if (event.type.startsWith("custom.") && "event" in event.data) String(event.data.event?.["invoice"]);
      // @ts-expect-error a user has no such field
      if (event.type === "identity.user.created") event.data.deal;
    }
    // @ts-expect-error there is no such path
    await ann.get("/v1/dealz");
    // @ts-expect-error the id is missing
    await ann.get("/v1/deals/{id}");
    // @ts-expect-error a GET has no body
    await ann.get("/v1/deals", { body: {} });
    // @ts-expect-error no such parameter
    await ann.get("/v1/deals", { query: { colour: "red" } });
    // @ts-expect-error money is no number
    await ann.post("/v1/deals", { body: { name: "x", account: "acct_1", amount: 3 } });
    // @ts-expect-error an object of this type has no such field
    (await ann.get("/v1/me")).salary;
    // @ts-expect-error one object is no list
    ann.list("/v1/me");
  };
  assert.equal(typeof never, "function");
});
