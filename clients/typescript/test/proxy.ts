/** A proxy before the server that fails as networks and servers do. */

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
}

/** What becomes of a call instead of being passed on. */
export type Fault =
  /** Answered by the proxy. */
  | { answer: number; headers?: Record<string, string>; body?: string }
  /** Passed on and done, and its answer lost. */
  | { drop: true }
  /** The answer is passed on up to so many bytes after a text that is in it. */
  | { cutAfter: string; more: number }
  /** Never answered. */
  | { silence: true };

export class Proxy {
  readonly seen: Seen[] = [];
  readonly #faults: { path: RegExp; fault: Fault; times: number; until: RegExp | undefined }[] = [];
  #server: Server | undefined;

  constructor(private readonly upstream: string) {}

  async start(): Promise<string> {
    const server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** The next calls to such a path (all, unless `times` is given) fail so, as long as no call to `until` was seen. */
  fail(path: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY, until?: RegExp): void {
    this.#faults.push({ path, fault, times, until });
  }

  count(path: RegExp): number {
    return this.seen.filter((one) => path.test(`${one.method} ${one.path}`)).length;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const one = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers };
    this.seen.push(one);
    const planned = this.#faults.find((each) => each.times > 0 && !(each.until && this.count(each.until)) && each.path.test(`${one.method} ${one.path}`));
    if (planned) planned.times -= 1;
    const fault = planned?.fault ?? { pass: true };
    if ("silence" in fault) return;
    if ("answer" in fault) {
      outgoing.writeHead(fault.answer, fault.headers).end(fault.body);
      return;
    }
    const url = new URL(one.path, this.upstream);
    const headers = { ...one.headers, host: url.host };
    const passed = request(url, { method: one.method, headers }, (answer) => {
      if ("drop" in fault) {
        answer.resume().on("end", () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      if ("cutAfter" in fault) cut(answer, outgoing, fault);
      else answer.pipe(outgoing);
      answer.on("error", () => outgoing.destroy());
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    passed.end(Buffer.concat(parts));
  }
}

function cut(answer: IncomingMessage, outgoing: ServerResponse, fault: { cutAfter: string; more: number }): void {
  let passed = "";
  answer.on("data", (part: Buffer) => {
    const before = passed.length;
    passed += part.toString("latin1");
    const found = passed.indexOf(fault.cutAfter);
    const end = found + fault.cutAfter.length + fault.more;
    if (found < 0 || passed.length < end) {
      outgoing.write(part);
      return;
    }
    answer.removeAllListeners("data").resume();
    outgoing.write(part.subarray(0, Math.max(0, end - before)), () => outgoing.destroy());
  });
}

/** A problem as the server writes it. */
export function problem(status: number, code: string, retryable: boolean): string {
  const title = "A fault of the test";
  return JSON.stringify({ type: `/problems/${code}`, title, status, detail: title, instance: "/", code, request_id: "r-1", retryable });
}

export const PROBLEM = { "content-type": "application/problem+json" };
