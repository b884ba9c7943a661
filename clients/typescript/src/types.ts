/** What each path takes and answers, read from the generated `paths`. */

import type { components, webhooks } from "./api.js";

export type Schemas = components["schemas"];
export type Method = "get" | "put" | "post" | "patch" | "delete";

/** The paths that have a method. */
export type PathOf<A, M extends Method> = { [P in keyof A]: A[P] extends Record<M, object> ? P : never }[keyof A] & string;

export type Operation<A, M extends Method, P> = P extends keyof A ? (A[P] extends Record<M, infer O> ? O : never) : never;

type Part<O, N extends "path" | "query"> = O extends { parameters: infer Q } ? (N extends keyof Q ? NonNullable<Q[N]> : never) : never;

/** The body in whatever media type there is. A text is YAML. */
export type BodyOf<O> = O extends { requestBody?: infer B }
  ? NonNullable<B> extends { content: infer C }
    ? C[keyof C]
    : never
  : never;

type WithBody<O> = [BodyOf<O>] extends [never]
  ? { body?: undefined }
  : O extends { requestBody: object }
    ? { body: BodyOf<O> }
    : { body?: BodyOf<O> };

type WithPath<O> = [Part<O, "path">] extends [never] ? { path?: undefined } : { path: Part<O, "path"> };

/** Without what gives the answer another shape; `validate_only` has a method of its own. */
type QueryOf<O> = Omit<Part<O, "query">, "validate_only" | "fields">;

type WithQuery<O> = [Part<O, "query">] extends [never]
  ? { query?: undefined }
  : Record<never, never> extends QueryOf<O>
    ? { query?: QueryOf<O> }
    : { query: QueryOf<O> };

/** Beside what the API's document says of a call. */
export interface CallOptions {
  /** The version that you read (412 if it moved): an object of the API, an ETag, or `*`. */
  ifMatch?: string | { version: number };
  /** One of your own, to go on after a restart; each writing call has a random one unless told. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** For each try. */
  timeoutMs?: number;
}

export type Options<O> = CallOptions & WithPath<O> & WithQuery<O> & WithBody<O>;

/** The options, which may be left out where none is needed. */
export type Arguments<T> = Record<never, never> extends T ? [options?: T] : [options: T];

type Content<O, S extends number> = O extends { responses: infer R }
  ? { [K in keyof R & S]: R[K] extends { content: infer C } ? C[keyof C] : undefined }[keyof R & S]
  : never;

/** What is kept has an id; the same without one is what `validate_only` shows. */
type Kept<T> = [Extract<T, { id: unknown }>] extends [never] ? T : Extract<T, { id: unknown }>;

/** The body of a success. */
export type ResultOf<O> = Kept<Content<O, 200 | 201 | 202 | 204>>;

/** What `validate` answers: the object as it would be, without its id. */
export type ValidatedOf<O> = Exclude<Content<O, 200 | 204>, { id: unknown }>;

/** The rows of a list. */
export type RowOf<T> = T extends { data: readonly (infer R)[] } ? R : never;

/** The paths whose GET answers a page of a list. */
export type ListPath<A> = {
  [P in PathOf<A, "get">]: ResultOf<Operation<A, "get", P>> extends { data: readonly unknown[]; has_more: boolean } ? P : never;
}[PathOf<A, "get">];

/** The paths of `POST …/search`. */
export type SearchPath<A> = PathOf<A, "post"> & `${string}/search`;

type EventBody<N> = N extends keyof webhooks ? webhooks[N]["post"]["requestBody"]["content"]["application/json"] : never;

/** What other systems send has types of their own making, which begin alike: `custom.payment.handled`. */
type EventNamed<N> = N extends `${infer Area}*` ? Omit<EventBody<N>, "type"> & { type: `${Area}${string}` } : EventBody<N>;

/** Every event that this version knows; `type` tells which, and `data` what it holds then. Later servers know more. */
export type KnownEvent = { [N in keyof webhooks]: EventNamed<N> }[keyof webhooks];
