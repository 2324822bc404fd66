import type { ErrorCode, Outcome } from "../../base/errors.ts";
import type { NodeAction, Question } from "./script.ts";

/** For how long a node that was asked may take; afterwards the answer is an error. */
export const PATIENCE_MS = 5_000;
/** For how long a leader may try to hand over. */
export const HAND_OVER_MS = 1_000;

/** What a question came to. `revision` is the store's. */
export type Answer =
  | { readonly kind: "done"; readonly revision: number }
  | { readonly kind: "value"; readonly value: string; readonly revision: number }
  /** Of a get and of a delete: there was nothing. */
  | { readonly kind: "absent"; readonly revision: number }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly outcome: Outcome; readonly message: string };

/** A cluster that a script is run against, simulated or real. Whatever rejects ends the script. */
export interface ChiWorld {
  /** `start` and `recover` start a process, `fail` ends it as `kill -9` does. */
  act(action: NodeAction, node: string): Promise<void>;
  /** Nothing passes between members of different groups; replaces the partition before. */
  partition(groups: readonly (readonly string[])[]): Promise<void>;
  heal(): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Asks one node and no other; never rejects because of what a node answers, or that it does not. */
  ask(question: Question): Promise<Answer>;
  /** The one that serves with the highest ballot, of those that can be asked. */
  leader(): Promise<string | undefined>;
  /** Asks `leader` to hand over to `node`; returns when it has, or will not. */
  handOver(leader: string, node: string): Promise<void>;
  close(): Promise<void>;
}
