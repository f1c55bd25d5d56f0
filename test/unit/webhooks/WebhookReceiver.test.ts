import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../../../src/observability/logger.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Hint } from '../../../src/webhooks/contract.js';
import { RegistrationBook } from '../../../src/webhooks/RegistrationBook.js';
import { WebhookReceiver } from '../../../src/webhooks/WebhookReceiver.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { lifecycle, MemoryRegistrationStore, notification, registration, tenantId } from './support.js';

const one = registration('one');

async function setUp(store = new MemoryRegistrationStore(one)) {
  const clock = createManualClock();
  const warnings: object[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields) => void warnings.push(fields) };
  const offered: Hint[] = [];
  const outcomes: string[] = [];
  const book = new RegistrationBook({ store, clock, logger });
  book.start();
  await settle();
  const receiver = new WebhookReceiver({
    book,
    store,
    queue: { offer: (hint) => (offered.push(hint) > 5 ? 'full' : 'taken') },
    tenantId,
    onItem: (outcome) => void outcomes.push(outcome),
    clock,
    logger,
  });
  const receive = (...items: object[]) => receiver.receive(JSON.stringify({ value: items }));
  return { clock, store, warnings, offered, outcomes, receiver, receive, book };
}

describe('a body', () => {
  it('becomes hints to read by id', async () => {
    const { receive, offered, outcomes } = await setUp();
    expect(await receive(notification(one, 'a'), notification(one, 'b'))).toBe('accepted');
    expect(offered).toEqual([
      { kind: 'alert', id: 'a' },
      { kind: 'alert', id: 'b' },
    ]);
    expect(outcomes).toEqual(['accepted', 'accepted']);
  });

  it('that is no collection is malformed', async () => {
    const { receiver, outcomes } = await setUp();
    expect(await receiver.receive('{"value":')).toBe('malformed');
    expect(outcomes).toEqual(['malformed']);
  });

  it('is accepted although items of it are not believed, so that good ones are not sent again', async () => {
    const { receive, offered } = await setUp();
    const forged = notification(one, 'forged', { clientState: 'guess' });
    expect(await receive(forged, notification(one, 'good'))).toBe('accepted');
    expect(offered).toEqual([{ kind: 'alert', id: 'good' }]);
  });

  it('that is delivered again costs nothing', async () => {
    const { receive, offered, outcomes } = await setUp();
    for (let turn = 0; turn < 3; turn += 1) await receive(notification(one, 'a'));
    expect([offered.length, outcomes]).toEqual([1, ['accepted', 'repeated', 'repeated']]);
  });

  it('of which nothing is believed is of no use, whatever is wrong with it', async () => {
    const { receive } = await setUp();
    const wrong = [{ clientState: 'guess' }, { clientState: null }, { tenantId: 'other' }, { subscriptionId: 'x' }];
    for (const fields of wrong) expect(await receive(notification(one, 'a', fields))).toBe('useless');
    expect(await receive()).toBe('useless');
    expect(await receive(...wrong.map((fields) => notification(one, 'a', fields)))).toBe('useless');
  });

  it('that is delivered more often than any sender needs is of no use', async () => {
    const { receive, offered } = await setUp();
    const answers: string[] = [];
    for (let turn = 0; turn < 11; turn += 1) answers.push(await receive(notification(one, 'a')));
    expect(answers).toEqual([...Array(9).fill('accepted'), 'useless', 'useless']);
    expect(await receive(notification(one, 'a'), notification(one, 'b'))).toBe('accepted');
    expect(offered).toHaveLength(2);
  });

  it('with more than can be held is counted as such', async () => {
    const { receive, outcomes } = await setUp();
    await receive(...Array.from({ length: 6 }, (_, index) => notification(one, `a${index}`)));
    expect(outcomes.at(-1)).toBe('overflow');
  });
});

describe('registrations', () => {
  const two = registration('two');

  it('that another instance just made are looked up, once a second at most', async () => {
    const { clock, store, receive, offered } = await setUp();
    store.state = { ...store.state, registrations: [one, two] };
    await clock.advance(1_000);
    await receive(notification(two, 'a'));
    expect(offered).toEqual([{ kind: 'alert', id: 'a' }]);
    const reads = store.reads;
    for (let turn = 0; turn < 200; turn += 1) await receive(notification(registration(`x${turn}`), 'a'));
    expect(store.reads).toBe(reads);
  });

  it('are known at once when the store tells of them, and not believed once they are gone', async () => {
    const { store, receive, offered } = await setUp();
    await store.update(() => ({ registrations: [two], requests: [] }));
    await settle();
    await receive(notification(two, 'a'), notification(one, 'b'));
    expect(offered).toEqual([{ kind: 'alert', id: 'a' }]);
  });

  it('stay known while the store cannot be read', async () => {
    const { clock, store, receive, offered } = await setUp();
    store.failure = new Error('away');
    await clock.advance(10_000);
    await receive(notification(registration('unknown'), 'x'), notification(one, 'a'));
    expect(offered).toEqual([{ kind: 'alert', id: 'a' }]);
  });
});

describe('lifecycle events', () => {
  it('are handed to the leader, one of each kind', async () => {
    const { store, receiver, receive, outcomes } = await setUp();
    await receive(lifecycle(one, 'missed'), lifecycle(one, 'missed'), lifecycle(one, 'reauthorizationRequired'));
    await receive(lifecycle(one, 'missed'));
    await receiver.stop();
    expect(store.state.requests).toEqual([
      { registrationId: 'one', event: 'missed' },
      { registrationId: 'one', event: 'reauthorizationRequired' },
    ]);
    expect(outcomes).toEqual(Array(4).fill('lifecycle'));
  });

  it('that come again while they are handed on are written once', async () => {
    const { store, receiver } = await setUp();
    let updates = 0;
    let release: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      release = resolve;
    });
    const update = store.update.bind(store);
    store.update = async (change) => {
      updates += 1;
      await written;
      return update(change);
    };
    const body = JSON.stringify({ value: [lifecycle(one, 'missed')] });
    const answers = await Promise.all(Array.from({ length: 100 }, () => receiver.receive(body)));
    release();
    await receiver.stop();
    expect([updates, answers.filter((answer) => answer === 'useless').length]).toEqual([1, 99]);
  });

  it('that cannot be handed on are logged', async () => {
    const { store, receiver, receive, warnings } = await setUp();
    store.failure = new Error('away');
    expect(await receive(lifecycle(one, 'missed'))).toBe('accepted');
    await receiver.stop();
    expect(warnings).toHaveLength(1);
  });
});

describe('refusals', () => {
  it('are counted one by one and logged once a minute, without anything that was sent', async () => {
    const { clock, receive, warnings, outcomes } = await setUp();
    const forge = () => receive(notification(one, 'secret-text', { clientState: 'secret-text' }));
    for (let turn = 0; turn < 5_000; turn += 1) await forge();
    expect(warnings).toEqual([{ refused: { wrongClientState: 1 } }]);
    await clock.advance(60_000);
    await forge();
    expect(warnings).toEqual([{ refused: { wrongClientState: 1 } }, { refused: { wrongClientState: 5_000 } }]);
    expect(outcomes).toEqual(Array(5_001).fill('wrongClientState'));
  });
});
