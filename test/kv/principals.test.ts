import t from "tap";
import type { Principal } from "../../src/kv/principal.ts";
import { Principals } from "../../src/kv/principals.ts";

const ADA: Principal = {
  role: "admin",
  prefix: new Uint8Array(0),
  verifier: new Uint8Array(32),
  former: undefined,
};

t.test("only what was changed becomes a row, once, as it stands last", async (t) => {
  const principals = new Principals([{ id: "ada", principal: ADA }]);
  t.same(principals.takeRows(), [], "what was recovered is no change");
  principals.set("zoe", ADA);
  principals.set("zoe", undefined);
  principals.set("ada", { ...ADA, role: "read-only" });
  t.same(principals.takeRows(), [
    { table: "principals", id: "zoe", principal: undefined },
    { table: "principals", id: "ada", principal: { ...ADA, role: "read-only" } },
  ]);
  t.same(principals.takeRows(), []);
  t.equal(principals.size, 1);
});
