import { type Ballot, ballot, nodeId, slot } from "../../base/ids.ts";
import type { DiskAtStart, PreludeStep, Scenario } from "./scenario.ts";

const at = (round: number, node: number): Ballot => ballot(round, nodeId(node));

/** Heartbeats are lost: what is chosen travels on the next Accept alone. */
const WITHOUT_HEARTBEATS = ["heartbeat", "heartbeat-ack"] as const;

const X = { slot: slot(1), ballot: at(1, 1), text: "x" };
const Y = { slot: slot(1), ballot: at(1, 2), text: "y" };
const PROMISED_BOTH: DiskAtStart = { promised: [at(1, 1), at(1, 2)], accepted: [] };

/** Two rivals of an earlier time left different values in slot 1, each on its own disk alone. */
const RIVALS: readonly DiskAtStart[] = [
  { promised: [at(1, 1)], accepted: [X] },
  { promised: [at(1, 2)], accepted: [Y] },
  PROMISED_BOTH,
];

/** Slot 1 is chosen, by n1 and n2; n3 has not heard of it. */
const CHOSEN_BY_TWO: readonly DiskAtStart[] = [
  { promised: [at(1, 1)], accepted: [X] },
  { promised: [at(1, 1)], accepted: [X] },
];

/** n1 leads and serves, everybody knows. */
const N1_LEADS: readonly PreludeStep[] = [
  { kind: "stand", member: 1 },
  { kind: "settle", members: [1, 2, 3] },
];

/** What `kvlab explore` searches, in this order. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "two-ballots",
    about: "two candidates from nothing, each with its own entry and a client's value",
    voters: 3,
    slots: 2,
    stands: [1, 1],
    proposals: [1, 1],
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
  },
  {
    name: "rivals",
    about: "two candidates after two that failed with different values in the slot",
    voters: 3,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    lost: WITHOUT_HEARTBEATS,
    start: RIVALS,
  },
  {
    name: "three-ballots",
    about: "three candidates, three slots, a client's value each",
    voters: 3,
    slots: 3,
    stands: [1, 1, 1],
    proposals: [1, 1, 1],
    depth: 13,
  },
  {
    name: "five-acceptors",
    about: "two candidates among five, after two that failed with different values in the slot",
    voters: 5,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    promises: "once",
    lost: WITHOUT_HEARTBEATS,
    start: [...RIVALS, PROMISED_BOTH, PROMISED_BOTH],
    depth: 16,
  },
  {
    name: "crash",
    about: "a member dies at any moment, before any write, and starts again",
    voters: 3,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    crashes: 1,
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    start: RIVALS,
  },
  {
    name: "damage",
    about: "a member that holds a chosen value starts again without it",
    voters: 3,
    slots: 1,
    stands: [0, 1, 1],
    proposals: [],
    crashes: 1,
    damages: 1,
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    start: CHOSEN_BY_TWO,
  },
  {
    name: "hand-over",
    about: "a leader hands over while another candidate stands; the message comes late",
    voters: 3,
    slots: 3,
    stands: [1, 0, 1],
    proposals: [1],
    handOver: { from: 1, to: 2 },
    promises: "once",
    lost: ["reject"],
    prelude: N1_LEADS,
    depth: 13,
  },
  {
    name: "reads",
    about: "a leader is asked for an index while another one chooses behind its back",
    voters: 3,
    slots: 2,
    stands: [1, 1],
    proposals: [],
    reads: [1, 0, 1],
    promises: "once",
    lost: ["reject"],
    prelude: N1_LEADS,
  },
  {
    name: "slow-disk",
    about: "writes end late: what is said meanwhile, and what is said of them",
    voters: 3,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    disk: "slow",
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    start: RIVALS,
    depth: 14,
  },
  {
    name: "gap",
    about: "a slot has its quorum before the one below it",
    voters: 3,
    slots: 3,
    stands: [1, 1],
    proposals: [2],
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    prelude: N1_LEADS,
  },
  {
    name: "watermark",
    about: "a leader's watermark passes a slot that the follower accepted at another ballot",
    voters: 3,
    slots: 2,
    stands: [1, 1],
    proposals: [1],
    beats: [0, 1],
    promises: "once",
    lost: ["reject", "heartbeat-ack"],
    prelude: N1_LEADS,
  },
  {
    name: "fetch",
    about: "a member that missed what was chosen fetches it while another candidate stands",
    voters: 3,
    slots: 2,
    stands: [1, 1],
    proposals: [1],
    beats: [1, 0, 2],
    promises: "once",
    lost: ["reject", "heartbeat-ack"],
    prelude: [
      { kind: "stand", member: 1 },
      { kind: "settle", members: [1, 2] },
    ],
  },
  {
    name: "outlived",
    about: "a proposal of a leader long replaced reaches a member that only fetched what was chosen",
    voters: 5,
    slots: 2,
    stands: [1, 1],
    proposals: [1],
    beats: [0, 1, 0, 0, 2],
    promises: "once",
    lost: ["reject", "heartbeat-ack"],
    prelude: [
      { kind: "stand", member: 1 },
      { kind: "settle", members: [1, 2, 3, 4, 5] },
      { kind: "propose", member: 1 },
      { kind: "stand", member: 2 },
      { kind: "settle", members: [2, 3, 4] },
      { kind: "beat", member: 2 },
      { kind: "settle", members: [2, 5], only: ["heartbeat", "fetch", "chosen"] },
      { kind: "beat", member: 5 },
      { kind: "beat", member: 5 },
      { kind: "settle", members: [2, 5], only: ["heartbeat", "fetch", "chosen"] },
    ],
  },
  {
    name: "second-reign",
    about: "a leader comes back after another one; an answer to its first ballot is still on its way",
    voters: 5,
    slots: 1,
    stands: [2, 1],
    proposals: [],
    promises: "once",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    start: [...RIVALS, PROMISED_BOTH, PROMISED_BOTH],
    prelude: [
      { kind: "stand", member: 1 },
      { kind: "settle", members: [1, 3, 4], only: ["prepare", "promise"] },
      { kind: "settle", members: [1, 3], only: ["accept"] },
      { kind: "stand", member: 2 },
      { kind: "settle", members: [2, 4, 5], only: ["prepare", "promise"] },
      { kind: "settle", members: [2, 4], only: ["accept"] },
    ],
    depth: 12,
  },
  {
    name: "overtaken",
    about: "a voter promised more than the leader has, which prepares again above it",
    voters: 3,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    beats: [1],
    extraBallots: [1],
    promises: "once",
    prelude: N1_LEADS,
  },
  {
    name: "pre-votes",
    about: "candidates ask whether they are welcome, and are told the truth",
    voters: 3,
    slots: 1,
    stands: [1, 1],
    proposals: [],
    preVotes: "real",
    lost: [...WITHOUT_HEARTBEATS, "reject"],
    promises: "once",
    start: RIVALS,
  },
  {
    name: "learner",
    about: "a member without a vote accepts too, and counts for nothing",
    voters: 2,
    learners: 1,
    slots: 2,
    stands: [1, 1],
    proposals: [1, 1],
    promises: "once",
    lost: WITHOUT_HEARTBEATS,
  },
];

/** The same with a beat for each voter that has none. */
export function withTimers(scenario: Scenario): Scenario {
  const beats = Array.from({ length: scenario.voters }, (_, index) =>
    Math.max(1, scenario.beats?.[index] ?? 0),
  );
  return { ...scenario, beats };
}
