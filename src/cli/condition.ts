import type { GetReply } from "../client/replies.ts";
import type { Relation } from "../kv/command.ts";
import { usageError } from "./program-error.ts";
import { bytesOfWord } from "./word-bytes.ts";

const RELATIONS: readonly Relation[] = ["!=", "=", "<", ">"];

/** What `wait --until` and `assert` ask of one key; the numbers of an absent key are 0. */
export type Condition =
  | { readonly kind: "exists"; readonly exists: boolean }
  | { readonly kind: "value"; readonly is: Relation; readonly value: Uint8Array }
  | { readonly kind: "rev" | "create" | "version"; readonly is: Relation; readonly number: number };

/** `exists`, `absent`, `value=on`, `rev>41`, `version=2`, `create=7`. Throws a usage error otherwise. */
export function parseCondition(text: string): Condition {
  if (text === "exists" || text === "absent") return { kind: "exists", exists: text === "exists" };
  const match = /^(value|rev|create|version)(!=|=|<|>)(.*)$/s.exec(text);
  const kind = match?.[1];
  const is = RELATIONS.find((relation) => relation === match?.[2]);
  const right = match?.[3] ?? "";
  if (is !== undefined && kind === "value") return { kind, is, value: bytesOfWord(right) };
  const isNumber = /^\d{1,15}$/.test(right);
  if (is !== undefined && isNumber && (kind === "rev" || kind === "create" || kind === "version"))
    return { kind, is, number: Number(right) };
  throw usageError(`'${text}' is not one of exists, absent, value=TEXT, rev>N, create=N, version=N`);
}

/** Whether it holds of the key as a get found it. */
export function holds(condition: Condition, { record }: Pick<GetReply, "record">): boolean {
  switch (condition.kind) {
    case "exists":
      return (record !== undefined) === condition.exists;
    case "value":
      if (record === undefined) return condition.is === "!=";
      return compares(Buffer.compare(record.value, condition.value), condition.is);
    case "rev":
      return compares((record?.modRevision ?? 0) - condition.number, condition.is);
    case "create":
      return compares((record?.createRevision ?? 0) - condition.number, condition.is);
    case "version":
      return compares((record?.version ?? 0) - condition.number, condition.is);
  }
}

/** Whether the left side stands so to the right one when `difference` is left minus right. */
export function compares(difference: number, is: Relation): boolean {
  switch (is) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case ">":
      return difference > 0;
  }
}
