/** Who calls: an API key, or a sign-in that is refreshed when it is needed. */

import type { components } from "./api.js";
import { isProblem } from "./problem.js";

/** What a sign-in gives. Keep the refresh token where only this person's programs read it. */
export type Tokens = components["schemas"]["TokensView"];

export interface Credentials {
  /** The `Authorization` header. */
  authorization(): Promise<string | undefined>;
  /** Counts the changes of it, because two access tokens of one second are the same text. */
  readonly generation: number;
  /** After a 401 to the header of this generation: whether there is another to try. */
  renew(generation: number): Promise<boolean>;
}

export const nobody: Credentials = {
  authorization: async () => undefined,
  generation: 0,
  renew: async () => false,
};

export function apiKey(key: string): Credentials {
  return { authorization: async () => `Bearer ${key}`, generation: 0, renew: async () => false };
}

/** Renewed so long before its end, because a call takes its time. */
const EARLY_MS = 15_000;

/** A sign-in. However many calls need new tokens, one refresh is on its way: a refresh token counts once. */
export class Session implements Credentials {
  #tokens: Tokens | undefined;
  #renewAt: number;
  #renewing: Promise<void> | undefined;
  generation = 0;

  constructor(
    tokens: Tokens,
    private readonly exchange: (refreshToken: string) => Promise<Tokens>,
    /** Hears of each change: to keep new tokens, or (`undefined`) to show the sign-in page. */
    private readonly onTokens: (tokens: Tokens | undefined) => void = () => {},
  ) {
    this.#tokens = tokens;
    // How old they are is not known; if they are too old, a 401 says so.
    this.#renewAt = Number.POSITIVE_INFINITY;
  }

  get tokens(): Tokens | undefined {
    return this.#tokens;
  }

  /** New tokens, or none after a sign-out. */
  replace(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
    this.generation += 1;
    this.#renewAt = tokens ? Date.now() + tokens.expires_in * 1000 - EARLY_MS : Number.POSITIVE_INFINITY;
    this.onTokens(tokens);
  }

  async authorization(): Promise<string | undefined> {
    if (this.#renewing || Date.now() >= this.#renewAt) await this.#renew();
    return this.#tokens && `Bearer ${this.#tokens.access_token}`;
  }

  async renew(generation: number): Promise<boolean> {
    if (!this.#tokens) return false;
    // Another call may have renewed them meanwhile.
    if (generation === this.generation) await this.#renew();
    return this.#tokens !== undefined;
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#exchanged().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #exchanged(): Promise<void> {
    const before = this.#tokens;
    if (!before) return;
    try {
      const tokens = await this.exchange(before.refresh_token);
      // Whoever signed out meanwhile stays signed out.
      if (this.#tokens === before) this.replace(tokens);
    } catch (error) {
      if (isProblem(error) && error.status === 401) this.replace(undefined);
      throw error;
    }
  }
}
