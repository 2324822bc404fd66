import type { Client } from "../client/client.ts";
import type { Member } from "../paxos/membership.ts";
import type { MembersView } from "../wire/member-messages.ts";
import type { Run } from "./command.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";
import { ProgressLine } from "./progress-line.ts";
import { namedTimeoutOf } from "./session.ts";
import { surveyMembers } from "./survey.ts";

const POLL_MS = 200;
/** Of one question while a longer wait goes on. */
const ASK_MS = 5_000;

/** Throws a ProgramError when there is none: somebody has removed it. */
export function memberOfView({ membership }: MembersView, name: string): Member {
  const member = membership.members.find((one) => one.name === name);
  if (member !== undefined) return member;
  throw new ProgramError(`${name} is no member any more`, {
    exitCode: EXIT_CODES.negative,
    code: "no_member",
  });
}

/** Returns when the member votes; with `--timeout` it gives up then, and the member gets its vote all the same. */
export async function awaitVote(run: Run, client: Client, name: string): Promise<void> {
  const limitMs = namedTimeoutOf(run);
  const startMs = performance.now();
  const progress = new ProgressLine(run.terminal, () => performance.now());
  try {
    for (;;) {
      const view = await client.operator.members({ timeoutMs: ASK_MS });
      if (memberOfView(view, name).role === "voter" && view.settled) return;
      progress.show(undefined, await stateOf(client, name));
      if (limitMs !== undefined && performance.now() - startMs >= limitMs) throw lateError(name);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    progress.clear();
  }
}

async function stateOf(client: Client, name: string): Promise<string> {
  const surveyed = await surveyMembers(client, ASK_MS);
  const own = surveyed.find((one) => one.name === name)?.status;
  if (own === undefined) return `waiting for ${name}, which does not answer yet`;
  const newest = Math.max(...surveyed.map(({ status }) => status?.chosen ?? 0));
  return `${name} has applied ${own.applied} of ${newest} slots`;
}

function lateError(name: string): ProgramError {
  const message = `${name} has no vote yet; it gets one when it has caught up: kvadm member ls`;
  return new ProgramError(message, { exitCode: EXIT_CODES.notApplied, code: "timeout" });
}
