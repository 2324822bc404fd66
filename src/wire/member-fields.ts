import type protobuf from "protobufjs/minimal.js";
import type { ReplyBody } from "./client-messages.ts";
import {
  amountField,
  countField,
  malformed,
  portField,
  sizedField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import type { ChangeMembersRequest, MemberStep } from "./member-messages.ts";
import { membershipBody, membershipField } from "./membership-codec.ts";
import type { ReplyHead } from "./reply-fields.ts";
import { kvd } from "./schema.generated.js";

const STEPS: readonly MemberStep["kind"][] = ["add", "promote", "remove"];
const CLUSTER_ID_BYTES = 32;

type MembersBody = Extract<ReplyBody, { kind: "members" }>;

export function changeMembersBody(request: ChangeMembersRequest): kvd.ChangeMembersRequest.$Properties {
  const { id, timeoutMs, epoch, step, dryRun } = request;
  const head = { id, timeoutMs, epoch, dryRun, step: wordNumber(STEPS, step.kind), name: step.name };
  if (step.kind !== "add") return head;
  const { address, vote } = step;
  return { ...head, host: address.host, port: address.port, vote };
}

export function readChangeMembers(reader: protobuf.Reader): ChangeMembersRequest {
  const body = kvd.ChangeMembersRequest.decode(reader);
  return {
    kind: "change-members",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    epoch: countField(body.epoch, "epoch"),
    step: stepField(body),
    dryRun: body.dryRun,
  };
}

function stepField(body: kvd.ChangeMembersRequest): MemberStep {
  const kind = wordField(STEPS, body.step, "step");
  const name = textField(body.name, NAME_CHARACTERS_MAX, "name");
  if (kind !== "add") return { kind, name };
  const host = textField(body.host, NAME_CHARACTERS_MAX, "host");
  if (host === "") malformed("a host is missing");
  return { kind, name, address: { host, port: portField(body.port, "port") }, vote: body.vote };
}

export function membersBody(head: ReplyHead, { view }: MembersBody): kvd.MembersReply.$Properties {
  const { clusterId, genesis, membership, settled } = view;
  return {
    ...head,
    clusterId,
    genesis: membershipBody(genesis),
    membership: membershipBody(membership),
    settled,
  };
}

export function membersField(body: kvd.MembersReply): MembersBody {
  const { clusterId, genesis, membership, settled } = body;
  if (genesis === null || genesis === undefined || membership === null || membership === undefined) {
    return malformed("a membership is missing");
  }
  return {
    kind: "members",
    view: {
      clusterId: sizedField(clusterId, CLUSTER_ID_BYTES, "cluster id"),
      genesis: membershipField(genesis),
      membership: membershipField(membership),
      settled,
    },
  };
}
