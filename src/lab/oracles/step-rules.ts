import { BALLOT_ZERO, formatBallot, nodeOf, offsetSlot, type Slot } from "../../base/ids.ts";
import { IN_FLIGHT_SLOTS_MAX } from "../../base/limits.ts";
import type { Step } from "../../node/step.ts";
import type { AcceptMessage, Message } from "../../paxos/messages.ts";
import type { MemberTrack } from "./member-track.ts";
import { demand } from "./violation.ts";

/** Of a clock of the member's own: by how far any runs wrong does not matter. */
const OFFICE_STAYS_MS = 60_000;

/** What one step may do, given how the same process looked before it: I4, I6, I36, I40 and what may leave when. */
export function checkStep(track: MemberTrack, step: Step): void {
  const { effects, view, input } = step;
  const { name, promised } = track;
  demand(
    view.promised >= promised,
    "I4 the promise never falls",
    () => `${name} goes from ${formatBallot(promised)} to ${formatBallot(view.promised)}`,
  );
  demand(
    track.overtaken.onStep(step),
    "no voter is left behind",
    () => `${name} still leads with ${formatBallot(view.ballot)}, though a voter has promised more`,
  );
  if (effects.writes.length > 0) checkWrites(track, step);
  // Most steps say nothing.
  if (effects.messages.length > 0)
    for (const { message } of effects.messages) checkMessage(track, step, message);
  for (const { message } of effects.messagesAfterWrites) {
    if (message.kind === "prepare" && message.handOver !== BALLOT_ZERO && message.ballot > promised) {
      demand(
        promised <= message.handOver,
        "a late hand-over is not obeyed",
        () =>
          `${name} stands in the place of ${formatBallot(message.handOver)}, promised ${formatBallot(promised)}`,
      );
    }
    if (message.kind !== "accepted") continue;
    demand(
      message.ballot >= promised,
      "I6 nothing is accepted below the promise",
      () => `${name} accepts ${formatBallot(message.ballot)} after it promised ${formatBallot(promised)}`,
    );
  }
  checkHandOver(track, step);
  track.grants.onStep(step, promised);
  if (input.kind !== "received" || input.message.kind !== "pre-vote") return;
  for (const write of effects.writes) {
    demand(
      write.kind !== "promised" || nodeOf(write.ballot) === track.id,
      "I36 a pre-vote changes nothing",
      () => `${name} writes a promise to ${input.from} because of its pre-vote`,
    );
  }
}

/** Office goes to a quicker disk only when there is one, and not to and fro. */
function checkHandOver(track: MemberTrack, { effects, input, nowMs }: Step): void {
  for (const notice of effects.notices) {
    if (notice.kind !== "slow-disk") continue;
    const told = input.kind === "received" && "progress" in input.message ? input.message : undefined;
    demand(
      input.kind === "received" &&
        input.from === notice.target &&
        (told?.progress.writeAgeMs ?? Number.POSITIVE_INFINITY) * 2 < notice.writeAgeMs,
      "office goes to a quicker disk",
      () => `${track.name} hands over to n${notice.target}, which has not told that its disk keeps up`,
    );
    demand(
      nowMs - track.officeMovedMs >= OFFICE_STAYS_MS,
      "office stays for a minute",
      () => `${track.name} leaves office again, ${nowMs - track.officeMovedMs} ms after it was handed over`,
    );
    track.officeMovedMs = nowMs;
  }
  const stands = ({ message }: { message: Message }): boolean =>
    message.kind === "prepare" && message.handOver !== BALLOT_ZERO;
  if (effects.messagesAfterWrites.some(stands)) track.officeMovedMs = nowMs;
}

function checkWrites(track: MemberTrack, { effects, view }: Step): void {
  for (const write of effects.writes) {
    if (write.kind !== "entry" || write.entry.chosen) continue;
    const { ballot, slot } = write.entry;
    demand(
      ballot >= track.promised && ballot <= view.promised,
      "I6 nothing is accepted below the promise",
      () =>
        `${track.name} accepts ${formatBallot(ballot)} in slot ${slot}, promised ${formatBallot(track.promised)}`,
    );
  }
}

/** A message that may leave before this step's writes are on disk. */
function checkMessage(track: MemberTrack, { view }: Step, message: Message): void {
  switch (message.kind) {
    case "promise":
    case "accepted":
      demand(
        false,
        "I8 what was said is on disk",
        () => `${track.name} sends ${message.kind} before its write`,
      );
      return;
    case "heartbeat-ack":
      demand(
        message.ballot >= track.promised,
        "I6 nobody is followed below the promise",
        () =>
          `${track.name} follows ${formatBallot(message.ballot)}, promised ${formatBallot(track.promised)}`,
      );
      return;
    case "hand-over":
      track.handedOver = message.ballot;
      return;
    case "accept":
      demand(
        message.ballot !== track.handedOver,
        "a ballot that was handed over proposes nothing",
        () => `${track.name} proposes in slot ${message.slot} at ${formatBallot(message.ballot)}`,
      );
      demand(
        message.slot < message.chosen + IN_FLIGHT_SLOTS_MAX,
        "I40 at most 64 slots in flight",
        () => `${track.name} proposes in slot ${message.slot} with ${message.chosen} chosen`,
      );
      demand(
        nodeOf(message.ballot) === track.id && message.chosen <= view.chosen,
        "I14 a leader tells of what it has learned",
        () => `${track.name} calls slots below ${message.chosen} chosen, it has learned ${view.chosen}`,
      );
      checkOrder(track, message);
      return;
    case "heartbeat":
      demand(
        nodeOf(message.ballot) === track.id && message.chosen <= view.chosen,
        "I14 a leader tells of what it has learned",
        () => `${track.name} calls slots below ${message.chosen} chosen, it has learned ${view.chosen}`,
      );
      return;
    default:
      return;
  }
}

/** What stands above a slot that was left out can never be learned. */
function checkOrder(track: MemberTrack, { ballot, slot, chosen }: AcceptMessage): void {
  const end = ballot === track.proposed.ballot ? Math.max(track.proposed.end, chosen) : chosen;
  demand(
    slot <= end,
    "I9 no slot is left out",
    () => `${track.name} proposes slot ${slot} at ${formatBallot(ballot)}, and nothing yet in slot ${end}`,
  );
  track.proposed = { ballot, end: offsetSlot(slot, 1) > end ? offsetSlot(slot, 1) : (end as Slot) };
}
