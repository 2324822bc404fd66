import { Server as TlsServer } from "node:https";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { fastify } from "fastify";
import { toHex } from "../base/bytes.ts";
import type { Address, Crypto, Random, Timers } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import { formatEndpoint } from "../client/endpoint-text.ts";
import type { Authenticate, Principal } from "./access.ts";
import { ANYBODY } from "./access.ts";
import { refuseConnection } from "./connection-refusal.ts";
import { addDocsPage } from "./docs-page.ts";
import { ConditionalError, clusterHeaders, exchange, send } from "./exchange.ts";
import { refuseForeignHost } from "./foreign-host.ts";
import { refuseForeignOrigin } from "./foreign-origin.ts";
import type { HealthOptions } from "./health-routes.ts";
import { HttpError, notFound } from "./http-error.ts";
import { protectedUrl } from "./item-path.ts";
import { documentRoute } from "./openapi.ts";
import { answerPlainHttp } from "./plain-on-tls.ts";
import { PROBLEM_TYPE, type Problem, problemOf } from "./problem.ts";
import { ProcessMetrics } from "./process-metrics.ts";
import { refuseHead } from "./request-head.ts";
import type { Route } from "./route.ts";
import { allowedMethods, allRoutes, methodsOf } from "./routes.ts";
import { boundedServer, type ServerOptions, type TlsPair } from "./server.ts";

/** More than Node takes in the head of a request. */
const PATH_CHARACTERS_MAX = 65_536;
/** Requests under way get so long to end when the gateway stops. */
const STOP_MS = 5_000;

export interface GatewayOptions extends HealthOptions, ServerOptions {
  /** The host that it listens on when nobody is asked for a token: requests have to name it, or loopback. */
  readonly openHost: string | undefined;
  /** Whether `/metrics` tells of the process: of one gateway in it. */
  readonly watchesProcess: boolean;
}

export interface GatewayDeps {
  /** Not closed by the gateway. */
  readonly client: Client;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: Pick<Crypto, "sha256">;
  readonly authenticate: Authenticate;
  /** A fault in the gateway itself. */
  readonly onFault: (error: unknown) => void;
}

/** The HTTP interface of one node: everything goes through a client of the cluster. */
export class Gateway {
  readonly #app: FastifyInstance;
  readonly #deps: GatewayDeps;
  readonly #stopping = new AbortController();
  readonly #principals = new WeakMap<FastifyRequest, Principal>();

