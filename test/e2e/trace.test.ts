import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { KVLAB } from "../../src/cli/kvlab.ts";
import { runProgram } from "../../src/cli/program.ts";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { parseTraceLine } from "../../src/node/trace-line.ts";
import { FakeTerminal } from "../cli/fake-terminal.ts";
import { withDirectory } from "./with-cluster.ts";

t.test("a real node records what it did, and the transcript shows it", async (t) => {
  await withDirectory(async (directory) => {
    const trace = join(directory, "trace.jsonl");
    const options = { dir: join(directory, "nodes"), nodes: 1, startArguments: ["--trace", trace] };
    const cluster = await DevCluster.up(options);
    const client = await openClient({ endpoints: cluster.addresses() });
    await client.put("greeting", "hello", { timeoutMs: 20_000 });
    client.close();
    await cluster.down();
    const lines = readFileSync(trace, "utf8").trimEnd().split("\n").map(parseTraceLine);
    t.strictSame(
      lines.filter((line) => "reason" in line),
      [],
    );
    t.match(lines[0], { type: "trace", node: "n1", members: { 1: "n1" }, writer: /^kvd / });
    const terminal = new FakeTerminal();
    t.equal(await runProgram(KVLAB, ["trace", trace], terminal), 0);
    t.match(terminal.stdout, /★ leads 1\.1/);
    t.match(terminal.stdout, /propose time stamp as #2 /, "cluster time begins");
    t.match(terminal.stdout, /propose put greeting as #3 /);
    t.match(terminal.stdout, /chosen #3/);
  });
});
