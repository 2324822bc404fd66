import { assert } from "./assert.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Keys are 1..1,024 bytes: an LMDB key holds 1,978, the rest is left for kvd's own prefixes. */
export const KEY_BYTES_MAX = 1024;
export const VALUE_BYTES_MAX = MIB;
/** All keys and values of one request together, and of its answer. */
export const TXN_BYTES_MAX = 4 * MIB;
/** What each key or value counts beyond its own bytes: at least what its frame takes on the wire. */
export const ITEM_BYTES = 16;
/** Compares and operations of one transaction together. */
export const TXN_OPERATIONS_MAX = 1000;
/** Keys that one slot changes: applying it holds everything else up, and its rows are one slice of state. */
export const SLOT_KEYS_MAX = 10_000;
/** Values of what a range deletes, or time ends, in one slot: each is read and verified, in a tenth of a second. */
export const RANGE_READ_BYTES_MAX = 64 * MIB;
/** How long a key or lease lives by itself: as short as expiry is looked at, as long as anybody plans ahead. */
export const TTL_MS_MIN = 100;
export const TTL_MS_MAX = 10 * 365 * 24 * 3_600_000;
/** Keys that one lease holds: their order is worked out at once when it ends, in about a tenth of a second. */
export const LEASE_KEYS_MAX = 100_000;
/** Leases, and keys that end by themselves, together: a node has all of them in memory, some 300 bytes each. */
export const EXPIRIES_MAX = 1_000_000;
/** Leases of one answer, and keys that it names. */
export const LEASES_PAGE_MAX = 1000;
/** Principals: a node has all of them in memory, and one answer names them all. */
export const PRINCIPALS_MAX = 1000;
/** What is stored of a principal's secret. */
export const VERIFIER_BYTES = 32;
/** How long the secret before a rotation may stay good. */
export const ROTATION_GRACE_MS_MAX = 30 * 24 * 3_600_000;
/** Events of one answer, to a watch or of a history, and their bytes: what a client has in memory for a watch. */
export const EVENTS_PAGE_MAX = 1000;
export const EVENTS_PAGE_BYTES_MAX = MIB;
/** A page of the log that an operator looks at: slots passed over included, and bytes decoded, but for the last one. */
export const LOG_PAGE_SLOTS_MAX = 256;
export const LOG_PAGE_BYTES_MAX = MIB;
/** Keys of one answer to a range, and about their bytes with the values. */
export const RANGE_PAGE_KEYS_MAX = 10_000;
export const RANGE_PAGE_BYTES_MAX = TXN_BYTES_MAX;
/** The longest that a node lets a watch wait before it says where it stands. */
export const WATCH_WAIT_MS_MAX = 60_000;
/** A transport message: a whole txn and its envelope. */
export const MESSAGE_BYTES_MAX = TXN_BYTES_MAX + 64 * KIB;
/** A batch closes here; a command that is larger alone is its own batch. */
export const BATCH_BYTES_MAX = 256 * KIB;
export const BATCH_COMMANDS_MAX = 1024;

/** Members of one cluster, those without a vote included: a leader talks to each of them. */
export const MEMBERS_MAX = 30;

/** Proposed and not yet chosen, per group. */
export const IN_FLIGHT_SLOTS_MAX = 64;
export const IN_FLIGHT_BYTES_MAX = 16 * MIB;

/** A batch of log values is cut into rows that LMDB keeps inside a leaf page (measured: 3.5 to 5 times faster). */
export const LOG_ROW_BYTES_MAX = 2000;

/** Changes of one slot share rows of this size at most, for the same reason; a larger change has its own. */
export const EVENT_ROW_BYTES_MAX = 1900;

/**
 * A slice of state closes at the first slot boundary past either bound. Large, because a row that is
 * overwritten before its slice closes is never written: at a thousand rows, random writes to ten thousand
 * keys were measured to dirty twenty times the pages. Bounded, because a slice is one transaction.
 */
export const SLICE_ROWS_MAX = 8192;
export const SLICE_BYTES_MAX = 16 * MIB;
/** At this many bytes of applied, unflushed effects a node stops applying and a leader refuses admission. */
export const OVERLAY_BYTES_MAX = 64 * MIB;

/** The protocol's own clock: every wait below is a multiple of it. */
export const TICK_MS = 10;
export const HEARTBEAT_MS = 50;
export const ELECTION_TIMEOUT_MS_MIN = 300;
export const ELECTION_TIMEOUT_MS_MAX = 600;

/** What a leader's lease may be set to: never longer than a leader is missed, never so short that it is always over. */
export const LEASE_MS_MIN = 3 * HEARTBEAT_MS;
export const LEASE_MS_MAX = ELECTION_TIMEOUT_MS_MIN;

/** A Prepare this far above every ballot heard of is refused: it would use up the rounds (jam guard). */
export const ROUND_JUMP_MAX = 2 ** 20;
/** A candidate whose learned watermark is further behind than this gets no pre-vote. */
export const CANDIDATE_LAG_SLOTS_MAX = 1000;

/** One page of a promise or of catch-up: entries up to this many bytes, at least one. */
export const PAGE_BYTES_MAX = 512 * KIB;
export const PAGE_SLOTS_MAX = 1024;

/**
 * What of its log a node keeps for members that are behind, though its own state holds it: enough for a restart or
 * a short absence. Whoever is further behind gets a snapshot.
 */
export const LOG_TAIL_SLOTS = 10_000;
export const LOG_TAIL_BYTES = 64 * MIB;

/** A snapshot is replaced when the state has gone on so far: replaying the rest takes seconds. */
export const SNAPSHOT_PERIOD_SLOTS = 100_000;
export const SNAPSHOT_PERIOD_BYTES = 256 * MIB;
/** A chunk of a snapshot as it travels, all that is around its content included. */
export const CHUNK_BYTES_MAX = TXN_BYTES_MAX;
/** What tells a snapshot from others. */
export const SNAPSHOT_HASH_BYTES = 32;
/** Chunks asked for and not on the own disk yet: enough for a round trip, little enough for the memory of a link. */
export const CHUNKS_ASKED_MAX = 4;
/** How fast a member takes a snapshot in: a part of what a disk and a network carry, so that the cluster keeps serving. */
export const SNAPSHOT_BYTES_PER_SECOND = 32 * MIB;

/** A storage step that has not ended after this long is a failed disk: fail-stop. */
export const STORAGE_HANG_MS = 10_000;

/** The furthest deadline, in cluster time, that admission takes. */
export const DEADLINE_AHEAD_MS_MAX = 15 * 60_000;
/** After its deadline a result is kept this much longer, for a client that asks what became of it. */
export const RESULT_GRACE_MS = 30_000;
/** A stored result above this size is kept as 'too large to repeat'. */
export const RESULT_BYTES_MAX = 4 * KIB;

assert(HEARTBEAT_MS * 3 <= ELECTION_TIMEOUT_MS_MIN, "two lost heartbeats must not start an election");
assert(VALUE_BYTES_MAX + KEY_BYTES_MAX <= TXN_BYTES_MAX, "one put fits a txn");
assert(TXN_OPERATIONS_MAX <= SLOT_KEYS_MAX, "a txn of single keys fits a slot");
assert(
  BATCH_BYTES_MAX <= IN_FLIGHT_BYTES_MAX && TXN_BYTES_MAX <= IN_FLIGHT_BYTES_MAX,
  "a batch fits the window",
);
