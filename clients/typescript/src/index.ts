export { Countersign, idOf, type Answer, type ClientOptions } from "./client.js";
export { ConnectionError, ProblemError, isProblem, type Fault, type Problem } from "./problem.js";
export type { paths } from "./api.js";
export type { EventOptions, Received } from "./events.js";
export type { ProblemKind } from "./kinds.js";
export type { RetryOptions } from "./retry.js";
export type { Tokens } from "./session.js";
export type { CallOptions, KnownEvent, Schemas } from "./types.js";
