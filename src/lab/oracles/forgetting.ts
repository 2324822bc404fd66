import type { HistoryWindow } from "../../node/compaction.ts";
import type { Model } from "./model.ts";
import { demand } from "./violation.ts";

/** What the lab's nodes keep: so little that a run of a minute forgets most of its changes. */
export const LAB_WINDOW: HistoryWindow = { ageMs: 15_000, revisions: 400 };

/** Holds what a node has the log forget, by itself, at `stampMs` of cluster time to its window: nothing younger goes. */
export function checkForgetting(model: Model, stampMs: number, revision: number): void {
  const now = model.metaAt(model.watermark);
  if (revision <= now.revision - LAB_WINDOW.revisions) return;
  const then = stampMs - LAB_WINDOW.ageMs;
  let watermark = model.watermark;
  while (watermark > 1 && model.metaAt(watermark).timeMs > then) watermark--;
  const old = model.metaAt(watermark);
  demand(
    old.timeMs <= then && revision <= old.revision,
    "I39 what is kept is forgotten no earlier than it may be",
    () =>
      `${revision} was forgotten at ${stampMs}, when ${then} had revision ${old.revision} of ${now.revision}`,
  );
}
