import type { MembersView } from "../wire/member-messages.ts";
import type { Run } from "./command.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError, usageError } from "./program-error.ts";
import { memberOfView } from "./promotion-wait.ts";

/** A node in the place of another: their names. */
export interface Replacement {
  readonly old: string;
  readonly fresh: string;
}

/**
 * Whether members as they are may be half of a replacement whose new node is among them: `likely` when they look just
 * as one leaves them, `doubtful` when it came later but need not have come for this, `impossible` when it was
 * there first.
 */
export type HalfDone = "likely" | "doubtful" | "impossible";

/** Throws a ProgramError when the new node is no member. */
export function halfDone(view: MembersView, { old, fresh }: Replacement): HalfDone {
  const { membership, genesis } = view;
  const left = membership.members.find(({ name }) => name === old);
  const come = memberOfView(view, fresh);
  if (left === undefined) return "likely";
  // Ids are given in the order of coming; those of founders tell nothing about each other.
  const isFounder = genesis.members.some(({ id }) => id === come.id);
  if (isFounder || come.id < left.id) return "impossible";
  if (come.role !== "voter") return "likely";
  const isNewest = come.id === membership.nextNodeId - 1;
  const voters = membership.members.filter(({ role }) => role === "voter").length;
  // Whoever has an odd number of voters, as they should, has one more in the middle of it.
  return isNewest && voters % 2 === 0 ? "likely" : "doubtful";
}

/** Throws unless going on is what is meant: somebody is asked, or `--yes` was given, where that is in doubt. */
export async function confirmHalfDone(run: Run, view: MembersView, replacement: Replacement): Promise<void> {
  const { old, fresh } = replacement;
  const verdict = halfDone(view, replacement);
  if (verdict === "impossible") {
    throw usageError(
      `${fresh} is no new node, it has been a member for as long as ${old}, or longer: nothing would come, and ${old} would go. ` +
        `If that is wanted: kvadm member remove ${old}; else name a node that is to come: ` +
        `kvadm member replace ${old} NAME HOST:PORT`,
    );
  }
  const { args, terminal } = run;
  if (verdict === "likely" || args.flag("yes") || args.flag("dry-run")) return;
  const doubt = `${fresh} votes already, and may not have come in the place of ${old}`;
  if (!terminal.isInteractive) {
    throw usageError(`${doubt}: --yes removes ${old} all the same; --dry-run says who would vote then`);
  }
  const line = await terminal.ask(`${doubt}: remove ${old}? [y/N] `);
  if (/^y(es)?$/i.test(line.trim())) return;
  throw new ProgramError("nothing was changed", { exitCode: EXIT_CODES.usage, code: "not_confirmed" });
}
