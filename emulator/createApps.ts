import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { authorityRoutes } from './authority/authorityRoutes.js';
import type { Area } from './context.js';
import { controlRoutes } from './control/controlRoutes.js';
import { gatewayAudience, type Parts } from './createParts.js';
import type { EmulatorOptions } from './EmulatorOptions.js';
import { areaOfPath } from './graph/areaOfPath.js';
import { buildGraphRefusals } from './graph/graphRefusals.js';
import { graphRoutes } from './graph/graphRoutes.js';
import { rewriteKeys } from './graph/rewriteKeys.js';
import { createApp, type Refusals } from './http/createApp.js';
import { createControlApp } from './http/createControlApp.js';
import { eatBudget } from './limits/eatBudget.js';
import { refusalBody } from './mcas/McasError.js';
import { mcasRoutes } from './mcas/mcasRoutes.js';

/** The four servers. */
export interface Apps {
  /** Starts them on 127.0.0.1 and enters their URLs into the parts. @throws {Error} when a port is taken. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

const mcasRefusals: Refusals = {
  status: (_request, status, retryAfterSeconds) => refusalBody(status, retryAfterSeconds),
  expiredToken: () => refusalBody(401, undefined),
  forbidden: () => refusalBody(403, undefined),
};

const authorityRefusals: Refusals = {
  status: (_request, status) => ({
    error: 'temporarily_unavailable',
    error_description: `AADSTS90033: A transient error has occurred (${status}). Please try again.`,
  }),
  expiredToken: () => ({
    error: 'invalid_client',
    error_description: 'AADSTS7000222: The provided client secret keys are expired.',
  }),
  forbidden: () => ({ error: 'unauthorized_client', error_description: 'AADSTS7000112: The application is disabled.' }),
};

/** @param options `port` is the control server's; Graph, Cloud Apps and the authority take the three after it. */
export function createApps(parts: Parts, { port, graphTls }: Pick<EmulatorOptions, 'port' | 'graphTls'>): Apps {
  const { context, faults, graph, certificates, urls } = parts;
  const eat = (area: Area, units: number | undefined) => eatBudget(context, area, units);
  const shared = { context, faults, eatBudget: eat };
  const apps: Readonly<Record<keyof typeof urls, FastifyInstance>> = {
    control: createControlApp(),
    graph: createApp({
      ...shared,
      upstream: 'graph',
      areaOf: (_method, path) => areaOfPath(path),
      refusals: buildGraphRefusals(graph),
      rewriteUrl: rewriteKeys,
      ...(graphTls === true ? { tls: certificates } : {}),
    }),
    mcas: createApp({ ...shared, upstream: 'mcas', areaOf: () => 'mcas', refusals: mcasRefusals }),
    authority: createApp({
      ...shared,
      upstream: 'authority',
      areaOf: () => 'authority',
      refusals: authorityRefusals,
      tls: certificates,
    }),
  };
  void apps.graph.register(graphRoutes(graph, parts.subscriptions));
  void apps.mcas.register(mcasRoutes(context));
  void apps.authority.register(authorityRoutes({ context, key: parts.key, grant: parts.grant }));
  void apps.control.register(controlRoutes({ ...parts, gatewayAudience }));

  async function listen(): Promise<void> {
    for (const [index, name] of (['control', 'graph', 'mcas', 'authority'] as const).entries()) {
      await apps[name].listen({ host: '127.0.0.1', port: port === undefined ? 0 : port + index });
      const bound = (apps[name].server.address() as AddressInfo).port;
      const isTls = name === 'authority' || (name === 'graph' && graphTls === true);
      urls[name] = isTls ? `https://localhost:${bound}` : `http://127.0.0.1:${bound}`;
    }
  }

  async function close(): Promise<void> {
    await Promise.all(Object.values(apps).map((app) => app.close()));
  }

  return { listen, close };
}
