/** A seed that once failed, and what it found. Later changes may have given it another world. */
export interface PastFailure {
  readonly seed: number;
  readonly found: string;
}

export const PAST_FAILURES: readonly PastFailure[] = [
  { seed: 1564, found: "a late stamp of an outlived leader moved cluster time: keys and leases ended early" },
  {
    seed: 137,
    found: "of several slots that no log held any more, only the one asked for last was remembered",
  },
  { seed: 78, found: "the rule for the pace of cluster time did not know of monotonic clocks that leap" },
  {
    seed: 112,
    found: "so many writes of one key without an answer that their orders could not be looked through",
  },
  {
    seed: 1744,
    found: "the rule for leases did not know of a leader that learns of its promises when a later one leads",
  },
  {
    seed: 461,
    found: "clients that knew but one node waited in vain at those that had left or never joined",
  },
  { seed: 695, found: "the simulated storage could not be closed while a snapshot was being written" },
  { seed: 972, found: "a link that the other end had given up was kept, beside the one that it had opened" },
];
