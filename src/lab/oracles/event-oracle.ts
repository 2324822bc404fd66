import { keyText } from "../../kv/key-text.ts";
import type { MemoryState } from "../../storage/memory-disk.ts";
import { equalRecords, type Model } from "./model.ts";
import type { Verified } from "./verified.ts";
import { demand } from "./violation.ts";

const RULE = "I18 a state keeps every change that is not forgotten";

/** Holds the changes that a member has on disk to those of the model, and the tombstones that lead to them. */
export function checkEvents(name: string, state: MemoryState, model: Model, verified: Verified): void {
  const { watermark, meta, events } = state;
  let count = 0;
  let last = 0;
  for (const row of events) {
    const firstRevision = row.events[0]?.revision ?? 0;
    if (firstRevision > meta.compacted && firstRevision >= last && verified.has(row, model)) {
      last = row.revision;
      count += row.events.length;
      continue;
    }
    for (const { key, revision, record, previousRevision } of row.events) {
      demand(revision >= last, RULE, () => `${name} at ${watermark} has revision ${revision} after ${last}`);
      last = revision;
      if (revision <= meta.compacted) continue;
      const right = model.changeOf(keyText(key), revision);
      const isRight =
        right !== undefined &&
        equalRecords(record, right.record) &&
        previousRevision === right.previousRevision;
      const what = (): string =>
        `${name} at ${watermark}: ${keyText(key)}@${revision} after ${previousRevision}`;
      demand(isRight, RULE, () => `${what()} instead of ${JSON.stringify(right)}`);
      count++;
    }
    demand(
      row.revision === last,
      RULE,
      () => `${name} at ${watermark}: a row of ${last} says ${row.revision}`,
    );
    if (firstRevision > meta.compacted) verified.add(row, model);
  }
  const expected = model.changeCount(meta.compacted, meta.revision);
  demand(count === expected, RULE, () => `${name} at ${watermark} has ${count} changes, not ${expected}`);
  checkTombstones(name, state, model);
}

function checkTombstones(name: string, { watermark, meta, tombstones }: MemoryState, model: Model): void {
  for (const key of model.keys()) {
    const gone =
      model.recordAt(key, watermark) === undefined ? model.lastChangeAt(key, watermark) : undefined;
    if (gone === undefined || gone <= meta.compacted) continue;
    const found = tombstones.get(key);
    demand(
      found === gone,
      RULE,
      () => `${name} at ${watermark}: ${key} went at ${gone}, not ${found ?? "known"}`,
    );
  }
}
