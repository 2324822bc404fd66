import type { Client } from "../client/client.ts";
import type { NodeStatus } from "../wire/client-messages.ts";
import { NODE_PATIENCE_MS, type Surveyed, surveyAgain } from "./survey.ts";

/** Whether a node that shall take over can be reached, as the answers show. */
export type Reach =
  | { readonly kind: "reached" }
  /** One side reaches it and the other does not: it may just be coming up, or going down. `why`: for people. */
  | { readonly kind: "doubtful"; readonly why: string }
  /** It answers nobody: it cannot be told to take over. */
  | { readonly kind: "away"; readonly why: string };

/** The two who matter in a survey that took `timeoutMs`, or less. */
interface Succession {
  readonly leader: Surveyed;
  /** The name of a member, which is not the leader. */
  readonly to: string;
  readonly timeoutMs: number;
}

/** How the leader and whoever asks reach the member; where it does not answer the leader is asked once more. */
export async function lookAtReach(
  client: Client,
  members: readonly Surveyed[],
  { leader, to, timeoutMs }: Succession,
): Promise<Reach> {
  const isSilent = members.some(({ name, status }) => name === to && status === undefined);
  // A survey that was shorter is no time to be silent for.
  if (!isSilent || timeoutMs < NODE_PATIENCE_MS) return reachOf(members, leader, to);
  const [later] = await surveyAgain(client, [leader]);
  return reachOf(members, leader, to, later?.status);
}

/**
 * The same of what is known. `later`: what the leader says after it had time for many heartbeats to the member; its
 * link counts only when some of them were acknowledged, since a link lasts longer than whoever was at its end.
 */
export function reachOf(
  members: readonly Surveyed[],
  leader: Surveyed,
  to: string,
  later?: NodeStatus,
): Reach {
  const answers = members.some(({ name, status }) => name === to && status !== undefined);
  const first = linkTo(leader.status, to);
  const last = later === undefined ? first : linkTo(later, to);
  const isMute = later !== undefined && first?.path !== undefined && first.path.acked === last?.path?.acked;
  const isHeard = last?.up === true && !isMute;
  const silent = `${to} does not answer`;
  const apart = `${leader.name}, which leads, hears nothing from it`;
  if (answers && isHeard) return { kind: "reached" };
  if (!answers && !isHeard) return { kind: "away", why: `${silent}, and ${apart}` };
  return { kind: "doubtful", why: answers ? `${to} answers, but ${apart}` : silent };
}

function linkTo(status: NodeStatus | undefined, name: string): NodeStatus["peers"][number] | undefined {
  return status?.peers.find((peer) => peer.name === name);
}
