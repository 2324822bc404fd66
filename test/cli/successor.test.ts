import t from "tap";
import { present } from "../../src/base/assert.ts";
import { reachOf } from "../../src/cli/successor.ts";
import type { Surveyed } from "../../src/cli/survey.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { pathTo, surveyed } from "./surveyed.ts";

interface Seen {
  readonly answers: boolean;
  readonly up: boolean;
  /** Packets to n2 that were acknowledged, first and by the time of the second look, if there is one. */
  readonly acked?: readonly [number, number];
}

/** n1 leads, and has a link to n2 or not; n2 answers or not. */
function reach({ answers, up, acked }: Seen) {
  const linkAt = (count: number) => [{ ...pathTo("n2", { acked: count }), up }];
  const [leader, other] = surveyed([{ status: { peers: linkAt(acked?.[0] ?? 0) } }, {}]);
  const { status: _, ...silent } = present(other, "there are two");
  const second: Surveyed = answers ? present(other, "there are two") : { ...silent, status: undefined };
  const { status, ...said } = present(leader, "there are two");
  const later: NodeStatus | undefined = acked && { ...status, peers: linkAt(acked[1]) };
  return reachOf([{ ...said, status }, second], { ...said, status }, "n2", later);
}

t.test("a node that neither answers nor has a link to the leader cannot take over", async (t) => {
  t.match(reach({ answers: false, up: false }), {
    kind: "away",
    why: "n2 does not answer, and n1, which leads, hears nothing from it",
  });
});

t.test("a link that is up still, and on which nothing is acknowledged, is none", async (t) => {
  t.match(reach({ answers: false, up: true, acked: [7, 7] }), { kind: "away" });
  t.match(reach({ answers: false, up: true, acked: [7, 9] }), { kind: "doubtful" });
  t.match(reach({ answers: false, up: true, acked: [70, 9] }), { kind: "doubtful" }, "a new link");
});

t.test("a node that only one side reaches may be coming up, and may be tried", async (t) => {
  t.match(reach({ answers: true, up: false }), {
    kind: "doubtful",
    why: "n2 answers, but n1, which leads, hears nothing from it",
  });
  t.match(reach({ answers: false, up: true }), { kind: "doubtful", why: "n2 does not answer" });
});

t.test("of a node that both reach nothing is said", async (t) => {
  t.same(reach({ answers: true, up: true }), { kind: "reached" });
});
