import { stringify } from "yaml";
import { z } from "zod";
import { concatBytes, equalBytes, fromHex, toHex } from "../base/bytes.ts";
import { nodeId } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { formatEndpoint, parseEndpoint } from "../client/endpoint-text.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { invalidNameReason } from "../paxos/node-name.ts";
import { encodeMembership } from "../wire/membership-codec.ts";
import { parseYaml } from "./yaml-file.ts";

const FORMAT = 1;
const SEED_BYTES = 32;

/** What every node of a cluster is made from; members have no incarnation yet, `init` gives each its own. */
export interface ClusterPlan {
  readonly genesis: Membership;
  /** 32 random bytes: two clusters with the same members are still two. */
  readonly seed: Uint8Array;
  /** 32 bytes, which both of the above determine. */
  readonly clusterId: Uint8Array;
}

export interface NamedEndpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const fileSchema = z.strictObject({
  format: z.number(),
  cluster_id: z.string(),
  seed: z.string(),
  members: z
    .array(z.strictObject({ id: z.number().int().min(1).max(1023), name: z.string(), endpoint: z.string() }))
    .min(1)
    .max(15),
});

/** A plan for new members, numbered from 1 in the order given. Throws an Error that names a bad name. */
export function planCluster(
  members: readonly NamedEndpoint[],
  seed: Uint8Array,
  crypto: Crypto,
): ClusterPlan {
  return planOf(
    members.map((member, index) => ({ id: index + 1, ...member })),
    seed,
    crypto,
  );
}

function planOf(
  members: readonly (NamedEndpoint & { readonly id: number })[],
  seed: Uint8Array,
  crypto: Crypto,
): ClusterPlan {
  const genesis: Membership = {
    epoch: 1,
    members: members.map(toMember),
    nextNodeId: Math.max(...members.map(({ id }) => id)) + 1,
  };
  refuseTwins(members);
  const clusterId = crypto.sha256(concatBytes([encodeMembership(genesis), seed]));
  return { genesis, seed, clusterId };
}

function toMember({ id, name, host, port }: NamedEndpoint & { readonly id: number }): Member {
  const invalid = invalidNameReason(name);
  if (invalid !== undefined) throw new Error(invalid);
  return { id: nodeId(id), name, address: { host, port }, role: "voter", incarnation: new Uint8Array(0) };
}

function refuseTwins(members: readonly (NamedEndpoint & { readonly id: number })[]): void {
  const seen = new Set<string>();
  for (const member of members) {
    for (const word of [`name ${member.name}`, `id ${member.id}`, `endpoint ${formatEndpoint(member)}`]) {
      if (seen.has(word)) throw new Error(`two members have the ${word}`);
      seen.add(word);
    }
  }
}

/** The file's text. */
export function formatClusterFile(plan: ClusterPlan): string {
  const head =
    "# A kvd cluster. Give this same file to `kvd init --cluster FILE --node NAME` for every member;\n" +
    "# it is not read again after that.\n";
  const body = {
    format: FORMAT,
    cluster_id: toHex(plan.clusterId),
    seed: toHex(plan.seed),
    members: plan.genesis.members.map(({ id, name, address }) => ({
      id: Number(id),
      name,
      endpoint: formatEndpoint(address),
    })),
  };
  return head + stringify(body);
}

/** The plan in a file's text. Throws an Error that says what is wrong with it. */
export function parseClusterFile(text: string, crypto: Crypto): ClusterPlan {
  const file = parseYaml(text, fileSchema, "a cluster file");
  if (file.format !== FORMAT)
    throw new Error(`format ${file.format} is not known here; this kvd knows format ${FORMAT}`);
  const seed = fromHex(file.seed);
  if (seed?.length !== SEED_BYTES) throw new Error(`seed: ${SEED_BYTES * 2} hexadecimal digits are needed`);
  const members = file.members.map(({ id, name, endpoint }) => {
    const address = parseEndpoint(endpoint);
    if (address === undefined) throw new Error(`members: '${endpoint}' is not HOST:PORT`);
    return { id, name, ...address };
  });
  const plan = planOf(members, seed, crypto);
  if (!equalBytes(plan.clusterId, fromHex(file.cluster_id) ?? new Uint8Array(0))) {
    throw new Error(
      "cluster_id does not belong to these members: the file was changed; make one with kvadm cluster new",
    );
  }
  return plan;
}
