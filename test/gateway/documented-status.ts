import { openApiDocument } from "../../src/gateway/openapi.ts";

type Operations = Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>;

const { paths } = openApiDocument({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } });
/** The longest first: what is below a resource is a resource of its own. */
const PATTERNS = Object.entries(paths as Readonly<Record<string, Operations>>)
  .map(([path, operations]) => ({ path, operations, pattern: patternOf(path) }))
  .sort((left, right) => right.path.length - left.path.length);

/** What the OpenAPI document does not say: `GET /kv/get: 507`. Undefined when it does, or has no such operation. */
export function undocumentedStatus(method: string, url: string, status: number): string | undefined {
  const [path = ""] = url.split("?");
  const found = PATTERNS.find(({ pattern }) => pattern.test(path));
  const operation = found?.operations[method.toLowerCase()];
  if (found === undefined || operation === undefined || `${status}` in operation.responses) return undefined;
  return `${method} ${found.path}: ${status}`;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "id" ? "[^/]+" : ".+"))}$`);
}
