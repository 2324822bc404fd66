import type { GroupId, NodeId } from "../base/ids.ts";
import type { Clock, Crypto, Random } from "../base/seams.ts";
import type { Broadcast, Notice } from "../paxos/effects.ts";
import type { LogTailBounds } from "../paxos/log-tail.ts";
import type { Membership } from "../paxos/membership.ts";
import type { Storage } from "../storage/storage.ts";
import type { Freshness, ReplyBody } from "../wire/client-messages.ts";
import type { SnapshotMessage } from "../wire/snapshot-codec.ts";
import type { Alarms } from "./alarms.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { HistoryWindow } from "./compaction.ts";
import type { Origin } from "./proposals.ts";
import type { SnapshotPeriod } from "./snapshot-keeper.ts";
import type { Space } from "./space.ts";
import type { StateHashes } from "./state-hashes.ts";
import type { StepObserver } from "./step.ts";

/** What a group has from its node. */
export interface GroupDeps {
  readonly storage: Storage;
  readonly commits: CommitQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  /** Of the state, as far as it is applied. */
  readonly hashes: StateHashes;
  readonly broadcast: (group: GroupId, broadcast: Broadcast) => void;
  readonly answer: (origin: Origin, body: ReplyBody, freshness?: Freshness) => void;
  readonly alarms: Alarms;
  readonly onNotice: (group: GroupId, notice: Notice) => void;
  /** After each step; the same object while nothing has changed. */
  readonly onMembership: (membership: Membership, isSettled: boolean) => void;
  readonly onStep: StepObserver | undefined;
  readonly history: HistoryWindow;
  readonly space: Pick<Space, "refusal" | "hasRoomFor">;
  readonly tail: LogTailBounds;
  readonly snapshotPeriod: SnapshotPeriod;
  readonly sendOfSnapshot: (group: GroupId, to: NodeId, message: SnapshotMessage) => void;
  /** Members with a link to this node. */
  readonly linked: () => readonly NodeId[];
}
