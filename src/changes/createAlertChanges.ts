import type { Logger } from '../observability/logger.js';
import type { Alert } from '../schema/types/alert.type.js';
import type { Clock } from '../time/clock.js';
import { fromTicks } from '../time/instant.js';
import { AlertPoller, type PollerStatus } from './alertPoller.js';
import { toCursor } from './applyStep.js';
import type { ChangeStore, FeedStep } from './changeStore.js';
import type { AlertChange, AlertChanges, AlertFeedSource } from './contract.js';
import { versionOf } from './head.js';
import { type ChangeJournal, createInProcessJournal } from './journal.js';
import { type FeedPaging, Sweep } from './sweep.js';

export interface AlertChangesDeps {
  readonly source: AlertFeedSource;
  /** Stays open after `stop`; whoever made it closes it. */
  readonly store: ChangeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly intervalSeconds: number;
  /** Awaited before listeners hear of a change, so that what they read next is not older: forget cached copies here. */
  readonly onChange?: (alerts: readonly Alert[]) => Promise<void> | void;
  /** Most unread changes of one listener. Default 5,000. */
  readonly listenerCapacity?: number;
  /** Default: what Microsoft Graph allows. */
  readonly paging?: FeedPaging;
}

export interface AlertFeedStatus extends PollerStatus {
  /** True while the first fill has not reached the present. */
  readonly isFilling: boolean;
  /** Everything up to here was read, RFC 3339; null before the first page. */
  readonly position: string | null;
  readonly listeners: number;
}

export interface RunningAlertChanges extends AlertChanges {
  /** Begins to poll. Mutations are recorded and listeners served before as well. */
  start(): void;
  /** Ends polling after the page that is being written, then ends every listener. */
  stop(): Promise<void>;
  status(): AlertFeedStatus;
}

const defaultPaging: FeedPaging = { pageSize: 1_000, maxSkip: 500 };
/** Well above the 1,500 changes that one step may hold, so that a listener that keeps up is never cut off by a burst. */
const defaultListenerCapacity = 5_000;
/** For so long may a read of the upstream still show the state before our own write. */
const readLagMs = 300_000;

/** Where changes of alerts come together: reads the upstream at an interval, takes our own mutations, tells listeners. */
export function createAlertChanges(deps: AlertChangesDeps): RunningAlertChanges {
  return new AlertChangeFeed(deps);
}

class AlertChangeFeed implements RunningAlertChanges {
  readonly #journal: ChangeJournal;
  readonly #poller: AlertPoller;
  /** Steps run one after another, so that listeners hear of them in the order of their cursors. */
  #lastStep: Promise<unknown> = Promise.resolve();

  constructor(readonly deps: AlertChangesDeps) {
    const { store, clock, logger, random = Math.random, intervalSeconds } = deps;
    const { epoch, sequence } = store.state();
    const listenerCapacity = deps.listenerCapacity ?? defaultListenerCapacity;
    this.#journal = createInProcessJournal({ cursor: toCursor(epoch, sequence), listenerCapacity });
    const sweep = (signal: AbortSignal) => this.#sweep(signal);
    this.#poller = new AlertPoller({ sweep, clock, logger, random, intervalMs: intervalSeconds * 1_000 });
  }

  start(): void {
    this.#poller.start();
  }

  async stop(): Promise<void> {
    await this.#poller.stop();
    await this.#lastStep;
    this.#journal.close();
  }

  async recordMutation(alert: Alert): Promise<string> {
    const version = versionOf(alert);
    if (version === undefined) {
      this.deps.logger.warn({ alertId: alert.id }, 'changed alert without a readable last update is not journalled');
      return this.cursor();
    }
    const observedAt = this.deps.clock.now();
    const detectedAt = new Date(observedAt).toISOString();
    const seen = { alert, version, observedAt, trustedUntil: observedAt + readLagMs };
    await this.#commit({ observations: [seen], detectedBy: 'MUTATION', detectedAt });
    return this.cursor();
  }

  listen(signal: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.#journal.listen(signal);
  }

  cursor(): string {
    return this.#journal.cursor();
  }

  status(): AlertFeedStatus {
    const { position, isFilled } = this.deps.store.state();
    return {
      ...this.#poller.status(),
      isFilling: !isFilled,
      position: position === null ? null : fromTicks(position),
      listeners: this.#journal.listenerCount(),
    };
  }

  #sweep(signal: AbortSignal): Promise<string> {
    const { source, clock, logger, store, paging = defaultPaging } = this.deps;
    const commit = (step: FeedStep) => this.#commit(step);
    return new Sweep({ source, clock, logger, paging, commit }, store.state(), signal).run();
  }

  #commit(step: FeedStep): Promise<void> {
    const done = this.#lastStep.then(() => this.#commitNow(step));
    this.#lastStep = done.catch(() => undefined);
    return done;
  }

  async #commitNow(step: FeedStep): Promise<void> {
    const { changes, moved } = await this.deps.store.commit(step);
    if (moved.length > 0) await this.#announce(moved);
    this.#journal.publish(changes);
  }

  /** The step is committed: a hook that fails must not take the events with it. */
  async #announce(moved: readonly Alert[]): Promise<void> {
    try {
      await this.deps.onChange?.(moved);
    } catch (error) {
      this.deps.logger.error(
        { err: error, alerts: moved.length },
        'cached copies of changed alerts could not be dropped',
      );
    }
  }
}
