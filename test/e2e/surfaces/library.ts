import { KvdError } from "../../../src/base/errors.ts";
import type { Address } from "../../../src/base/seams.ts";
import type { Client } from "../../../src/client/client.ts";
import { openClient } from "../../../src/client/open.ts";
import type { Modification } from "../../../src/client/operations.ts";
import { Revisions, type Seen, type Step, type Surface } from "./step.ts";

const PREFIX = "library/";
/** The first key above all with the prefix. */
const PREFIX_END = "library0";
const PATIENCE = { timeoutMs: 30_000 } as const;

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

/** The client library. */
export async function librarySurface(endpoints: readonly Address[]): Promise<Surface> {
  const client = await openClient({ endpoints });
  const revisions = new Revisions();
  return {
    name: "library",
    perform: async (step) => {
      try {
        return await perform(client, step, revisions);
      } catch (thrown) {
        if (!(thrown instanceof KvdError)) throw thrown;
        const { code, outcome, retryable, conflict } = thrown.failure;
        const stands =
          conflict?.kind === "revision" ? { standsAt: revisions.numberOf(conflict.revision) } : {};
        return { kind: "refused", code, outcome, retryable, ...stands };
      }
    },
    close: () => client.close(),
  };
}

async function perform(client: Client, step: Step, revisions: Revisions): Promise<Seen> {
  switch (step.kind) {
    case "put": {
      const lifetime = step.ttlMs === undefined ? {} : { ttlMs: step.ttlMs };
      const reply = await client.put(keyOf(step.key), step.value, { ...PATIENCE, ...lifetime });
      const revision = revisions.take(reply.revision);
      const created = revisions.numberOf(reply.createRevision);
      return { kind: "put", version: reply.version, created, revision };
    }
    case "get": {
      const { record, timeLeftMs } = await client.get(keyOf(step.key), PATIENCE);
      // The library answers undefined; the others have a word for it.
      if (record === undefined)
        return { kind: "refused", code: "not_found", outcome: "not_applied", retryable: false };
      const created = revisions.numberOf(record.createRevision);
      const changed = revisions.numberOf(record.modRevision);
      const { version } = record;
      return {
        kind: "get",
        value: text(record.value),
        version,
        created,
        changed,
        ends: timeLeftMs !== undefined,
      };
    }
    case "put-all": {
      const entries = step.entries.map(([key, value]) => [keyOf(key), value] as const);
      const { count, revision } = await client.putAll(entries, PATIENCE);
      return { kind: "put-all", count, revision: revisions.take(revision) };
    }
    case "delete": {
      const { deleted, revision } = await client.delete(keyOf(step.key), PATIENCE);
      if (deleted) revisions.take(revision);
      return { kind: "delete", deleted };
    }
    case "keys": {
      const start = `${keyOf(step.after)}\0`;
      const { items, more } = await client.range({ start, end: PREFIX_END, limit: step.limit, ...PATIENCE });
      return { kind: "keys", keys: items.map(({ key }) => text(key).slice(PREFIX.length)), more };
    }
    default: {
      const reply = await client.modify(keyOf(step.key), modificationOf(step), {
        ...PATIENCE,
        previous: true,
      });
      if (reply.changed) revisions.take(reply.revision);
      const old = reply.previous === undefined ? null : text(reply.previous.value);
      return { kind: "modify", old, new: text(reply.value), isChanged: reply.changed };
    }
  }
}

/** An empty key stays empty. */
function keyOf(key: string): string {
  return key === "" ? "" : PREFIX + key;
}

function modificationOf(step: Extract<Step, { by: string } | { text: string }>): Modification {
  if (step.kind === "cas") return { op: "cas", expected: step.expected, argument: step.text };
  if ("by" in step) return { op: step.kind, argument: BigInt(step.by) };
  return { op: step.kind, argument: step.text };
}
