import t from "tap";
import { withoutHelp } from "../../src/cli/hidden-help.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";

t.test("only what help needs is left out, in groups too", async (t) => {
  const plain = withoutHelp(KVCLI);
  t.equal(plain.commands.length, KVCLI.commands.length);
  for (const [at, command] of plain.commands.entries()) {
    const full = KVCLI.commands[at];
    t.same(Object.keys(command.options ?? {}), Object.keys(full?.options ?? {}), command.usage);
    t.equal(command.run, full?.run);
    t.ok(Object.values(command.options ?? {}).every(({ hidden }) => hidden === true));
    for (const nested of command.commands ?? [])
      t.ok(Object.values(nested.options ?? {}).every(({ hidden }) => hidden === true));
  }
});
