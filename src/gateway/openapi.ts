import type { HealthOptions } from "./health-routes.ts";
import type { Parameter } from "./parameters.ts";
import type { Content, Route, Schema } from "./route.ts";
import { allRoutes, methodsOf } from "./routes.ts";
import { PROBLEM } from "./schemas.ts";

/** What every route may answer besides its own. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "the request cannot be meant",
  403: "a page of another site made a browser ask, or the Host is not one of this listener's",
  408: "the request did not come to its end in time",
  413: "too large",
  415: "a type of body that is not taken; compressed bodies are not",
  431: "the head is too large: a large value belongs in the body",
  500: "a fault in kvd itself",
  503: "not applied; try again",
};
const GUARDED: Readonly<Record<number, string>> = {
  401: "a token is needed",
  403: "not with this principal, not for a page of another site, not under this Host",
};
const CHANGED: Readonly<Record<number, string>> = {
  409: "what a repeat with this Idempotency-Key was to be answered with is too large to be kept (result_too_large)",
  422: "the Idempotency-Key was used for another request",
  504: "the outcome is unknown",
  507: "no space; not applied",
};
const FENCED: Readonly<Record<number, string>> = {
  409: `the lock of the Kvd-Fence is not held any more (fenced); or ${CHANGED[409]}`,
};
const IDEMPOTENCY = "executes the change once, however often and wherever it is sent with this key";
const FENCE = "KEY:TOKEN of a lock, its key percent-encoded: done only while that lock is held, else a 409";

/** The OpenAPI 3.1 document of all routes. */
export function openApiDocument(options: HealthOptions): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of allRoutes(options).flatMap(withHistory)) {
    const path = route.path.replace("*", `{${restOf(route)}}`).replaceAll(/:(\w+)/g, "{$1}");
    for (const method of methodsOf(route))
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "kvd",
      version: options.version,
      description: "A replicated, strongly consistent key-value store. Any node answers any request.",
      license: { name: "MIT" },
    },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "ID.SECRET, over TLS" } },
    },
  };
}

function withHistory(route: Route): readonly Route[] {
  return route.history === undefined ? [route] : [route, route.history];
}

function operationOf(route: Route): Readonly<Record<string, unknown>> {
  const { document, access, parameters } = route;
  const replies = Object.entries(document.replies).map(([status, reply]) => [
    status,
    replyOf(Number(status), reply),
  ]);
  const refusals = {
    ...REFUSALS,
    ...(access === "none" ? {} : GUARDED),
    ...(access === "write" ? CHANGED : {}),
    ...(route.fence === true ? FENCED : {}),
  };
  const refused = Object.entries(refusals).map(([status, describe]) => {
    const own = document.replies[Number(status)];
    return [status, problemReply(own === undefined ? describe : `${own.describe}; or ${describe}`)];
  });
  return {
    tags: [document.tag],
    summary: document.summary,
    parameters: [
      ...pathParameters(route),
      ...parameters.flatMap(queryParameters),
      ...headerParameters(route),
    ],
    ...(document.body === undefined ? {} : { requestBody: bodyOf(document.body) }),
    responses: Object.fromEntries([...replies, ...refused]),
    ...(access === "none" ? {} : { security: [{}, { token: [] }] }),
  };
}

function restOf({ document }: Route): string {
  return document.rest ?? "key";
}

function pathParameters(route: Route): readonly object[] {
  return Object.entries(route.document.path ?? {}).map(([name, description]) => {
    return {
      name: name === "*" ? restOf(route) : name,
      in: "path",
      required: true,
      description,
      schema: { type: "string" },
    };
  });
}

function headerParameters({ document, access, fence }: Route): readonly object[] {
  const idempotency = access === "write" ? { "Idempotency-Key": IDEMPOTENCY } : {};
  const freshness =
    access === "read" ? { "Kvd-Min-Revision": "the least revision that the answer may be of" } : {};
  const fenced = fence === true ? { "Kvd-Fence": FENCE } : {};
  return Object.entries({ ...document.headers, ...idempotency, ...freshness, ...fenced }).map(
    ([name, description]) => {
      return { name, in: "header", description, schema: { type: "string" } };
    },
  );
}

function queryParameters(parameter: Parameter): readonly object[] {
  const { name, describe } = parameter;
  const plain = { name, in: "query", description: describe, schema: parameterSchema(parameter) };
  if (parameter.kind !== "bytes") return [plain];
  const encoded = { type: "string", contentEncoding: "base64" };
  return [plain, { name: `${name}_b64`, in: "query", description: `${name}, in base64`, schema: encoded }];
}

function parameterSchema(parameter: Parameter): Schema {
  switch (parameter.kind) {
    case "bytes":
    case "text":
      return { type: "string" };
    case "flag":
      return { type: "boolean" };
    case "duration":
      return { type: "string", pattern: "^\\d+(\\.\\d+)?(ms|s|m|h)$", examples: ["30s"] };
    case "integer":
      return { type: "integer", minimum: parameter.min, maximum: parameter.max };
    case "choice":
      return { type: "string", enum: parameter.values };
  }
}

function bodyOf({ describe, content }: Content): object {
  return { description: describe, content: contentOf(content) };
}

function replyOf(status: number, { describe, content }: Content): object {
  if (status >= 400) return problemReply(describe);
  return {
    description: describe,
    ...(Object.keys(content).length === 0 ? {} : { content: contentOf(content) }),
  };
}

function problemReply(description: string): object {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

function contentOf(content: Content["content"]): object {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]));
}

/** `GET /openapi.json`, which needs no principal: it tells nothing of the data. */
export function documentRoute(options: HealthOptions): Route {
  return {
    method: "GET, HEAD",
    path: "/openapi.json",
    access: "none",
    parameters: [],
    bodyBytesMax: 0,
    document: { tag: "health", summary: "This document.", replies: {} },
    plan: () => ({
      touches: [],
      act: async () => ({
        status: 200,
        headers: {},
        body: { kind: "json", value: openApiDocument(options) },
      }),
    }),
  };
}
