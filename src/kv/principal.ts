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