  constructor(options: GatewayOptions, deps: GatewayDeps) {
    this.#deps = deps;
    const metrics = new ProcessMetrics();
    if (options.watchesProcess) metrics.watchProcess();
    const processMetrics = () => metrics.text();
    const routes = [...allRoutes({ ...options, processMetrics }), documentRoute(options)];
    this.#app = fastify({
      serverFactory: (onRequest) => boundedServer(onRequest, options),
      exposeHeadRoutes: false,
      rewriteUrl: ({ url }) => protectedUrl(url ?? "/"),
      routerOptions: { maxParamLength: PATH_CHARACTERS_MAX },
      genReqId: () => toHex(deps.random.bytes(8)),
      clientErrorHandler: (error, socket) => refuseConnection(error, socket, deps.timers),
      frameworkErrors: (error, request, reply) => this.#refuse(error, request, reply),
    });
    const { server } = this.#app;
    if (server instanceof TlsServer)
      answerPlainHttp(server, (error, connection) => refuseConnection(error, connection, deps.timers));
    this.#app.removeAllContentTypeParsers();
    this.#app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    this.#app.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply));
    this.#app.addHook("onRequest", async (request) => {
      refuseHead(request.raw);
      refuseForeignHost(request.headers, options.openHost);
      refuseForeignOrigin(request.headers);
      if (request.is404) throw unknownRoute(routes, request);
    });
    this.#app.addHook(
      "onResponse",
      async ({ method, routeOptions: { url } }, { statusCode, elapsedTime }) => {
        if (url === undefined || url.startsWith("/v1/watch")) return;
        metrics.answered({ method, path: url, status: statusCode, elapsedMs: elapsedTime });
      },
    );
    for (const route of routes) this.#add(route);
    addDocsPage(this.#app, options);
  }

  /** What fastify's own tests use: a request without a socket. */
  get app(): FastifyInstance {
    return this.#app;
  }

  /** Rejects when the port is taken. The address that it listens on. */
  async listen({ host, port }: Address): Promise<Address> {
    await this.#app.listen({ host, port });
    const address = this.#app.server.address();
    return typeof address === "object" && address !== null ? { host, port: address.port } : { host, port };
  }

  /** Connections from now on get this certificate. Throws when the two do not belong together. */
  renewTls(tls: TlsPair): void {
    if (this.#app.server instanceof TlsServer) this.#app.server.setSecureContext(tls);
  }

  /** Takes no more requests, ends streams, and lets what is under way end; then cuts it off. */
  async close(): Promise<void> {
    this.#stopping.abort();
    const cut = this.#deps.timers.after(STOP_MS, () => this.#app.server.closeAllConnections());
    await this.#app.close();
    cut.cancel();
  }

  #add(route: Route): void {
    this.#app.route({
      method: [...methodsOf(route)],
      url: route.path,
      // A limit of 0 would refuse the empty body that clients announce.
      bodyLimit: Math.max(1, route.bodyBytesMax),
      onRequest: async (request) => this.#admit(route, request),
      handler: async (request, reply) => {
        const { client, crypto, timers } = this.#deps;
        const principal = this.#principals.get(request) as Principal;
        const deps = { client, stopping: this.#stopping.signal, principal, reply, crypto, timers };
        const answer = await exchange(route, request, deps);
        return send(reply.header("Kvd-Request-Id", request.id), answer, client);
      },
    });
  }

  async #admit(route: Route, request: FastifyRequest): Promise<void> {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity")
      throw new HttpError(415, "unsupported_media_type", `content is taken as it is, not as ${encoding}`);
    // Nothing that the cluster holds: a probe has no token, and asks also when nobody can be let in.
    if (route.access === "none") return void this.#principals.set(request, ANYBODY);
    const { authenticate } = this.#deps;
    const admission = await authenticate({
      headers: request.headers,
      encrypted: request.protocol === "https",
      remoteAddress: request.ip,
    });
    if (admission.kind === "refused") {
      const challenge = admission.status === 401 ? { headers: { "WWW-Authenticate": "Bearer" } } : {};
      const code = admission.status === 401 ? "unauthenticated" : "forbidden";
      throw new HttpError(admission.status, code, admission.message, challenge);
    }
    this.#principals.set(request, admission.principal);
  }

  #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const problem = this.#problem(error, request);
    if (problem.status === 500) this.#deps.onFault(error);
    return reply
      .code(problem.status)
      .headers({ ...clusterHeaders(this.#deps.client), ...problem.headers, "Kvd-Request-Id": request.id })
      .type(PROBLEM_TYPE)
      .send(`${JSON.stringify(problem.body)}\n`);
  }

  #problem(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof ConditionalError) return problemOf(error.cause, request.id, true);
    const fault = error as FastifyError;
    if (fault.code !== "FST_ERR_CTP_BODY_TOO_LARGE") return problemOf(error, request.id, false);
    const limit = request.routeOptions.bodyLimit;
    const actual = Number(request.headers["content-length"] ?? Number.NaN);
    const size = Number.isSafeInteger(actual) ? ` and has ${actual}` : "";
    const message = `the body may have ${limit} bytes here${size}`;
    const details = { limit, ...(Number.isSafeInteger(actual) ? { actual } : {}) };
    return problemOf(new HttpError(413, "too_large", message, { details }), request.id, false);
  }
}

function unknownRoute(routes: readonly Route[], request: FastifyRequest): HttpError {
  const path = request.url.split("?")[0] ?? "";
  const allowed = allowedMethods(routes, path);
  if (allowed.length === 0)
    return notFound(`there is nothing at ${path.slice(0, 100)}; /docs shows what there is`);
  const allow = allowed.join(", ");
  const message = `${request.method} is not possible here; ${allow} is`;
  return new HttpError(405, "method_not_allowed", message, { headers: { Allow: allow } });
}

/** `http://127.0.0.1:7480` */
export function urlOf(address: Address, { tls }: Pick<ServerOptions, "tls">): string {
  return `${tls === undefined ? "http" : "https"}://${formatEndpoint(address)}`;
}
