import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../../emulator/random.js';
import { ask } from '../graphql.js';
import type { GatewayProcess } from './GatewayProcess.js';
import type { Shown, View } from './views.js';
import { type Answer, openWire, type Transport, type Wire } from './wire.js';

/** An event of `alertUpdated`, as far as these subscribers select it. */
export interface ChaosEvent {
  readonly cursor: string;
  readonly change: string;
  readonly alertId: string | null;
  readonly reason: string | null;
  readonly changedFields: readonly string[];
  readonly matchesFilter: boolean;
  readonly alert: Shown | null;
  readonly previous: Shown | null;
}

export interface SubscriberOptions {
  readonly name: string;
  readonly view: View;
  readonly transport: Transport;
  readonly gateways: readonly GatewayProcess[];
  readonly authorization: string;
  readonly random: Random;
  /** Stays connected as long as the gateway does. */
  readonly isSteady: boolean;
  /** Keeps a list beside the subscription: read at the start and after every RESYNC, moved by the events. */
  readonly keepsList: boolean;
  /** Selects long texts too, so that what is sent and not read fills the connection. */
  readonly selectsTexts?: boolean;
}

const shown = 'assignedTo status severity lastUpdateDateTime';
const listQuery = `query List($filter: AlertFilter) {
  changeCursor alerts(first: 1000, filter: $filter) { nodes { id ${shown} } pageInfo { hasNextPage } } }`;
const longestStayMs = 6_000;
const longestAwayMs = 600;
const retryMs = 100;

/**
 * A client that comes back from wherever its connection broke, to any of the gateways, with the cursor of the last event
 * that it handled. What reached it and was not handled when it broke off is lost to it, as in a browser that was closed.
 */
export class ChaosSubscriber {
  readonly events: ChaosEvent[] = [];
  /** What must never happen, whatever the journal says. */
  readonly faults: string[] = [];
  /** Codes of the errors with which streams were ended. */
  readonly errorCodes: string[] = [];
  /** How its connections ended, in order. */
  readonly endings: string[] = [];
  /** Where it began. */
  start: string | undefined;
  /** By id, when it keeps a list. */
  readonly list = new Map<string, Shown>();
  #after: string | undefined;
  #wire: Wire | undefined;
  #isStopping = false;
  #isSettled = false;
  #isStalled = false;
  #loop: Promise<void> | undefined;
  readonly #begun = promiseOf<void>();
  /** Ends the stay at a gateway. */
  #leave: (why: string) => void = () => undefined;

  constructor(readonly options: SubscriberOptions) {}

  /** Resolves when it knows where it began. */
  async run(): Promise<void> {
    this.#loop ??= this.#live();
    await Promise.race([this.#begun.promise, this.#loop]);
  }

  /** Comes back once more, and then stays. */
  settle(): void {
    this.#isSettled = true;
    this.#leave('settles');
  }

  /** Stops reading, with the connection open. */
  stall(): void {
    this.#isStalled = true;
    this.#wire?.pause();
  }

  readOn(): void {
    this.#isStalled = false;
    this.#wire?.resume();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#leave('stops');
    await this.#loop;
  }

  async #live(): Promise<void> {
    if (this.options.keepsList) this.#begin(await this.#readList());
    while (!this.#isStopping) {
      const { random } = this.options;
      const gateway = random.pick(this.options.gateways);
      if (gateway.isUp) await this.#stayAt(gateway);
      await wait(this.#isSettled ? retryMs : retryMs + random.int(0, longestAwayMs));
    }
  }

  async #stayAt(gateway: GatewayProcess): Promise<void> {
    const { view, transport, authorization, random, selectsTexts } = this.options;
    const inbox: { readonly answer: Answer; readonly id: string | undefined }[] = [];
    const over = promiseOf<string>();
    let isOver = false;
    let pumping: Promise<void> = Promise.resolve();
    const pump = async () => {
      for (let item = inbox.shift(); item !== undefined && !isOver; item = inbox.shift()) {
        await this.#handle(item.answer, item.id, gateway);
      }
    };
    this.#leave = over.resolve;
    const query = `subscription Watch($filter: AlertFilter, $after: String) { alertUpdated(filter: $filter, after: $after) {
      cursor change alertId reason changedFields matchesFilter
      alert { ${shown} ${selectsTexts === true ? 'description' : ''} } previous { ${shown} } } }`;
    const wire = openWire(
      transport,
      { gateway, authorization, query, variables: { filter: view.filter }, after: this.#after },
      {
        started: (cursor) => this.#begin(cursor),
        answered: (answer, id) => {
          inbox.push({ answer, id });
          if (inbox.length === 1) pumping = pumping.then(pump);
        },
        ended: over.resolve,
      },
    );
    this.#wire = wire;
    const stayMs =
      this.options.isSteady || this.#isSettled || this.#isStalled ? undefined : random.int(50, longestStayMs);
    const timer = stayMs === undefined ? undefined : setTimeout(() => !this.#isStalled && over.resolve('left'), stayMs);
    this.endings.push(await over.promise);
    isOver = true;
    clearTimeout(timer);
    this.#wire = undefined;
    wire.cut();
    await pumping;
  }

  #begin(cursor: string): void {
    this.start ??= cursor;
    this.#after ??= cursor;
    this.#begun.resolve();
  }

  async #handle({ data, errors }: Answer, id: string | undefined, gateway: GatewayProcess): Promise<void> {
    if (errors !== undefined || data === null || data === undefined) {
      this.errorCodes.push(errors?.[0]?.extensions?.code ?? `no code: ${errors?.[0]?.message}`);
      return;
    }
    const event = slim(data.alertUpdated as ChaosEvent);
    if (this.options.transport === 'SSE' && id !== event.cursor) {
      this.faults.push(`the event id ${id} is not the cursor ${event.cursor}`);
    }
    if (this.options.keepsList) await this.#moveList(event, gateway);
    this.events.push(event);
    this.#after = event.cursor;
  }

  async #moveList(event: ChaosEvent, gateway: GatewayProcess): Promise<void> {
    if (event.change === 'RESYNC') await this.#readList(gateway);
    else if (event.alert !== null && event.matchesFilter) this.list.set(event.alertId ?? '', event.alert);
    else this.list.delete(event.alertId ?? '');
  }

  /** @returns the cursor of the answer. */
  async #readList(gateway?: GatewayProcess): Promise<string> {
    const { gateways, authorization, view, random } = this.options;
    for (;;) {
      const asked = gateway?.isUp === true ? gateway : random.pick(gateways);
      const options = { variables: { filter: view.filter }, headers: { authorization } };
      const answer = await ask(asked.url, listQuery, options).catch(() => undefined);
      if (this.#isStopping) return '';
      if (answer?.data && answer.errors === undefined) {
        const { changeCursor, alerts } = answer.data;
        if (alerts.pageInfo.hasNextPage) throw new Error('The list has more rows than one page.');
        this.list.clear();
        for (const { id, ...row } of alerts.nodes) this.list.set(id, row);
        return changeCursor;
      }
      await wait(retryMs);
    }
  }
}

/** Without the long texts, which would fill the memory of the test. */
function slim({ alert, ...event }: ChaosEvent): ChaosEvent {
  if (alert === null) return { ...event, alert };
  const { assignedTo, status, severity, lastUpdateDateTime } = alert;
  return { ...event, alert: { assignedTo, status, severity, lastUpdateDateTime } };
}

function promiseOf<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((give) => {
    resolve = give;
  });
  return { promise, resolve };
}
