import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import type { HealthOptions } from "./health-routes.ts";
import { openApiDocument } from "./openapi.ts";

/** The page's own policy: nothing of another host, and no TLS where there is none. Its styles are set by scripts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the OpenAPI document as a page at `/docs`; all that it loads comes from this node. */
export function addDocsPage(app: FastifyInstance, options: HealthOptions): void {
  // The document is made from the routes here; the plugin hands it to the page.
  app.register(swagger, { mode: "static", specification: { document: openApiDocument(options) as never } });
  app.register(swaggerUi, { routePrefix: "/docs", staticCSP: POLICY, uiConfig: { validatorUrl: null } });
}
