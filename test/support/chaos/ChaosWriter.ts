import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../../emulator/random.js';
import type { AlertState, ChaosTenant } from './ChaosTenant.js';

/** One state of one alert, as the upstream answered the write. */
export interface Written {
  readonly state: AlertState;
  readonly isCreation: boolean;
  /** Epoch milliseconds around the write. */
  readonly begunAt: number;
  readonly doneAt: number;
}

interface Slot {
  readonly id: string;
  /** Number of writes after which it is left alone, so that at any time some alerts see their last change. */
  retiresAt: number;
}

type Fields = Record<string, unknown>;

const statuses = ['new', 'inProgress', 'resolved'];
const severities = ['low', 'medium', 'high'];
const hotSlots = 4;
const heavySlots = 12;
const heavyCharacters = 240_000;
const tieSize = 5;

/** Another console of the tenant: changes alerts one after the other and keeps a ledger of what the upstream said. */
export class ChaosWriter {
  /** By alert, in the order of the writes. */
  readonly ledger = new Map<string, Written[]>();
  /** Their own, because these writes run beside the others. */
  readonly #heavyRandom: Random;
  readonly #farewellRandom: Random;
  #count = 0;
  #slots: readonly Slot[] = [];
  #heavy: readonly string[] = [];
  #incidentIds: readonly unknown[] = [];
  /** Alert that was changed last. */
  #last: string | undefined;

  constructor(
    private readonly tenant: ChaosTenant,
    private readonly random: Random,
    private readonly total: number,
  ) {
    this.#heavyRandom = random.fork('heavy');
    this.#farewellRandom = random.fork('farewell');
  }

  /** Writes so far. */
  get count(): number {
    return this.#count;
  }

  async start(): Promise<void> {
    const rows = (await this.tenant.alerts()) as readonly (AlertState & { readonly incidentId?: unknown })[];
    const ids = rows.map(({ id }) => id).sort();
    this.#slots = ids.map((id, index) => this.#newSlot(id, index < hotSlots));
    this.#incidentIds = rows.flatMap(({ incidentId }) => (typeof incidentId === 'string' ? [incidentId] : [])).sort();
  }

  /** So many writes, spread over about so long, some in bursts. */
  async write(count: number, overMs: number): Promise<void> {
    const begunAt = Date.now();
    const end = this.#count + count;
    const first = this.#count;
    while (this.#count < end) {
      for (let burst = this.random.int(1, 12); burst > 0 && this.#count < end; burst -= 1) await this.#writeOne();
      const ahead = begunAt + ((this.#count - first) / count) * overMs - Date.now();
      if (ahead > 0) await wait(ahead);
    }
  }

  /** Changes every one of some alerts with long texts. */
  async writeHeavy(): Promise<void> {
    if (this.#heavy.length === 0) {
      const created: string[] = [];
      for (let index = 0; index < heavySlots; index += 1) {
        created.push(
          ...(await this.#create(1, { description: 'long '.repeat(heavyCharacters / 5) }, this.#heavyRandom)),
        );
      }
      this.#heavy = created;
      return;
    }
    for (const id of this.#heavy) await this.#patch(id, { status: this.#heavyRandom.pick(statuses) });
  }

  /** The last change of some alerts, so that nothing that comes later makes up for what is missed now. */
  async writeFarewells(count: number, everyMs: number): Promise<void> {
    for (let written = 0; written < count; written += 1) {
      // The alert that was changed last may be on its way to be changed.
      const rest = this.#active().filter(({ id, retiresAt }) => id !== this.#last && Number.isFinite(retiresAt));
      const slot = this.#farewellRandom.pick(rest);
      if (slot !== undefined) {
        slot.retiresAt = 0;
        await this.#patch(slot.id, { status: this.#farewellRandom.pick(statuses) });
      }
      await wait(everyMs);
    }
  }

  /** A new alert that concerns every view. @returns its id. */
  async writeNew(): Promise<string> {
    const [id] = await this.#create(1, { status: 'new', severity: 'high' }, this.random);
    return id as string;
  }

  async #writeOne(): Promise<void> {
    const { random } = this;
    if (this.#last !== undefined && random.chance(0.05)) return this.#patch(this.#last, { touch: false });
    if (random.chance(0.04)) return this.#add(1);
    if (random.chance(0.005)) return this.#add(tieSize);
    const slot = random.chance(0.1) ? this.#slots[random.int(0, hotSlots - 1)] : random.pick(this.#active());
    this.#last = (slot as Slot).id;
    return this.#patch(this.#last, random.chance(0.6) ? this.#anyFields() : {});
  }

  #active(): readonly Slot[] {
    return this.#slots.filter(({ retiresAt }) => retiresAt > this.#count);
  }

  #anyFields(): Fields {
    return { status: this.random.pick(statuses), severity: this.random.pick(severities) };
  }

  async #add(count: number): Promise<void> {
    const ids = await this.#create(count, this.#anyFields(), this.random);
    this.#slots = [...this.#slots, ...ids.map((id) => this.#newSlot(id, false))];
  }

  async #create(count: number, fields: Fields, random: Random): Promise<string[]> {
    const incidentId = random.pick(this.#incidentIds);
    const begunAt = Date.now();
    const body = { count, ...fields, incidentId, assignedTo: this.#nextName() };
    const { value } = await this.tenant.control<{ value: readonly AlertState[] }>('POST', '/alerts', body);
    for (const state of value) this.#note(state, true, begunAt);
    return value.map(({ id }) => id);
  }

  async #patch(id: string, fields: Fields): Promise<void> {
    const begunAt = Date.now();
    const body = { ...fields, assignedTo: this.#nextName() };
    this.#note(await this.tenant.control<AlertState>('PATCH', `/alerts/${id}`, body), false, begunAt);
  }

  #nextName(): string {
    this.#count += 1;
    return `write-${this.#count}@chaos.test`;
  }

  #note(row: AlertState, isCreation: boolean, begunAt: number): void {
    const { id, assignedTo, status, severity, lastUpdateDateTime } = row;
    const state = { id, assignedTo, status, severity, lastUpdateDateTime };
    const states = this.ledger.get(id) ?? [];
    this.ledger.set(id, [...states, { state, isCreation, begunAt, doneAt: Date.now() }]);
  }

  #newSlot(id: string, isHot: boolean): Slot {
    const left = this.total - this.#count;
    return { id, retiresAt: isHot ? Number.POSITIVE_INFINITY : this.#count + this.random.int(1, Math.max(1, left)) };
  }
}
