/** One call: its time limit, who makes it, and what is tried again. */

import { ConnectionError, ProblemError, problemOf } from "./problem.js";
import { fillPath, queryString, type QueryValue } from "./query.js";
import { newIdempotencyKey, pause, sleep, type Retry } from "./retry.js";
import type { Credentials } from "./session.js";

export interface Call {
  method: string;
  /** With places such as `{id}`, which `pathValues` fills. */
  path: string;
  pathValues?: { readonly [name: string]: string | number };
  query?: { readonly [name: string]: QueryValue };
  /** JSON, but for texts (YAML) and forms (uploads). */
  body?: unknown;
  headers?: Record<string, string>;
  idempotencyKey?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Whether it does the same when it is done twice; else true of what reads and of what has an idempotency key. */
  repeatable?: boolean;
  /** Fewer tries than of other calls. */
  retriesMax?: number;
  /** The answer's body is read later, without a time limit. */
  streamed?: boolean;
}

export interface Settings {
  baseUrl: string;
  timeoutMs: number;
  retry: Retry;
  headers: Record<string, string>;
  fetch: typeof fetch;
}

export class Transport {
  constructor(readonly settings: Settings) {}

  /**
   * Sends until there is an answer that counts, and hands it to `read`.
   * @throws {ProblemError} what the server refused
   * @throws {ConnectionError} when no answer came
   */
  async send<T>(call: Call, credentials: Credentials, read: (response: Response) => Promise<T>): Promise<T> {
    const key = call.idempotencyKey ?? (takesKey(call) ? newIdempotencyKey() : undefined);
    const repeatable = call.repeatable ?? (call.method === "GET" || key !== undefined);
    const retry = { ...this.settings.retry, retriesMax: Math.min(this.settings.retry.retriesMax, call.retriesMax ?? Number.POSITIVE_INFINITY) };
    let renewed = false;
    for (let tries = 0; ; ) {
      const authorization = await credentials.authorization();
      const { generation } = credentials;
      try {
        return await this.#attempt(call, headersOf(call, this.settings.headers, authorization, key), read);
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401 && !renewed) {
          renewed = true;
          if (await credentials.renew(generation)) continue;
        }
        const wait = pause(error, tries, repeatable, retry);
        if (wait === undefined) throw error;
        await sleep(wait, call.signal);
        tries += 1;
      }
    }
  }

  async #attempt<T>(call: Call, headers: Headers, read: (response: Response) => Promise<T>): Promise<T> {
    const url = this.settings.baseUrl + fillPath(call.path, call.pathValues) + queryString(call.query);
    const body = headers.get("content-type") === "application/json" ? JSON.stringify(call.body) : (call.body as BodyInit);
    const timeoutMs = call.timeoutMs ?? this.settings.timeoutMs;
    const limit = new AbortController();
    const abort = () => limit.abort(call.signal?.reason);
    if (call.signal?.aborted) abort();
    call.signal?.addEventListener("abort", abort);
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let streams = false;
    try {
      const response = await this.settings.fetch(url, { method: call.method, headers, body, signal: limit.signal });
      if (!response.ok) throw await problemOf(response);
      streams = call.streamed === true;
      return await read(response);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      if (error instanceof ProblemError) throw error;
      const cause = limit.signal.aborted ? limit.signal.reason : error;
      throw new ConnectionError(`${call.method} ${call.path}: ${reasonOf(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
      // What is still streamed ends with the caller's signal.
      if (!streams) call.signal?.removeEventListener("abort", abort);
    }
  }
}

/** Every writing call but sign-ins, which keep nothing under a key. */
function takesKey(call: Call): boolean {
  return call.method !== "GET" && !call.path.startsWith("/v1/auth/");
}

function headersOf(call: Call, always: Record<string, string>, authorization?: string, key?: string): Headers {
  const headers = new Headers({ accept: "application/json, application/problem+json, */*;q=0.1", ...always, ...call.headers });
  if (authorization) headers.set("authorization", authorization);
  if (key) headers.set("idempotency-key", key);
  if (typeof call.body === "string") headers.set("content-type", "application/yaml");
  // A form names its own boundary.
  else if (call.body !== undefined && !(call.body instanceof FormData)) headers.set("content-type", "application/json");
  return headers;
}

/** `fetch` says what happened in the cause of its error, in Node at least. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
