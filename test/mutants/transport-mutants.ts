import type { Mutant } from "./mutant.ts";

/** Rules of the transport. */
export const TRANSPORT_MUTANTS: readonly Mutant[] = [
  {
    name: "message-delivered-twice",
    breaks: "a message is delivered again when it is retransmitted",
    edits: [
      {
        file: "transport/inbox.js",
        find: "if (this.#whole.isSeen(id))\n            return false;",
        replace: "if (this.#whole.isSeen(id))\n            return true;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "lost-message-not-sent-again",
    breaks: "a message that was lost on its way is not sent again",
    edits: [{ file: "transport/outbox.js", find: "this.#again.push(message);", replace: ";" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "withdraws-everything",
    breaks: "withdrawing what is chosen drops every waiting message about the log",
    edits: [
      {
        file: "transport/withdraw-marks.js",
        find: "about.position < this.#position.value;",
        replace: "true;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "acknowledged-before-taken",
    breaks: "a packet is acknowledged although it failed its checks",
    edits: [
      {
        file: "transport/link.js",
        find: 'if (packet === undefined)\n            return this.#drop("bad_tag");',
        replace:
          "if (packet === undefined) {\n" +
          "            this.#acknowledger.onReceived(number, { bytes: 100, isEliciting: true }, nowMs);\n" +
          '            this.#received.add(number);\n            return this.#drop("bad_tag");\n        }',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "packet-taken-twice",
    breaks: "a packet that came before is taken again",
    edits: [
      {
        file: "transport/link.js",
        find: 'if (this.#received.isSeen(number))\n            return this.#drop("packet_repeated");',
        replace: "",
      },
      { file: "transport/link.js", find: "this.#received.add(number);", replace: "" },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
