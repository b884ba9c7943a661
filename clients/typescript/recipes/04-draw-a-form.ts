// Draw the form of a workflow: its fields in order, and which are shown and required as it is filled in.

import assert from "node:assert/strict";
import { signedIn } from "./setting.js";

interface Field {
  title?: string;
  "x-widget"?: string;
}

const hal = await signedIn("hal");
const path = { name: "leave" };
const schema = (await hal.get("/v1/workflows/{name}/form", { path })) as { properties: Record<string, Field>; "x-order": string[] };
for (const name of schema["x-order"]) console.log(`${name}: ${schema.properties[name]?.title} (${schema.properties[name]?.["x-widget"]})`);

const required = async (form: Record<string, unknown>) => {
  const state = await hal.post("/v1/workflows/{name}/form/check", { path, body: { form } });
  return state.fields.filter((field) => field.shown && field.required).map((field) => field.pointer);
};
assert.ok(!(await required({ kind: "annual" })).includes("/form/reason"));
assert.ok((await required({ kind: "unpaid" })).includes("/form/reason"));
