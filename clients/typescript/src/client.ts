/** The client. */

import type { paths } from "./api.js";
import { events, type EventOptions, type Received } from "./events.js";
import { isProblem } from "./problem.js";
import type { QueryValue } from "./query.js";
import { retryOf, type RetryOptions } from "./retry.js";
import { apiKey, nobody, Session, type Credentials, type Tokens } from "./session.js";
import { Transport, type Call } from "./transport.js";
import type {
  Arguments, BodyOf, CallOptions, ListPath, Method, Operation, Options, PathOf, ResultOf, RowOf, Schemas, SearchPath, ValidatedOf,
} from "./types.js";

export interface ClientOptions {
  /** Where the server is: `https://office.example.com`. */
  baseUrl: string;
  /** `csk_…`, for programs. */
  apiKey?: string;
  /** Of an earlier sign-in. */
  tokens?: Tokens;
  /** Hears of each new pair of tokens, and of `undefined` when the sign-in has ended. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** For each try. 30,000 unless told. */
  timeoutMs?: number;
  retry?: RetryOptions;
  /** The language of problems and labels: `en`, `zh-CN`. */
  language?: string;
  fetch?: typeof fetch;
}

/** A success with what stands beside its body. */
export interface Answer<T> {
  data: T;
  status: number;
  /** The object's version, for `ifMatch`. */
  etag: string | undefined;
  requestId: string;
  /** Whether this is the answer to an earlier call with the same idempotency key. */
  replayed: boolean;
}

type Page<T> = { data: T[]; has_more: boolean; next_cursor?: string | null };
type Result<A, M extends Method, P> = ResultOf<Operation<A, M, P>>;
type Args<A, M extends Method, P> = Arguments<Options<Operation<A, M, P>>>;

/** Each call of a method takes a path of the API's document; TypeScript knows what else it takes and what it answers. */
export class Countersign<A = paths> {
  readonly #transport: Transport;
  readonly #onTokens: ClientOptions["onTokens"];
  #credentials: Credentials = nobody;

