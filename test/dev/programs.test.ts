import t from "tap";
import { runToEnd } from "../../src/dev/programs.ts";

t.test("a program that fails is quoted without its own name in front", async (t) => {
  await runToEnd("kvadm", ["help", "exit-codes"]);
  await t.rejects(runToEnd("kvadm", ["dev", "pase"]), {
    message: "unknown command 'pase'; did you mean pause?",
  });
});
