import { failure, KvdError } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import { CHUNKS_ASKED_MAX } from "../base/limits.ts";
import type { Address, Timers } from "../base/seams.ts";
import type { OfferedSnapshot, Request } from "../wire/client-messages.ts";
import { type Caller, expectBody } from "./caller.ts";
import type { RequestOptions } from "./options.ts";

/** A snapshot that is being made is asked for again after this long. */
const MAKING_MS = 200;

/** How recent a snapshot must be: either will do. */
export interface SnapshotOptions extends RequestOptions {
  /** Every slot below is in it. */
  readonly least: Slot;
  /** Everything is in it that is older than this, in cluster time; by default that will not do. */
  readonly maxAgeMs?: number;
}

/** A snapshot at one node. */
export interface PulledSnapshot {
  /** As storage encodes it. */
  readonly manifest: Uint8Array;
  /** The name of the node that has it. */
  readonly servedBy: string;
  /** Its chunks in their order, as they were sealed; the caller checks them. A few at most are in memory. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Has one node make a snapshot, or offer the one that it has. `timeoutMs` is the patience with each request. */
export async function pullSnapshot(
  address: Address,
  options: SnapshotOptions,
  deps: { readonly caller: Caller; readonly timers: Timers },
): Promise<PulledSnapshot> {
  const { caller, timers } = deps;
  const { least, maxAgeMs = 0, ...patience } = options;
  const target = { kind: "node", address } as const;
  const request = (id: number, timeoutMs: number): Request => {
    return { kind: "snapshot", id, timeoutMs, least, maxAgeMs };
  };
  // A disk is not emptied while somebody waits.
  const asking = { ...patience, lastingCode: "no_space" } as const;
  for (;;) {
    const reply = await caller.ask(target, request, asking);
    const { offered } = expectBody(reply, "snapshot");
    if (offered !== undefined) {
      const { manifest } = offered;
      const ask = (index: number) => askChunk(index, { offered, address, patience, caller });
      return { manifest, servedBy: reply.servedBy, chunks: () => inOrder(offered.chunks, ask) };
    }
    await new Promise<void>((resolve) => timers.after(MAKING_MS, resolve));
  }
}

async function askChunk(
  index: number,
  from: {
    readonly offered: OfferedSnapshot;
    readonly address: Address;
    readonly patience: RequestOptions;
    readonly caller: Caller;
  },
): Promise<Uint8Array> {
  const { offered, address, patience, caller } = from;
  const { hash } = offered;
  const request = (id: number, timeoutMs: number): Request => ({ kind: "chunk", id, timeoutMs, hash, index });
  const { content } = expectBody(await caller.ask({ kind: "node", address }, request, patience), "chunk");
  if (content !== undefined) return content;
  const message =
    "the node has replaced the snapshot, or found it damaged, before all of it was fetched; try again";
  throw new KvdError(failure("unavailable", "not_applied", message));
}

async function* inOrder(
  count: number,
  ask: (index: number) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const asked: Promise<Uint8Array>[] = [];
  for (let next = 0; next < count || asked.length > 0; ) {
    while (next < count && asked.length < CHUNKS_ASKED_MAX) {
      const chunk = ask(next++);
      // Whoever leaves early does not await it any more.
      chunk.catch(() => undefined);
      asked.push(chunk);
    }
    const first = asked.shift();
    if (first !== undefined) yield await first;
  }
}
