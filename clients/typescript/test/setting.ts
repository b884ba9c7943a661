/** The demo that the tests run against: its address stands in COUNTERSIGN_URL. */

import { Countersign, type ClientOptions } from "@countersign/client";
import { Proxy } from "./proxy.js";

export const BASE = process.env.COUNTERSIGN_URL ?? "http://127.0.0.1:8080";

export async function as(name: string, options: Partial<ClientOptions> = {}): Promise<Countersign> {
  const client = new Countersign({ baseUrl: BASE, ...options });
  await client.signIn({ email: `${name}@acme.example`, password: "countersign-demo" });
  return client;
}

/** Runs with a faulty proxy before the server. */
export async function behind(run: (proxy: Proxy, url: string) => Promise<void>): Promise<void> {
  const proxy = new Proxy(BASE);
  try {
    await run(proxy, await proxy.start());
  } finally {
    proxy.stop();
  }
}

/** A text that nothing else has. */
export function unique(text: string): string {
  return `${text} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
}
