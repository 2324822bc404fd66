/** What a principal may do with the keys that it may touch. An admin may look after the cluster, too. */
export type Role = "admin" | "read-write" | "read-only";

/** The order is part of the data format: append only. */
export const ROLES: readonly Role[] = ["admin", "read-write", "read-only"];

/** Who may use a cluster. Its secret is known to it alone: stored is what is derived from it. */
export interface Principal {
  readonly role: Role;
  /** All keys that it may touch start with this; empty: any. */
  readonly prefix: Uint8Array;
  /** VERIFIER_BYTES. */
  readonly verifier: Uint8Array;
  /** Of the secret before the last rotation, good as long as cluster time is below `untilMs`. */
  readonly former: { readonly verifier: Uint8Array; readonly untilMs: number } | undefined;
}

/** Who may use a cluster, as of what one node has applied. */
export interface PrincipalTable {
  get(id: string): Principal | undefined;
  /** Cluster time now, as well as the node can tell, ms. */
  readonly timeMs: number;
  /** Every change that was acknowledged longer ago is in it, ms; undefined while the node cannot tell. */
  readonly ageMs: number | undefined;
}
