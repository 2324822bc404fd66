/** What a client wants done to the data; each variant takes at most one revision. */
export type Operation =
  | {
      readonly kind: "put";
      readonly key: Uint8Array;
      readonly value: Uint8Array /** Whether to return the previous record. */;
      readonly previous: boolean;
    }
  | { readonly kind: "delete"; readonly key: Uint8Array; readonly previous: boolean };

/**
 * Who asks, so that a repeat is recognised however often and wherever it arrives. `client` is 16 random
 * bytes, new per client object; `sequence` counts from 1; results up to and including `acknowledged` will
 * never be asked for again; `deadlineMs` is a point in cluster time, fixed with the payload.
 */
export interface RequestIdentity {
  readonly client: Uint8Array;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly deadlineMs: number;
}

export interface Command {
  readonly identity: RequestIdentity;
  readonly operation: Operation;
  /** The operation as the client encoded it: what is hashed to tell a repeat from a reused sequence. */
  readonly payload: Uint8Array;
}

/** The content of one slot. An empty one moves cluster time alone. */
export interface Batch {
  /** Cluster time that the leader proposes, ms; a smaller one than the last is legal and has no effect. */
  readonly stampMs: number;
  /** The leader's wall clock, ms since 1970: for people alone. */
  readonly wallMs: number;
  readonly commands: readonly Command[];
}

/** A key's current state. Revisions count from 1; `leaseId` 0 is none. */
export interface KeyRecord {
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 when created, +1 with each put; starts again after a delete. */
  readonly version: number;
  readonly leaseId: number;
}

/** What an executed operation answers. `revision` is the store's revision after it. */
export type Result =
  | {
      readonly kind: "put";
      readonly revision: number;
      readonly createRevision: number;
      readonly version: number;
      readonly previous: KeyRecord | undefined;
    }
  | {
      readonly kind: "delete";
      readonly revision: number;
      readonly deleted: boolean;
      readonly previous: KeyRecord | undefined;
    };
