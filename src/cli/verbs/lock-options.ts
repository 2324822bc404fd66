import type { Options } from "yargs";
import type { Fence } from "../../client/options.ts";
import type { Holder } from "../../client/replies.ts";
import type { Arguments } from "../command.ts";
import { jsonBytes, refuseReplaced } from "../key-text.ts";
import { usageError } from "../program-error.ts";
import { keyOf, ttlOf } from "./data-options.ts";

export const TTL_OPTION: Readonly<Record<string, Options>> = {
  ttl: { type: "string", describe: "how long it outlives a holder that is not heard of [15s]" },
};

export const FENCE_OPTION: Readonly<Record<string, Options>> = {
  fence: {
    type: "string",
    describe: "KEY:TOKEN of a lock: only while it is held; status 1 when it is not",
  },
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

/** As `fence` of a change. */
export function fenceOptionOf(args: Arguments): { readonly fence?: Fence } {
  const text = args.optionalText("fence");
  if (text === undefined) return {};
  const colon = text.lastIndexOf(":");
  const token = text.slice(colon + 1);
  if (colon < 1 || !/^[1-9]\d{0,14}$/.test(token)) throw usageError(`--fence: '${text}' is not KEY:TOKEN`);
  return { fence: { key: keyOf(args, text.slice(0, colon)), token: Number(token) } };
}

/** Null for nobody. */
export function jsonHolder(holder: Holder | undefined): Readonly<Record<string, unknown>> | null {
  if (holder === undefined) return null;
  const { key, token, leaseId, value } = holder;
  return { ...jsonBytes("key", key), token, lease_id: leaseId, ...jsonBytes("value", value) };
}
