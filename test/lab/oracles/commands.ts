import { BALLOT_ZERO, slot } from "../../../src/base/ids.ts";
import type { Batch, Command } from "../../../src/kv/command.ts";
import type { Model } from "../../../src/lab/oracles/model.ts";
import { decodeCommand, encodeCommand } from "../../../src/wire/command-codec.ts";

const encoder = new TextEncoder();

/** A request of client 1 unless told otherwise; its deadline is far away. */
export interface RequestShape {
  readonly sequence: number;
  readonly key?: string;
  /** Undefined: a delete. */
  readonly value?: string | undefined;
  readonly acknowledged?: number;
  readonly deadlineMs?: number;
}

/** The command as a client sends it. */
export function commandBytes(shape: RequestShape): Uint8Array {
  const { sequence, key = "k", value, acknowledged = 0, deadlineMs = 1_000_000 } = shape;
  const identity = { client: new Uint8Array(16).fill(1), sequence, acknowledged, deadlineMs };
  const name = encoder.encode(key);
  if (value === undefined) return encodeCommand(identity, { kind: "delete", key: name, previous: false });
  return encodeCommand(identity, { kind: "put", key: name, value: encoder.encode(value), previous: false });
}

export function command(shape: RequestShape): Command {
  const decoded = decodeCommand(commandBytes(shape));
  if (typeof decoded === "string") throw new Error(decoded);
  return decoded;
}

/** The model's next slot. */
export function apply(model: Model, stampMs: number, ...shapes: readonly RequestShape[]): Batch {
  const batch = { stampMs, wallMs: 0, reign: BALLOT_ZERO, commands: shapes.map(command) };
  model.apply(slot(model.watermark), batch);
  return batch;
}
