/** Reads `text/event-stream`. */

import { ConnectionError } from "./problem.js";

export interface Message {
  /** The last `id` so far. */
  id: string;
  event: string;
  /** Empty where only the id moved on. */
  data: string;
}

/** No event of the API is near this. */
const CHARACTERS_MAX = 16 * 1024 * 1024;

/**
 * The messages of a stream until it ends.
 * @param silenceMs the stream counts as lost when nothing at all came for so long
 */
export async function* messages(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<Message, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let id = "";
  let message = { event: "", data: [] as string[], touched: false };
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMs);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      if (rest.length > CHARACTERS_MAX) throw new ConnectionError("the event stream sent a line without an end");
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.map((line) => line.replace(/\r$/, ""))) {
        if (line === "") {
          if (message.touched) yield { id, event: message.event || "message", data: message.data.join("\n") };
          message = { event: "", data: [], touched: false };
          continue;
        }
        const [, name, text] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
        if (name === "id") id = text ?? "";
        else if (name === "event") message.event = text ?? "";
        else if (name === "data") message.data.push(text ?? "");
        if (name === "id" || name === "data") message.touched = true;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectionError(`the event stream was silent for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError(`the event stream broke: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
