import { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { type Logger, silentLogger } from '../../src/observability/logger.js';
import type { UpstreamName } from '../../src/upstream/contract.js';
import type { VirtualClock } from './virtualClock.js';

/** One call of the gateway, in virtual time. */
export interface Exchange {
  readonly origin: string;
  readonly path: string;
  readonly requestId: string | undefined;
  readonly startedAt: number;
  /** When the upstream decided on it; absent while it has not. */
  decidedAt?: number;
  status?: number;
  /** When the gateway had its answer; absent when nobody waited for it any more. */
  endedAt?: number;
}

/** A time for which the gateway sends an upstream nothing, because it was refused. */
export interface Pause {
  readonly upstream: UpstreamName;
  readonly from: number;
  readonly until: number;
}

/** Time passes on the way to the upstream and back, and stands still while the upstream works. */
export function throughVirtualTime(
  agent: Agent,
  clock: VirtualClock,
  latencyMs: () => number,
  exchanges: Exchange[],
): Dispatcher {
  const request = async (options: Dispatcher.RequestOptions & { signal?: AbortSignal }) => {
    const { origin, path } = options;
    const requestId = (options.headers as Record<string, string>)['client-request-id'];
    const exchange: Exchange = { origin: String(origin), path, requestId, startedAt: clock.now() };
    exchanges.push(exchange);
    await clock.sleep(latencyMs(), options.signal);
    const answer = await clock.standStillFor(async () => {
      const { statusCode, headers, body } = await agent.request(options as Parameters<Agent['request']>[0]);
      return { statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) };
    });
    exchange.decidedAt = clock.now();
    exchange.status = answer.statusCode;
    await clock.sleep(latencyMs(), options.signal);
    exchange.endedAt = clock.now();
    return { ...answer, body: Readable.from([answer.bytes]) };
  };
  return { request } as unknown as Dispatcher;
}

/** A logger that keeps what it is told of pauses. */
export function notePauses(pauses: Pause[], clock: VirtualClock): Logger {
  const info = (fields: Partial<{ upstream: UpstreamName; pauseMs: number }>) => {
    const { upstream, pauseMs } = fields;
    if (upstream === undefined || pauseMs === undefined) return;
    pauses.push({ upstream, from: clock.now(), until: clock.now() + pauseMs });
  };
  const logger: Logger = { ...silentLogger, info, child: () => logger };
  return logger;
}
