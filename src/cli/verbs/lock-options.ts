import type { Options } from "yargs";
import type { Holder } from "../../client/replies.ts";
import type { Arguments } from "../command.ts";
import { jsonBytes, refuseReplaced } from "../key-text.ts";
import { usageError } from "../program-error.ts";
import { ttlOf } from "./data-options.ts";

export const TTL_OPTION: Readonly<Record<string, Options>> = {
  ttl: { type: "string", describe: "how long it outlives a holder that is not heard of [15s]" },
};

export function ttlOptionOf(args: Arguments): { readonly ttlMs?: number } {
  const ttl = args.optionalText("ttl");
  return ttl === undefined ? {} : { ttlMs: ttlOf(ttl, "--ttl") };
}

/** The name of a lock or an election, which is text. */
export function lockNameOf(args: Arguments): string {
  const name = args.text("name");
  if (name === "") throw usageError("a lock needs a name");
  refuseReplaced(name, "such a name cannot be typed");
  return name;
}

/** Null for nobody. */
export function jsonHolder(holder: Holder | undefined): Readonly<Record<string, unknown>> | null {
  if (holder === undefined) return null;
  const { key, token, leaseId, value } = holder;
  return { ...jsonBytes("key", key), token, lease: leaseId, ...jsonBytes("value", value) };
}
