import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";

/** `kvcli ping`: whether a node lives, quorum or not. */
export const pingCommand: Command = {
  usage: "ping",
  describe: "ask a node whether it lives, and measure the round trip",
  examples: [["$0 ping -E 127.0.0.1:7400", "one node"]],
  run: ping,
};

async function ping(run: Run): Promise<ExitCode> {
  const reply = await withClient(run, async (client) => {
    await client.ping();
    return client.ping();
  });
  const ms = Number(reply.elapsedMs.toFixed(3));
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "pong", { node: reply.servedBy, rtt_ms: ms });
      break;
    case "table":
      print(run, `${reply.servedBy}  ${ms} ms\n`);
      break;
    case "value":
      print(run, `${ms}\n`);
      break;
  }
  return EXIT_CODES.done;
}
