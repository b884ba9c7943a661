/** When a call is tried again, and after what wait. */

import { ConnectionError, ProblemError } from "./problem.js";

export interface RetryOptions {
  /** Further tries after the first. 3 unless told; 0 never tries again. */
  retriesMax?: number;
  /** The first wait is up to this long, each later one up to twice the one before. 250 unless told. */
  backoffMs?: number;
  /** No wait of our own is longer. 8,000 unless told. */
  backoffMaxMs?: number;
  /** A `Retry-After` beyond this is not waited for: the error is thrown, and says the wait. 30,000 unless told. */
  retryAfterMaxMs?: number;
}

export type Retry = Required<RetryOptions>;

export function retryOf(options: RetryOptions = {}): Retry {
  return { retriesMax: 3, backoffMs: 250, backoffMaxMs: 8_000, retryAfterMaxMs: 30_000, ...options };
}

/** A random wait before try number `tries` + 1, so that many clients do not come back in the same moment. */
export function backoff(tries: number, retry: Retry): number {
  return Math.random() * Math.min(retry.backoffMaxMs, retry.backoffMs * 2 ** Math.min(tries, 30));
}

/**
 * Milliseconds to wait before the next try, or nothing if there is none.
 * @param repeatable whether the call does the same when it is done twice: it reads, or it has an idempotency key
 */
export function pause(error: unknown, tries: number, repeatable: boolean, retry: Retry): number | undefined {
  if (tries >= retry.retriesMax) return undefined;
  if (error instanceof ConnectionError) return repeatable ? backoff(tries, retry) : undefined;
  if (!(error instanceof ProblemError) || !error.retryable) return undefined;
  // These two say that nothing was done; after any other failure a proxy may have passed the call on.
  if (!repeatable && error.status !== 429 && error.status !== 503) return undefined;
  const asked = error.retryAfterMs ?? 0;
  return asked > retry.retryAfterMaxMs ? undefined : asked + backoff(tries, retry);
}

/** Waits, unless the signal ends the waiting. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** A key that no other call has: 128 random bits. */
export function newIdempotencyKey(): string {
  // `crypto.randomUUID` is missing on pages without HTTPS, and Node 18 has no `crypto` there. A key need not be secret.
  const bytes = globalThis.crypto?.getRandomValues(new Uint8Array(16)) ?? Array.from({ length: 16 }, () => Math.random() * 256);
  return Array.from(bytes, (byte) => Math.floor(byte).toString(16).padStart(2, "0")).join("");
}
