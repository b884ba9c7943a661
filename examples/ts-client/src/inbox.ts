// A client whose types come from the OpenAPI document: signs in, reads the inbox, shows why each task is there.
// Usage: npm ci && npm run types && npm start -- [BASE] [FIRST NAME]

import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
const name = process.argv[3] ?? "ivy";
const client = createClient<paths>({ baseUrl: base });

const signedIn = await client.POST("/v1/auth/login", {
  body: { email: `${name}@acme.example`, password: "countersign-demo" },
});
if (!signedIn.data) throw new Error(`${name} cannot sign in: ${signedIn.error?.detail}`);

client.use({
  onRequest({ request }) {
    request.headers.set("authorization", `Bearer ${signedIn.data.access_token}`);
    return request;
  },
});

const inbox = await client.GET("/v1/tasks", { params: { query: { assignee: "me", status: "open" } } });
if (!inbox.data) throw new Error(`the inbox cannot be read: ${inbox.error?.detail}`);
console.log(`${name} has ${inbox.data.data.length}${inbox.data.has_more ? " or more" : ""} open tasks`);
for (const task of inbox.data.data) {
  console.log(`- ${task.title}: ${task.why}`);
}
