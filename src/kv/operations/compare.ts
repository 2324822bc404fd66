import { unreachable } from "../../base/assert.ts";
import { compareBytes } from "../../base/bytes.ts";
import type { Compare, KeyRecord, Relation } from "../command.ts";

/** Whether what a transaction asks about a key is so. */
export function holds(compare: Compare, present: KeyRecord | undefined): boolean {
  switch (compare.target) {
    case "exists":
      return compare.exists === (present !== undefined);
    case "value":
      return present === undefined
        ? compare.relation === "!="
        : related(compareBytes(present.value, compare.value), compare.relation);
    case "version":
      return related((present?.version ?? 0) - compare.number, compare.relation);
    case "create-revision":
      return related((present?.createRevision ?? 0) - compare.number, compare.relation);
    case "mod-revision":
      return related((present?.modRevision ?? 0) - compare.number, compare.relation);
    default:
      return unreachable(compare);
  }
}

/** `difference`: negative, zero or positive. */
function related(difference: number, relation: Relation): boolean {
  switch (relation) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case ">":
      return difference > 0;
    default:
      return unreachable(relation);
  }
}
