import type { Mutant } from "./mutant.ts";

/** Rules of the client library. */
export const CLIENT_MUTANTS: readonly Mutant[] = [
  {
    name: "unknown-means-refused",
    breaks: "the client calls a change not applied when nobody has answered in time",
    edits: [
      {
        file: "client/call.js",
        find: 'return failure("timeout", "unknown", `no answer',
        replace: 'return failure("timeout", "not_applied", `no answer',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "attempt-speaks-for-all",
    breaks: "the client reports the refusal of its last attempt, whatever became of those before",
    edits: [
      {
        file: "client/call.js",
        find: 'return { ...refusal, outcome: "unknown" };',
        replace: "return refusal;",
      },
      {
        file: "client/call.js",
        find: "const isDoubtful = call.isDoubtful || call.phase.kind ===",
        replace: "const isDoubtful = call.phase.kind ===",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "each-attempt-another-request",
    breaks: "the client gives each attempt a sequence of its own",
    edits: [
      {
        file: "client/writer.js",
        find: "mutation.command ??= this.#encode(mutation);",
        replace: "mutation.command = this.#encode(mutation);",
      },
      { file: "client/writer.js", find: "mutation.id ??= {", replace: "mutation.id = {" },
      {
        file: "client/writer.js",
        find: "sequence: mutation.chosen?.sequence ?? mutation.sequence ?? 0,",
        replace: "sequence: this.#window.next(),",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
