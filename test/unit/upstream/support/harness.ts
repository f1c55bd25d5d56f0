import type { TokenProvider, TokenRequest } from '../../../../src/auth/credentials/tokenProvider.js';
import type { Logger } from '../../../../src/observability/logger.js';
import { upstreamDefaults } from '../../../../src/upstream/config.js';
import type { AnswerWarning, CallMeter, CallScope, UpstreamCall } from '../../../../src/upstream/contract.js';
import { createUpstreams, type UpstreamDeps, type UpstreamSettings } from '../../../../src/upstream/createUpstreams.js';
import { ManualClock } from './manualClock.js';
import { ScriptedServer } from './scriptedServer.js';

export const requestId = '6f1d2c3b-0000-4000-8000-000000000001';
export const secretToken = 'eyJ.secret-token.sig';

export interface Harness {
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  readonly upstreams: ReturnType<typeof createUpstreams>['upstreams'];
  readonly tokens: RecordingTokens;
  readonly logLines: string[];
  stop(): Promise<void>;
}

/** The real clients against a scripted server, on a clock that only the test moves. */
export async function startHarness(
  settings: Partial<UpstreamSettings> = {},
  deps: Partial<UpstreamDeps> = {},
): Promise<Harness> {
  const server = await ScriptedServer.start();
  const clock = new ManualClock();
  const tokens = new RecordingTokens();
  const logLines: string[] = [];
  const running = createUpstreams(
    { ...upstreamDefaults, identityShare: 1, mcasShare: 1, graphUrl: server.url, mcasUrl: server.url, ...settings },
    {
      clock,
      logger: recordingLogger(logLines),
      random: () => 0,
      credentials: { graph: tokens, mcas: tokens },
      ...deps,
    },
  );
  return {
    server,
    clock,
    upstreams: running.upstreams,
    tokens,
    logLines,
    stop: async () => {
      await running.stop();
      await server.stop();
    },
  };
}

export class RecordingTokens implements TokenProvider {
  readonly requests: TokenRequest[] = [];
  next: () => Promise<string> = async () => secretToken;

  async authorization(request: TokenRequest): Promise<string> {
    this.requests.push(request);
    return `Bearer ${await this.next()}`;
  }
}

export class RecordingMeter implements CallMeter {
  readonly calls: [string, number][] = [];
  readonly waits: number[] = [];
  readonly warnings: AnswerWarning[] = [];
  upstreamCall(upstream: string, units: number): void {
    this.calls.push([upstream, units]);
  }
  waited(milliseconds: number): void {
    this.waits.push(milliseconds);
  }
  warning(warning: AnswerWarning): void {
    this.warnings.push(warning);
  }
  subgraphRequest(): void {}
  cacheHit(): void {}
  mirrorHit(): void {}
  stale(): void {}
  dataAsOf(): void {}
}

export interface TestScope extends CallScope {
  readonly meter: RecordingMeter;
}

export function scopeOf(
  clock: ManualClock,
  changes: Partial<CallScope> & { readonly leftMs?: number } = {},
): TestScope {
  const { leftMs = 15_000, ...rest } = changes;
  return {
    purpose: 'interactive',
    requestId,
    signal: new AbortController().signal,
    deadlineAt: clock.now() + leftMs,
    accessScope: 'test',
    ...rest,
    meter: new RecordingMeter(),
  };
}

export function callOf<T = unknown>(changes: Partial<UpstreamCall<T>> = {}): UpstreamCall<T> {
  return {
    operation: 'alerts.list',
    method: 'GET',
    path: '/v1.0/security/alerts_v2',
    permission: 'SecurityAlert.Read.All',
    parse: (body) => body as T,
    ...changes,
  };
}

function recordingLogger(lines: string[]): Logger {
  const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  return logger;
}