  constructor(options: ClientOptions) {
    this.#onTokens = options.onTokens;
    this.#transport = new Transport({
      baseUrl: options.baseUrl.replace(/\/+$/, ""),
      timeoutMs: options.timeoutMs ?? 30_000,
      retry: retryOf(options.retry),
      headers: options.language ? { "accept-language": options.language } : {},
      // Browsers want it called as their own.
      fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
    });
    if (options.apiKey) this.#credentials = apiKey(options.apiKey);
    else if (options.tokens) this.#session(options.tokens);
  }

  /** The tokens of the sign-in, if there is one. */
  get tokens(): Tokens | undefined {
    return this.#credentials instanceof Session ? this.#credentials.tokens : undefined;
  }

  /** Signs in; from then on every call is made as this person, with tokens that are refreshed in time. */
  async signIn(login: Schemas["Login"], options: CallOptions = {}): Promise<void> {
    const tokens = await this.#json({ ...callOf("post", "/v1/auth/login", options), body: login }, nobody);
    this.#session(tokens as Tokens).replace(tokens as Tokens);
  }

  /** Ends the sign-in, here and at the server. */
  async signOut(): Promise<void> {
    const tokens = this.tokens;
    const session = this.#credentials;
    this.#credentials = nobody;
    if (session instanceof Session) session.replace(undefined);
    if (tokens) await this.#json({ method: "POST", path: "/v1/auth/logout", body: { refresh_token: tokens.refresh_token } }, nobody);
  }

  get<P extends PathOf<A, "get">>(path: P, ...args: Args<A, "get", P>): Promise<Result<A, "get", P>> {
    return this.#data("get", path, args);
  }

  post<P extends PathOf<A, "post">>(path: P, ...args: Args<A, "post", P>): Promise<Result<A, "post", P>> {
    return this.#data("post", path, args);
  }

  put<P extends PathOf<A, "put">>(path: P, ...args: Args<A, "put", P>): Promise<Result<A, "put", P>> {
    return this.#data("put", path, args);
  }

  patch<P extends PathOf<A, "patch">>(path: P, ...args: Args<A, "patch", P>): Promise<Result<A, "patch", P>> {
    return this.#data("patch", path, args);
  }

  delete<P extends PathOf<A, "delete">>(path: P, ...args: Args<A, "delete", P>): Promise<Result<A, "delete", P>> {
    return this.#data("delete", path, args);
  }

  /** Any call, with its status, ETag and request id. */
  async request<M extends Method, P extends PathOf<A, M>>(method: M, path: P, ...args: Args<A, M, P>): Promise<Answer<Result<A, M, P>>> {
    return this.#answer(callOf(method, path, args[0] as Loose)) as Promise<Answer<Result<A, M, P>>>;
  }

  /** Does everything but write: the object as it would be, or the problem. */
  async validate<M extends Exclude<Method, "get">, P extends PathOf<A, M>>(
    method: M, path: P, ...args: Args<A, M, P>
  ): Promise<ValidatedOf<Operation<A, M, P>>> {
    const call = callOf(method, path, args[0] as Loose);
    return (await this.#json({ ...call, query: { ...call.query, validate_only: true } })) as ValidatedOf<Operation<A, M, P>>;
  }

  /** Every row of a list, however many pages it has: `for await (const task of client.list("/v1/tasks"))`. */
  async *list<P extends ListPath<A>>(path: P, ...args: Args<A, "get", P>): AsyncGenerator<RowOf<Result<A, "get", P>>, void> {
    for await (const page of this.pages(path, ...args)) yield* (page as Page<RowOf<Result<A, "get", P>>>).data;
  }

  /** A list page by page, with its `count` where that is asked for. */
  async *pages<P extends ListPath<A>>(path: P, ...args: Args<A, "get", P>): AsyncGenerator<Result<A, "get", P>, void> {
    const call = callOf("get", path, args[0] as Loose);
    yield* this.#pages((cursor) => ({ ...call, query: cursor ? { ...call.query, cursor } : call.query }));
  }

  /** Every row that a long filter finds. */
  async *search<P extends SearchPath<A>>(
    path: P, body: BodyOf<Operation<A, "post", P>>, options: CallOptions = {},
  ): AsyncGenerator<RowOf<Result<A, "post", P>>, void> {
    const call = callOf("post", path, options);
    const pages = this.#pages<Page<RowOf<Result<A, "post", P>>>>((cursor) => ({ ...call, body: cursor ? { ...(body as object), cursor } : body }));
    for await (const page of pages) yield* page.data;
  }

  /**
   * Reads an object, lets `change` say what shall be different, and writes that if the object is still as it was read;
   * else once more from the beginning. Nothing is written where `change` returns `undefined`.
   * @throws {ProblemError} `version_moved`, when others were faster five times
   */
  async update<P extends PathOf<A, "get"> & PathOf<A, "patch">>(
    path: P,
    options: Pick<Options<Operation<A, "patch", P>>, "path"> & CallOptions,
    change: (current: Result<A, "get", P>) => BodyOf<Operation<A, "patch", P>> | undefined,
  ): Promise<Result<A, "get", P>> {
    for (let tries = 1; ; tries += 1) {
      const { idempotencyKey, ...reading } = options as Loose;
      const current = await this.#answer(callOf("get", path, reading));
      const body = change(current.data as Result<A, "get", P>);
      if (body === undefined) return current.data as Result<A, "get", P>;
      try {
        const patch = callOf("patch", path, { ...reading, ifMatch: current.etag, body, ...(tries === 1 && idempotencyKey ? { idempotencyKey } : {}) });
        return (await this.#json(patch)) as Result<A, "get", P>;
      } catch (error) {
        if (!isProblem(error, "version_moved") || tries >= 5) throw error;
      }
    }
  }

  /** Events as they happen, each once and in order, over broken connections, too. */
  events(options: EventOptions = {}): AsyncGenerator<Received, void> {
    const source = {
      json: (call: Call) => this.#json(call),
      stream: (call: Call) =>
        this.#transport.send(call, this.#credentials, async (response) => {
          if (!response.body) throw new Error("the event stream has no body");
          return response.body;
        }),
      retry: this.#transport.settings.retry,
    };
    return events(source, options);
  }

  /** Keeps a file, whose kind the server tells from its bytes and name. */
  async upload(content: Blob | Uint8Array | string, name: string, options: CallOptions = {}): Promise<Schemas["File"]> {
    const body = new FormData();
    body.append("file", content instanceof Blob ? content : new Blob([content as BlobPart]), name);
    return (await this.#json({ ...callOf("post", "/v1/files", options), body })) as Schemas["File"];
  }

  /** A file's bytes: `.body` streams them, `.blob()` and `.arrayBuffer()` hold them all. */
  download(id: string, options: CallOptions = {}): Promise<Response> {
    const call = callOf("get", "/v1/files/{id}/content", { ...options, path: { id } });
    call.headers = { ...call.headers, accept: "*/*" };
    return this.#transport.send({ ...call, streamed: true }, this.#credentials, async (response) => response);
  }

  #session(tokens: Tokens): Session {
    // A used refresh token is honoured for ten seconds more, so a lost answer may be asked for again within them, and not later.
    const once = { timeoutMs: 4_000, repeatable: true, retriesMax: 1 };
    const exchange = (refresh_token: string) => this.#json({ method: "POST", path: "/v1/auth/refresh", body: { refresh_token }, ...once }, nobody);
    const session = new Session(tokens, exchange as (token: string) => Promise<Tokens>, this.#onTokens);
    this.#credentials = session;
    return session;
  }

  async #data<T>(method: Method, path: string, args: readonly unknown[]): Promise<T> {
    return (await this.#json(callOf(method, path, args[0] as Loose))) as T;
  }

  async #json(call: Call, credentials = this.#credentials): Promise<unknown> {
    return (await this.#answer(call, credentials)).data;
  }

  #answer(call: Call, credentials = this.#credentials): Promise<Answer<unknown>> {
    return this.#transport.send(call, credentials, async (response) => ({
      data: await bodyOf(response),
      status: response.status,
      etag: response.headers.get("etag") ?? undefined,
      requestId: response.headers.get("x-request-id") ?? "",
      replayed: response.headers.get("idempotency-replayed") === "true",
    }));
  }

  async *#pages<T>(call: (cursor?: string) => Call): AsyncGenerator<T, void> {
    for (let cursor: string | undefined; ; ) {
      const page = (await this.#json(call(cursor))) as Page<unknown>;
      yield page as T;
      if (!page.has_more || !page.next_cursor) return;
      cursor = page.next_cursor;
    }
  }
}

/** The id of a field that holds an id, or (with `expand`) the object itself. */
export function idOf(field: string | { id: string }): string {
  return typeof field === "string" ? field : field.id;
}

type Loose = CallOptions & { path?: Call["pathValues"]; query?: Record<string, QueryValue>; body?: unknown };

function callOf(method: Method, path: string, options: Loose = {}): Call {
  const { path: pathValues, ifMatch, headers, ...rest } = options;
  const tag = typeof ifMatch === "object" ? `"${ifMatch.version}"` : ifMatch;
  return { ...rest, method: method.toUpperCase(), path, pathValues, headers: tag ? { ...headers, "if-match": tag } : { ...headers } };
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const json = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return json ? response.json() : response.text();
}
