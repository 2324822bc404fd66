import type { Membership } from "./membership.ts";

/** What a slot of kind `membership` holds. */
export interface MembershipEntry {
  /** The epoch that it was made for: under any other it changes nothing. */
  readonly replaces: number;
  /** All of the new membership. */
  readonly membership: Membership;
}

/** Between an entry and the bytes of its slot; the same entry gives the same bytes everywhere. */
export interface MembershipCodec {
  readonly encode: (entry: MembershipEntry) => Uint8Array;
  /** A text: why these bytes are no entry. */
  readonly decode: (bytes: Uint8Array) => MembershipEntry | string;
}
