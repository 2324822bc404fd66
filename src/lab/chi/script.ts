import type { ErrorCode } from "../../base/errors.ts";

/** A request for data, asked of one node. Keys and values are text, UTF-8 on the way. */
export type Question =
  | { readonly kind: "set"; readonly node: string; readonly key: string; readonly value: string }
  | { readonly kind: "get"; readonly node: string; readonly key: string }
  | { readonly kind: "delete"; readonly node: string; readonly key: string };

/** What a key may hold. */
export type Content = { readonly kind: "value"; readonly value: string } | { readonly kind: "absent" };

/** What is to be true of the answer before, or of who leads. */
export type Expectation =
  | { readonly kind: "ok" }
  /** One of these; at least one. */
  | { readonly kind: "content"; readonly contents: readonly Content[] }
  /** One of these codes; any error when there is none. */
  | { readonly kind: "error"; readonly codes: readonly ErrorCode[] }
  | { readonly kind: "leader"; readonly node: string; readonly isLeader: boolean };

/** What is done to a single node. */
export type NodeAction = "start" | "fail" | "recover" | "pause" | "resume";

export type Command =
  | Question
  | { readonly kind: NodeAction; readonly node: string }
  /** The leader hands over to this node. */
  | { readonly kind: "failover"; readonly node: string }
  | { readonly kind: "wait"; readonly ms: number }
  /** Disjoint; a member in none of them is cut off from everybody. */
  | { readonly kind: "partition"; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: "heal" }
  | { readonly kind: "expect"; readonly expectation: Expectation };

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly command: Command;
}

export interface Script {
  /** As messages name it. */
  readonly file: string;
  readonly lines: readonly Line[];
  /** Every node that the file names, in the order of the file; all are members. */
  readonly members: readonly string[];
}

/** What is wrong with one line of a script; `message` is one line for people. Line and column count from 1. */
export interface ScriptProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
