import type { Scenario } from "../../../src/lab/explore/scenario.ts";
import { Search, type SearchOptions, type SearchResult } from "../../../src/lab/explore/search.ts";
import { crypto } from "../../paxos/fixtures.ts";

/** One candidate among three: small enough to count by other means. */
export const ONE_CANDIDATE: Scenario = {
  name: "one-candidate",
  about: "what a candidate alone can meet",
  voters: 3,
  slots: 1,
  stands: [1],
  proposals: [1],
  lost: ["heartbeat", "heartbeat-ack"],
};

export function searchOf(
  scenario: Scenario,
  options: Pick<SearchOptions, "core"> & Partial<SearchOptions>,
): Search {
  return new Search({
    scenario,
    crypto,
    statesMax: 1_000_000,
    depthMax: 1_000,
    isReduced: true,
    isThorough: false,
    ...options,
  });
}

/** The end of a search, and its counts. */
export function countsOf({ end, states, depth, beyond }: SearchResult): readonly unknown[] {
  return [end.kind, states, depth, beyond];
}
