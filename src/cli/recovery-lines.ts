import { toHex } from "../base/bytes.ts";
import { formatEndpoint } from "../client/endpoint-text.ts";
import { memberOf } from "../paxos/membership-step.ts";
import type { Course, LastWrite, RecoveryPlan } from "./recovery-plan.ts";
import { isAmong } from "./recovery-plan.ts";
import type { TitledLine } from "./state-lines.ts";
import type { Survivor } from "./survivors.ts";

/** A plan, the course that is taken, and when its last batch was made. */
export interface Recovery {
  readonly plan: RecoveryPlan;
  readonly course: Course;
  readonly lastWrite: LastWrite | undefined;
}

/** For a program. */
export function recoveryFields(recovery: Recovery): Readonly<Record<string, unknown>> {
  const { plan, course, lastWrite } = recovery;
  const { survivors, membership } = plan;
  const { base, chosen, end, stop, beyond, chosenBeyond, doubtful } = course;
  return {
    cluster_id: toHex(survivors[0]?.log.identity.clusterId ?? new Uint8Array(0)),
    directories: survivors.map(({ path, name, log: { identity, recovered }, faults }) => ({
      path,
      node: name,
      id: identity.node,
      role: memberOf(membership, identity.node)?.role ?? "removed",
      first_kept: recovered.firstKept,
      learned: recovered.learned,
      end: recovered.end,
      faults,
    })),
    members: membership.members.map((member) => ({
      id: member.id,
      name: member.name,
      role: member.role,
      endpoint: formatEndpoint(member.address),
      is_here: isAmong(survivors, member),
    })),
    base: base.title,
    base_watermark: base.founding.mark.watermark,
    chosen,
    end,
    accepted_only: end - chosen,
    stop,
    given_up: beyond,
    given_up_chosen: chosenBeyond,
    doubtful,
    ...(lastWrite === undefined ? {} : { cluster_time: timeText(lastWrite.stampMs) }),
    ...(lastWrite?.wallMs === undefined ? {} : { last_write: timeText(lastWrite.wallMs) }),
    may_be_lost: lossesOf(recovery),
  };
}

/** For people. */
export function recoveryLines(recovery: Recovery): readonly TitledLine[] {
  const { plan, course, lastWrite } = recovery;
  const { survivors, membership } = plan;
  const { base, chosen, end } = course;
  const { watermark, machine } = base.founding.mark;
  return [
    ["cluster", toHex(survivors[0]?.log.identity.clusterId ?? new Uint8Array(0))],
    ...membership.members.map((member): TitledLine => {
      const { name, address, role } = member;
      const where = isAmong(survivors, member) ? "its directory is here" : "without a directory";
      return ["member", `${name}  ${formatEndpoint(address)}  ${role}  ${where}`];
    }),
    ...survivors.flatMap((survivor) => directoryLines(survivor, recovery)),
    ["begins with", `${base.title}: slots below ${watermark}, ${machine.keyCount} keys`],
    ["chosen", `up to slot ${chosen - 1}, all of them taken`],
    ["accepted", acceptedText(chosen, end)],
    ...(lastWrite === undefined ? [] : [["last write", lastWriteText(lastWrite)] as const]),
    ...lossesOf(recovery).map((loss) => ["may be lost", loss] as const),
  ];
}

function directoryLines({ path, name, log, faults }: Survivor, { plan }: Recovery): readonly TitledLine[] {
  const { firstKept, learned, end } = log.recovered;
  const role = memberOf(plan.membership, log.identity.node)?.role ?? "not a member any more";
  const slots = end > firstKept ? `slots ${firstKept} to ${end - 1}` : "no slots";
  return [
    ["directory", `${path}  ${name}, ${role}; its log has ${slots}, chosen below ${learned}`],
    ...faults.map((fault) => ["", fault] as const),
  ];
}

function lastWriteText({ wallMs, stampMs }: LastWrite): string {
  return wallMs === undefined
    ? `${timeText(stampMs)} in cluster time`
    : `${timeText(wallMs)} by the clock of who led`;
}

function acceptedText(chosen: number, end: number): string {
  if (end === chosen) return "nothing beyond";
  return `${slotsText(chosen, end)}: not known to be chosen, and taken, since they may have been acknowledged`;
}

/** A line each. */
function lossesOf({ plan, course }: Recovery): readonly string[] {
  const names = plan.survivors.map(({ name }) => name).join(" and ");
  const { chosen, end, stop, beyond, chosenBeyond, doubtful } = course;
  const losses = [`writes that a majority without ${names} acknowledged from slot ${end} on, however many`];
  if (end > chosen)
    losses.push(
      `writes that such a majority acknowledged in ${slotsText(chosen, end)}, where a later leader put another value`,
    );
  if (stop === "gap")
    losses.push(`${beyond} slots beyond slot ${end}, which no directory has: they were made on top of it`);
  if (stop === "damaged")
    losses.push(`slot ${end}, whose record cannot be read, and ${beyond} slots beyond, made on top of it`);
  if (chosenBeyond > 0) losses.push(`for certain: ${chosenBeyond} chosen slots from slot ${end} on`);
  if (doubtful.length > 0)
    losses.push(
      `what a damaged record held in slots ${doubtful.join(" ")}: another directory's value is taken`,
    );
  return losses;
}

/** Those in [from, end), of which there is one at least. */
function slotsText(from: number, end: number): string {
  return end - from === 1 ? `slot ${from}` : `slots ${from} to ${end - 1}`;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
