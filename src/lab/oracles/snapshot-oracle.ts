import type { History, Operation, SeenRecord } from "./history.ts";
import { demand } from "./violation.ts";

/** What a read showed of one key, and the revision of the store in which it showed it. */
export interface Sight {
  readonly client: string;
  readonly key: string;
  readonly record: SeenRecord | undefined;
  readonly revision: number;
}

/**
 * Reads of every level show the store as it was after some revision: no session sees it going back, and
 * whatever was acknowledged at or below that revision is in what it shows.
 */
export class SnapshotOracle {
  readonly #seen = new Map<string, number>();
  readonly #sights: Sight[] = [];
  /** By revision. */
  readonly #records = new Map<number, string>();

  /** What the client has been shown so far, to be handed to `onRead` of what it asks now. */
  floorOf(client: string): number {
    return this.#seen.get(client) ?? 0;
  }

  /** Any answer to the client. */
  onAnswer(client: string, revision: number): void {
    this.#seen.set(client, Math.max(this.floorOf(client), revision));
  }

  onRead(sight: Sight, floor: number): void {
    const { client, key, record, revision } = sight;
    demand(
      revision >= floor,
      "a session never goes back",
      () => `${client} read ${key} at revision ${revision} after it had seen ${floor}`,
    );
    this.onAnswer(client, revision);
    this.#sights.push(sight);
    if (record === undefined) return;
    demand(
      record.modRevision <= revision,
      "no read from the future",
      () => `${key} has revision ${record.modRevision} in a store of revision ${revision}`,
    );
    const text = JSON.stringify([key, record.tag, record.version, record.createRevision]);
    const known = this.#records.get(record.modRevision);
    if (known === undefined) this.#records.set(record.modRevision, text);
    demand(
      known === undefined || known === text,
      "one change per revision",
      () => `revision ${record.modRevision} is ${text} here, and was ${known}`,
    );
  }

  /** Holds every sight against what the clients were told of their writes. */
  finish(history: History): void {
    for (const sight of this.#sights) {
      const operations = history.of(sight.key);
      const last = lastChange(operations, sight.revision);
      if (last === undefined) continue;
      if (sight.record !== undefined) {
        demand(last.revision <= sight.record.modRevision, "a read shows its whole revision", () =>
          describe(sight, last),
        );
      } else if (!last.isDelete) {
        const mayBeDeleted = operations.some(
          ({ action, outcome }) => action.kind === "delete" && outcome.kind === "unknown",
        );
        demand(mayBeDeleted, "a read shows its whole revision", () => describe(sight, last));
      }
    }
  }
}

interface Change {
  readonly revision: number;
  readonly isDelete: boolean;
}

/** The last acknowledged change at or below `revision`. */
function lastChange(operations: readonly Operation[], revision: number): Change | undefined {
  let last: Change | undefined;
  for (const { outcome } of operations) {
    if (outcome.kind !== "put" && !(outcome.kind === "deleted" && outcome.deleted)) continue;
    if (outcome.revision > revision || (last !== undefined && outcome.revision < last.revision)) continue;
    last = { revision: outcome.revision, isDelete: outcome.kind === "deleted" };
  }
  return last;
}

function describe({ client, key, record, revision }: Sight, last: Change): string {
  return `${client} read ${key} at revision ${revision} as of ${record?.modRevision ?? "absent"}, but it was changed at ${last.revision}`;
}
