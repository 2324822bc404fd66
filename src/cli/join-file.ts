import { stringify } from "yaml";
import { z } from "zod";
import { equalBytes, fromHex, toHex } from "../base/bytes.ts";
import { type NodeId, nodeId } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { formatEndpoint } from "../client/endpoint-text.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { memberOf } from "../paxos/membership-step.ts";
import { decodeMembership, encodeMembership } from "../wire/membership-codec.ts";
import { parseYaml } from "./yaml-file.ts";

const FORMAT = 1;
const CLUSTER_ID_BYTES = 32;
const CHECK_BYTES = 8;

/** What the directory of a node is made from that joins a cluster. */
export interface JoinPlan {
  readonly clusterId: Uint8Array;
  readonly genesis: Membership;
  /** Which of `joined` it is. */
  readonly node: NodeId;
  /** The membership that it was added by. */
  readonly joined: Membership;
}

const fileSchema = z.strictObject({
  format: z.number(),
  cluster_id: z.string(),
  node: z.number().int().min(1).max(1023),
  genesis: z.string(),
  membership: z.string(),
  check: z.string(),
});

/** The file's text. */
export function formatJoinFile(plan: JoinPlan, crypto: Crypto): string {
  const { clusterId, genesis, joined, node } = plan;
  const { name, address } = joiningMember(plan);
  const others = joined.members.filter(({ id }) => id !== node);
  const told = others.map((one) => `${one.name} ${formatEndpoint(one.address)}`).join(", ");
  const head =
    `# ${name} joins a kvd cluster, at ${formatEndpoint(address)}. Once, on its machine:\n` +
    "#   kvd init --join THIS-FILE --data-dir DIR\n" +
    `# It will look for ${told}.\n`;
  const body = {
    format: FORMAT,
    cluster_id: toHex(clusterId),
    node: Number(node),
    genesis: toHex(encodeMembership(genesis)),
    membership: toHex(encodeMembership(joined)),
    check: toHex(checkOf(plan, crypto)),
  };
  return head + stringify(body, { lineWidth: 0 });
}

/** The plan in a file's text. Throws an Error that says what is wrong with it. */
export function parseJoinFile(text: string, crypto: Crypto): JoinPlan {
  const { format, cluster_id, node, genesis, membership, check } = parseYaml(text, fileSchema, "a join file");
  if (format !== FORMAT)
    throw new Error(`format ${format} is not known here; this kvd knows format ${FORMAT}`);
  const clusterId = bytesOf(cluster_id, "cluster_id");
  if (clusterId.length !== CLUSTER_ID_BYTES)
    throw new Error(`cluster_id: ${CLUSTER_ID_BYTES * 2} hexadecimal digits are needed`);
  const plan: JoinPlan = {
    clusterId,
    genesis: membershipOf(genesis, "genesis"),
    node: nodeId(node),
    joined: membershipOf(membership, "membership"),
  };
  if (!equalBytes(checkOf(plan, crypto), bytesOf(check, "check"))) {
    throw new Error(
      "check does not belong to the rest: the file was changed; make it again with kvadm member add",
    );
  }
  joiningMember(plan);
  return plan;
}

/** Who joins. Throws an Error when the file names nobody. */
export function joiningMember({ joined, node }: Pick<JoinPlan, "joined" | "node">): Member {
  const member = memberOf(joined, node);
  if (member === undefined) throw new Error(`node: ${node} is not in the membership`);
  return member;
}

function checkOf({ clusterId, genesis, node, joined }: JoinPlan, crypto: Crypto): Uint8Array {
  const parts = [
    `${node}`,
    toHex(clusterId),
    toHex(encodeMembership(genesis)),
    toHex(encodeMembership(joined)),
  ];
  return crypto.sha256(new TextEncoder().encode(parts.join(" "))).subarray(0, CHECK_BYTES);
}

function membershipOf(text: string, field: string): Membership {
  const membership = decodeMembership(bytesOf(text, field));
  if (typeof membership === "string") throw new Error(`${field}: ${membership}`);
  return membership;
}

function bytesOf(text: string, field: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`${field}: hexadecimal digits are needed`);
  return bytes;
}
