import { describe, expect, it } from '@jest/globals';
import { createGatewayWrites } from '../../../src/datasources/createGatewayWrites.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { createManualClock } from '../cache/manualClock.js';

const write = { fields: { assignedTo: 'ann@contoso.com' }, lastUpdateDateTime: null };
const alert = { id: 'da1', assignedTo: null, lastUpdateDateTime: null, comments: [] } as unknown as Alert;
const ann = { accessScope: 'tenant|on-behalf-of|Security.Read|tenant/ann', callerAssertion: 'token of ann' };
const ben = { accessScope: 'tenant|on-behalf-of|Security.Read|tenant/ben', callerAssertion: 'token of ben' };

describe('what is remembered of our own writes', () => {
  it('is one for all readers of the application, whatever they may do here', () => {
    const writes = createGatewayWrites({ clock: createManualClock() });
    const reader = writes.seenBy({ accessScope: 'tenant|client-secret|Security.Read' });
    writes.seenBy({ accessScope: 'tenant|client-secret|Security.Triage' }).alertWrites.pending.record('da1', write);
    expect(reader.alertWrites.overlay.apply(alert).assignedTo).toBe('ann@contoso.com');
    expect(writes.alertWrites.overlay.apply(alert).assignedTo).toBe('ann@contoso.com');
  });

  it('is one for each caller on whose behalf we ask, over all their tokens', () => {
    const writes = createGatewayWrites({ clock: createManualClock() });
    writes.seenBy(ann).alertWrites.pending.record('da1', write);
    const later = writes.seenBy({ ...ann, callerAssertion: 'a newer token of ann' });
    expect(later.alertWrites.overlay.apply(alert).assignedTo).toBe('ann@contoso.com');
    expect(writes.seenBy(ben).alertWrites.overlay.apply(alert)).toBe(alert);
    expect(writes.alertWrites.overlay.apply(alert)).toBe(alert);
  });

  it('shares no kind of pending write between callers', () => {
    const writes = createGatewayWrites({ clock: createManualClock() });
    const [of, other] = [writes.seenBy(ann), writes.seenBy(ben)];
    expect(of.alertWrites.pending).not.toBe(other.alertWrites.pending);
    expect(of.incidentWrites.pending).not.toBe(other.incidentWrites.pending);
    expect(of.riskyUserWrites.pending).not.toBe(other.riskyUserWrites.pending);
    expect(of.scoreControlWrites.pending).not.toBe(other.scoreControlWrites.pending);
  });

  it('lets callers take turns at one object all the same', async () => {
    const writes = createGatewayWrites({ clock: createManualClock() });
    const order: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = writes.seenBy(ann).alertWrites.locks.run('da1', async () => {
      await held;
      order.push('ann');
    });
    const second = writes.seenBy(ben).alertWrites.locks.run('da1', async () => order.push('ben'));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['ann', 'ben']);
  });
});
