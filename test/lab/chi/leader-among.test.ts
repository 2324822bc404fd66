import t from "tap";
import { leaderAmong } from "../../../src/lab/chi/leader-among.ts";
import type { NodeStatus } from "../../../src/wire/client-messages.ts";

function status(name: string, ballot: string, serving: boolean): NodeStatus {
  return { name, ballot, serving } as NodeStatus;
}

t.test("of several that say they serve, the one with the highest ballot does", async (t) => {
  t.equal(leaderAmong([]), undefined);
  t.equal(leaderAmong([undefined, status("a", "9.1", false)]), undefined);
  t.equal(leaderAmong([status("a", "9.1", true), status("b", "10.2", true), undefined]), "b");
  t.equal(leaderAmong([status("c", "10.3", true), status("b", "10.2", true)]), "c");
});
