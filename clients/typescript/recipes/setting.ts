/** Where the recipes find a demo server, and who signs in there. */

import { Countersign } from "@countersign/client";

export const baseUrl = process.env.COUNTERSIGN_URL ?? "http://127.0.0.1:8080";

/** A client of someone of the sample company, by first name. */
export async function signedIn(name: string): Promise<Countersign> {
  const client = new Countersign({ baseUrl });
  await client.signIn({ email: `${name}@acme.example`, password: "countersign-demo" });
  return client;
}
