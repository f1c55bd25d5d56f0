import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeStore } from '../../../src/changes/changeStore.js';
import type { AlertChange, AlertFeedPage, AlertFeedRequest, AlertFeedSource } from '../../../src/changes/contract.js';
import { type AlertChangesDeps, createAlertChanges } from '../../../src/changes/createAlertChanges.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import type { FeedPaging } from '../../../src/changes/sweep.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { fromTicks, toTicks } from '../../../src/time/instant.js';
import { createManualClock, type ManualClock, settle } from '../cache/manualClock.js';

export { settle } from '../cache/manualClock.js';

/** An instant as the upstream writes it, `offsetMs` after the clock's time, plus 100 ns ticks. */
export function instant(clock: ManualClock, offsetMs = 0, ticks = 0): string {
  return fromTicks(BigInt(clock.now() + offsetMs) * 10_000n + BigInt(ticks));
}

export function alertOf(change: Partial<Alert> & { id: string; lastUpdateDateTime: string | null }): Alert {
  return {
    __typename: 'Alert',
    title: 'Suspicious sign-in',
    status: 'NEW',
    rawStatus: 'new',
    severity: 'HIGH',
    assignedTo: null,
    classification: null,
    determination: null,
    createdDateTime: change.lastUpdateDateTime,
    incidentId: '12',
    systemTags: [],
    comments: [],
    evidence: [],
    ...change,
  } as unknown as Alert;
}

/** An upstream that holds alerts and answers as Microsoft Graph pages them. */
export class ModelUpstream implements AlertFeedSource {
  readonly alerts = new Map<string, Alert>();
  readonly requests: AlertFeedRequest[] = [];
  /** Errors to answer with, one per call. */
  readonly failures: Error[] = [];
  countsRows = true;

  constructor(readonly clock: ManualClock) {}

  put(...alerts: Alert[]): void {
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  async read(request: AlertFeedRequest): Promise<AlertFeedPage> {
    this.requests.push(request);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const from = toTicks(request.from) as bigint;
    const to = request.to === undefined ? undefined : toTicks(request.to);
    const ticks = (alert: Alert) => toTicks(alert.lastUpdateDateTime as string) as bigint;
    const rows = [...this.alerts.values()]
      .filter((alert) => ticks(alert) >= from && (to === undefined || ticks(alert) <= to))
      .sort((a, b) => (ticks(a) < ticks(b) ? -1 : ticks(a) > ticks(b) ? 1 : a.id < b.id ? -1 : 1));
    return {
      rows: rows.slice(request.skip, request.skip + request.top),
      upstreamDate: new Date(Math.floor(this.clock.now() / 1_000) * 1_000).toISOString(),
      ...(this.countsRows ? { count: rows.length } : {}),
    };
  }
}

export interface FeedOptions extends Partial<AlertChangesDeps> {
  readonly paging?: FeedPaging;
}

/** A feed over a model upstream; not started. */
export function setUpFeed(options: FeedOptions = {}) {
  const clock = (options.clock as ManualClock | undefined) ?? createManualClock();
  const upstream = (options.source as ModelUpstream | undefined) ?? new ModelUpstream(clock);
  const store: ChangeStore = options.store ?? createMemoryChangeStore();
  const changes = createAlertChanges({
    logger: silentLogger,
    random: () => 1,
    intervalSeconds: 15,
    ...options,
    source: upstream,
    clock,
    store,
  });
  const heard: AlertChange[] = [];
  const listener = changes.listen(new AbortController().signal);
  const listening = (async () => {
    for await (const change of listener) heard.push(change);
  })();
  return {
    clock,
    upstream,
    store,
    changes,
    heard,
    /** Runs the first sweep. */
    begin: async () => {
      changes.start();
      await settle();
    },
    /** Moves to the next sweep and lets it end. */
    nextSweep: async (milliseconds = 15_000) => {
      await clock.advance(milliseconds);
      await settle();
    },
    end: async () => {
      await changes.stop();
      await listening;
    },
  };
}

/** What an event says, short. */
export function brief({ change, alert, changedFields, detectedBy }: AlertChange): unknown[] {
  return [change, alert?.id ?? null, [...changedFields], detectedBy];
}

/** A directory for one test; call the result's `remove` at its end. */
export function makeTemporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'changes-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
