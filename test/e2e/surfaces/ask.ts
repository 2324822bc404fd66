/** A question about one key, or an operation; both as the library has them, with keys as texts. */
export type Compared =
  | { readonly key: string; readonly exists: boolean }
  | { readonly key: string; readonly value: string }
  /** The number of the change. */
  | { readonly key: string; readonly revision: number };

export type Done =
  | { readonly op: "put"; readonly key: string; readonly value: string }
  | { readonly op: "get" | "delete" | "delete-range"; readonly key: string };

/** A change that depends on a lock: on the record of `key` that was made by the change `made`. */
export interface Fenced {
  readonly fence?: { readonly key: string; readonly made: number };
}

/** After which change, and so many revisions behind that; by default now. */
export interface Then {
  readonly revision?: number;
  readonly later?: number;
}

/**
 * What the surfaces with everything can be asked. Keys are without the surface's prefix, revisions are numbers
 * of changes as `Revisions` counts them, leases have small ids to which the surface adds its own thousands.
 */
export type Ask = Fenced &
  (
    | {
        readonly kind: "put";
        readonly key: string;
        readonly value: string;
        readonly ifAbsent?: true;
        readonly ifRevision?: number;
        readonly previous?: true;
        readonly lease?: number;
        readonly ttlMs?: number;
        /** A name of the request: sent again under it, it is a repeat. */
        readonly name?: string;
      }
    | {
        readonly kind: "delete";
        readonly key: string;
        readonly ifRevision?: number;
        readonly previous?: true;
      }
    /** `later`: so many revisions behind that of the change. */
    | { readonly kind: "get-at"; readonly key: string; readonly revision: number; readonly later?: number }
    | {
        readonly kind: "get";
        readonly key: string;
        readonly level: "linearizable" | "sequential" | "stale";
        readonly maxStalenessMs?: number;
      }
    | {
        readonly kind: "txn";
        readonly if: readonly Compared[];
        readonly do: readonly Done[];
        readonly else?: readonly Done[];
      }
    | ({ readonly kind: "range"; readonly after: string; readonly limit: number } & Then)
    | ({ readonly kind: "lines" | "count" } & Then)
    | { readonly kind: "dry-run" }
    | { readonly kind: "delete-range"; readonly prefix: string; readonly count: number }
    | { readonly kind: "grant"; readonly lease: number; readonly ttlMs: number }
    | { readonly kind: "keep-alive" | "show" | "revoke"; readonly lease: number }
    | { readonly kind: "touch"; readonly key: string; readonly ttlMs: number }
    | { readonly kind: "history"; readonly key: string; readonly limit?: number; readonly before?: number }
    /** So many whole revisions of the prefix. */
    | { readonly kind: "watch"; readonly prefix: string; readonly from: number; readonly revisions: number }
    /** Who has a lock, or leads an election. */
    | { readonly kind: "holder" | "leader"; readonly lock: string }
    /** Takes a lock if nobody has it, and releases it at once. */
    | { readonly kind: "try"; readonly lock: string }
  );

/** An answer without its dress, as plain data. */
export type Told = Readonly<Record<string, unknown>>;

export interface AskedSurface {
  readonly name: string;
  ask(ask: Ask): Promise<Told>;
  close(): void;
}

/** How a level is told: a stale read may be given a better one, as it happens. */
export function levelTold(asked: string, given: unknown): unknown {
  return asked === "stale" && given !== null && given !== undefined ? "as asked, or better" : given;
}

/** No, in the words of the surfaces that have some for it. */
export function absent(code: string): Told {
  return { refused: code, outcome: "not_applied", retryable: false };
}

/** Parts of an answer that an undefined would only be another absence of. */
export function known(fields: Told): Told {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
