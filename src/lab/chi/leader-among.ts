import type { NodeStatus } from "../../wire/client-messages.ts";

/** The name of the node that serves as leader; of several, of which only the newest can be right, that one. */
export function leaderAmong(statuses: readonly (NodeStatus | undefined)[]): string | undefined {
  let leader: NodeStatus | undefined;
  for (const status of statuses) {
    if (status?.serving !== true) continue;
    if (leader === undefined || isAbove(status.ballot, leader.ballot)) leader = status;
  }
  return leader?.name;
}

/** Ballots as `ROUND.NODE`. */
function isAbove(left: string, right: string): boolean {
  const [leftRound = 0, leftNode = 0] = left.split(".").map(Number);
  const [rightRound = 0, rightNode = 0] = right.split(".").map(Number);
  return leftRound === rightRound ? leftNode > rightNode : leftRound > rightRound;
}
