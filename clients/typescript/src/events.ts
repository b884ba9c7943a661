/** The log of events as it grows. */

import { ConnectionError, isProblem } from "./problem.js";
import { backoff, sleep } from "./retry.js";
import { messages } from "./sse.js";
import type { Call } from "./transport.js";
import type { Retry } from "./retry.js";
import type { KnownEvent } from "./types.js";

export interface EventOptions {
  /** Only these types, by name or by area (`oa.request.*`). */
  type?: readonly string[];
  /** Only what happened to these records. */
  subject?: readonly string[];
  /** Where to go on: the `cursor` of the last event that you are done with. What happens from now on, unless told. */
  cursor?: string;
  /** Ends the stream. */
  signal?: AbortSignal;
  /** After so many failed connections in a row the error is thrown. 100 unless told. */
  reconnectsMax?: number;
  /** A stream without any sign of life for so long is connected anew. 45,000 unless told; the server sends one each 15,000. */
  silenceMs?: number;
}

export interface Received {
  event: KnownEvent;
  /** Keep it with what you did about the event: from there the stream goes on after a restart. */
  cursor: string;
}

/** What the stream needs of the client. */
export interface Source {
  json(call: Call): Promise<unknown>;
  stream(call: Call): Promise<ReadableStream<Uint8Array>>;
  retry: Retry;
}

/** Each event once and in order, over as many connections as it takes. */
export async function* events(source: Source, options: EventOptions): AsyncGenerator<Received, void> {
  const { signal, silenceMs = 45_000, reconnectsMax = 100 } = options;
  const query = { type: options.type, subject: options.subject };
  // Known before the first connection, so that nothing is lost if it breaks before its first event.
  let cursor = options.cursor ?? (await newest(source, query, signal));
  for (let failures = 0; ; ) {
    try {
      const headers = { accept: "text/event-stream", "last-event-id": cursor };
      const body = await source.stream({ method: "GET", path: "/v1/events/stream", query, headers, signal, streamed: true });
      for await (const message of messages(body, silenceMs)) {
        failures = 0;
        cursor = message.id || cursor;
        // Its token ended, or the server stops: the next connection goes on.
        if (message.event === "end") break;
        if (message.data) yield { event: JSON.parse(message.data) as KnownEvent, cursor };
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const passing = error instanceof ConnectionError || (isProblem(error) && error.retryable);
      if (!passing || failures >= reconnectsMax) throw error;
    }
    await sleep(backoff(failures, source.retry), signal);
    failures += 1;
  }
}

async function newest(source: Source, query: Call["query"], signal?: AbortSignal): Promise<string> {
  const page = await source.json({ method: "GET", path: "/v1/events", query: { ...query, after: "now", limit: 1 }, signal });
  return (page as { next_cursor: string }).next_cursor;
}
