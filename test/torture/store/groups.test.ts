import t from "tap";
import { StoreGroups } from "./groups.ts";

t.test(
  "a group goes out of use after many calls, or a few of unknown outcome, and only when all have ended",
  async (t) => {
    const groups = new StoreGroups(1);
    const first = groups.begin(0);
    for (let call = 0; call < 149; call++) groups.ended(groups.begin(0), false);
    t.same(groups.takeRetired(), []);
    const second = groups.begin(0);
    t.not(second, first);
    t.same(groups.takeRetired(), [], "somebody still waits for an answer");
    t.same(groups.names, [first, second]);
    groups.ended(first, false);
    t.same(groups.takeRetired(), [first]);
    t.same(groups.takeRetired(), []);
    groups.ended(second, true);
    for (let call = 0; call < 2; call++) groups.ended(groups.begin(0), true);
    t.not(groups.begin(0), second);
    t.same(groups.takeRetired(), [second]);
  },
);
