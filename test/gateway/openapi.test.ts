import { readFileSync } from "node:fs";
import t from "tap";
import { openApiDocument } from "../../src/gateway/openapi.ts";
import { allRoutes, methodsOf } from "../../src/gateway/routes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const OPTIONS = { version: "1.2.3", node: "n1", address: { host: "127.0.0.1", port: 1 } };

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description: string;
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

t.test("every route is in the document, with all that it takes and answers", async (t) => {
  const document = openApiDocument(OPTIONS) as unknown as Document;
  t.equal(document.openapi, "3.1.0");
  for (const route of allRoutes(OPTIONS)) {
    const path = route.path
      .replace("*", `{${route.document.rest ?? "key"}}`)
      .replace(":id", "{id}")
      .replace(":name", "{name}");
    for (const method of methodsOf(route)) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      t.ok(operation, `${method} ${path}`);
      const named = operation?.parameters ?? [];
      for (const { name } of route.parameters)
        t.ok(
          named.some((one) => one.name === name),
          `${path}: ${name}`,
        );
      for (const [, name] of path.matchAll(/\{(\w+)\}/g))
        t.ok(
          named.some((one) => one.name === name && one.in === "path"),
          `${path}: ${name} in the path`,
        );
      t.ok(named.every(({ description }) => description.length > 0));
      t.ok(
        Object.keys(operation?.responses ?? {}).some((status) => status.startsWith("2")),
        `${path} answers`,
      );
      const names = named.map((one) => `${one.in} ${one.name}`);
      t.equal(new Set(names).size, names.length, `${path}: no parameter twice`);
    }
  }
});

t.test(
  "every status of the manual is in the document, and the manual has each of the document",
  async (t) => {
    const manual = readFileSync(new URL("../../../docs/HTTP.md", import.meta.url), "utf8");
    const told = [...manual.matchAll(/^\| (\d{3}(?:, \d{3})*) \|/gm)].flatMap(([, all = ""]) =>
      all.split(", "),
    );
    const { paths } = openApiDocument(OPTIONS) as unknown as Document;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const documented = new Set(operations.flatMap(({ responses }) => Object.keys(responses)));
    // A method that a path does not have is no operation.
    t.same(new Set(told), new Set([...documented, "405"].filter((status) => !status.startsWith("2"))));
  },
);

t.test("a key's history is a path of its own, with parameters of its own", async (t) => {
  const { paths } = openApiDocument(OPTIONS) as unknown as Document;
  const namesAt = (path: string) => paths[path]?.["get"]?.parameters.map(({ name }) => name) ?? [];
  t.match(namesAt("/v1/kv/{key}/history"), ["key", "limit", "before"]);
  t.notOk(namesAt("/v1/kv/{key}").includes("limit"));
  const { ask } = simulatedGateway(t);
  t.match(await ask("GET /v1/kv/a?limit=1"), { status: 400, json: { detail: /'limit' is no parameter/ } });
  t.match(await ask("GET /v1/kv/a/history?raw"), { status: 400, json: { detail: /'raw' is no parameter/ } });
  t.match(await ask("GET /v1/kv/a/history?limit=1"), { status: 200, json: { key: "a", changes: [] } });
});

t.test("the document and its page are served, and nothing comes from elsewhere", async (t) => {
  const { ask } = simulatedGateway(t);
  const { json } = await ask("GET /openapi.json");
  t.match(json, { openapi: "3.1.0", info: { title: "kvd", version: "0.0.0" } });
  const references = JSON.stringify(json).match(/#\/components\/schemas\/\w+/g) ?? [];
  t.same([...new Set(references)], ["#/components/schemas/Problem"]);
  const page = await ask("GET /docs/");
  t.equal(page.status, 200);
  t.match(page.text, /<html/);
  t.notMatch(page.text, /(?:src|href)="(?:https?:)?\/\//);
  const policy = String(page.headers["content-security-policy"]);
  t.match(policy, /default-src 'none'; script-src 'self';/);
  t.notMatch(policy, /upgrade-insecure-requests|https?:|[a-z]\.[a-z]/);
  const script = await ask("GET /docs/static/swagger-initializer.js");
  t.equal(script.status, 200);
  t.notMatch(script.text, /validator\.swagger\.io/);
});
