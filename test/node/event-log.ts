import { equalBytes } from "../../src/base/bytes.ts";
import type { EventReader, KeyEvent } from "../../src/kv/event.ts";
import { text } from "../kv/test-state.ts";

/** Changes in memory, made by tests; counts how many of them were looked at. */
export class EventLog implements EventReader {
  readonly all: KeyEvent[] = [];
  revision = 0;
  compacted = 0;
  looked = 0;

  /** One revision that puts the keys, or deletes those written as `-key`; the value is the revision. */
  change(...keys: readonly string[]): number {
    const revision = ++this.revision;
    for (const written of keys) {
      const isDelete = written.startsWith("-");
      const key = text(isDelete ? written.slice(1) : written);
      const before = this.all.findLast((event) => equalBytes(event.key, key));
      const createRevision = before?.record?.createRevision ?? revision;
      const version = (before?.record?.version ?? 0) + 1;
      const value = text(`${revision}`);
      const record = { value, createRevision, modRevision: revision, version, leaseId: 0 };
      const previousRevision = before?.revision ?? 0;
      this.all.push({ key, revision, record: isDelete ? undefined : record, previousRevision });
    }
    return revision;
  }

  *events(from: number): Iterable<KeyEvent> {
    for (const event of this.all) {
      if (event.revision < from) continue;
      this.looked++;
      yield event;
    }
  }

  at(key: Uint8Array, revision: number): KeyEvent {
    const found = this.all.find((event) => event.revision === revision && equalBytes(event.key, key));
    if (found === undefined) throw new Error(`no change at ${revision}`);
    return found;
  }

  newest(key: Uint8Array): number {
    return this.all.findLast((event) => equalBytes(event.key, key))?.revision ?? 0;
  }
}
