/** What goes wrong, as errors that a program can tell apart. */

import type { components } from "./api.js";
import type { ProblemKind } from "./kinds.js";

/** The body of a failure: `application/problem+json`, RFC 9457. */
export type Problem = components["schemas"]["Problem"];

/** One thing that is wrong: where (`pointer` into the body, `parameter` or `header`), `code`, and `detail` in words. */
export type Fault = NonNullable<Problem["errors"]>[number];

/** An answer of the server that says no. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** One of a closed list, with one status each: the last part of `type`. */
  readonly kind: ProblemKind;
  /** The kind, or something finer: `deal_not_open` is a `conflict`. */
  readonly code: string;
  readonly status: number;
  /** In the language of `Accept-Language`, for people to read. */
  readonly detail: string;
  /** What the server's log knows the request by. */
  readonly requestId: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** All that is wrong with what was sent. */
  readonly errors: readonly Fault[];

  constructor(
    readonly problem: Problem,
    /** Milliseconds that the server asked to wait for, if it did. */
    readonly retryAfterMs?: number,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail} (request ${problem.request_id || "unknown"})`);
    this.kind = (problem.type.split("/").pop() ?? "") as ProblemKind;
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.requestId = problem.request_id;
    this.retryable = problem.retryable;
    this.errors = problem.errors ?? [];
  }

  /** What is wrong at a JSON pointer or below it, such as `/form/amount`. */
  at(pointer: string): Fault[] {
    return this.errors.filter((fault) => fault.pointer === pointer || fault.pointer?.startsWith(`${pointer}/`));
  }
}

/** No answer came: the network failed, or the time was up. `cause` holds the reason. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Whether an error is a problem, of this kind or code if one is named. */
export function isProblem(error: unknown, kindOrCode?: ProblemKind | (string & {})): error is ProblemError {
  if (!(error instanceof ProblemError)) return false;
  return kindOrCode === undefined || error.kind === kindOrCode || error.code === kindOrCode;
}

/** Reads the problem in an answer; one that a proxy wrote becomes a problem of the same status. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text().catch(() => "");
  return new ProblemError(
    parsed(text, response) ?? {
      type: "about:blank",
      title: response.statusText,
      status: response.status,
      detail: text.slice(0, 500) || response.statusText,
      instance: "",
      code: `http_${response.status}`,
      request_id: response.headers.get("x-request-id") ?? "",
      retryable: [408, 429, 502, 503, 504].includes(response.status),
    },
    retryAfterMs(response.headers.get("retry-after")),
  );
}

function parsed(text: string, response: Response): Problem | undefined {
  if (!response.headers.get("content-type")?.includes("json")) return undefined;
  try {
    const body = JSON.parse(text) as Problem;
    return typeof body?.code === "string" && typeof body.type === "string" ? body : undefined;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in either of its forms: seconds, or a date. */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
