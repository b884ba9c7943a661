// Signs in, reads the inbox, and shows why each task is there.
// Usage: npm ci && npm start -- [BASE] [FIRST NAME]

import { Countersign } from "@countersign/client";

const baseUrl = process.argv[2] ?? "http://127.0.0.1:8080";
const name = process.argv[3] ?? "ivy";
const client = new Countersign({ baseUrl });
await client.signIn({ email: `${name}@acme.example`, password: "countersign-demo" });

let open = 0;
for await (const task of client.list("/v1/tasks", { query: { assignee: "me", status: "open" } })) {
  console.log(`- ${task.title}: ${task.why}`);
  open += 1;
}
console.log(`${name} has ${open} open tasks`);
