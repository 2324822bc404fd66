import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { REPOSITORY } from "../tidy/source-files.ts";
import { threeNodes } from "./world.ts";

const GUIDE = readFileSync(join(REPOSITORY, "docs/CLIENT.md"), "utf8");

/** The guide's examples, each with the heading that it stands under. */
function examples(): readonly { readonly heading: string; readonly code: string }[] {
  return GUIDE.split(/^#+ /m).flatMap((section) => {
    const heading = section.split("\n", 1)[0] ?? "";
    return [...section.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => ({ heading, code: match[1] ?? "" }));
  });
}

type Example = (client: Client, openClient: () => Client, ...names: unknown[]) => Promise<void>;

/** The example as a function; what it imports is handed to it. */
function compiled(code: string): Example {
  const body = code.replace(/^import .*$/gm, "");
  const inner = `return (async () => {${body}})();`;
  return new Function("client", "openClient", "assert", "KvdError", inner) as Example;
}

for (const { heading, code } of examples()) {
  t.test(`the example under "${heading}" does what it says`, async () => {
    const { world } = threeNodes();
    const client = world.client();
    await world.resolve(compiled(code)(client, () => world.client(), assert, KvdError));
    client.close();
  });
}

t.test("the guide has examples of every change", async (t) => {
  t.ok(examples().length >= 7);
  for (const method of ["put", "delete", "get", "scan", "modify", "putAll", "txn", "deleteRange"])
    t.match(GUIDE, `client.${method}(`);
});
