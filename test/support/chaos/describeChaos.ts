import { beforeAll, expect, it } from '@jest/globals';
import type { ChaosReport, SubscriberReport } from './judgeRun.js';
import { chaosLimitMs, showFigures } from './sizes.js';

/** The promises of the change feed, over one run. */
export function itKeepsItsPromises(run: () => Promise<ChaosReport>, resyncsPerSubscriber: number): void {
  let report: ChaosReport;

  beforeAll(async () => {
    report = await run();
    showFigures(report.figures);
  }, chaosLimitMs());

  it('tells every subscriber each matching entry once, in the order of the journal, or declares what it leaves out', () => {
    expect(faultsOf(report, ({ faults }) => faults)).toEqual({});
  });

  it('leaves every subscriber with the final state of every alert', () => {
    expect(faultsOf(report, ({ outcome }) => outcome)).toEqual({});
  });

  it('journals what was written, but for states that were overwritten between two reads', () => {
    expect(report.journal).toEqual([]);
  });

  it('tells the subscriber that stopped reading of its gap, once', () => {
    const [stalled] = report.subscribers;
    const reasons = stalled?.declared.map(({ reason }) => reason) ?? [];
    expect(reasons.filter((reason) => reason?.startsWith('The reader fell'))).toHaveLength(1);
    expect(reasons).toHaveLength(1 + resyncsPerSubscriber);
  });

  it(`tells the others of ${resyncsPerSubscriber === 0 ? 'no loss' : 'the loss, once'}`, () => {
    const [, ...others] = report.subscribers;
    const wrong = others.filter(({ declared }) => declared.length !== resyncsPerSubscriber);
    expect(wrong.map(({ name, declared }) => ({ name, declared }))).toEqual([]);
  });
}

function faultsOf(
  { subscribers }: ChaosReport,
  pick: (subscriber: SubscriberReport) => readonly string[],
): Record<string, readonly string[]> {
  const faulty = subscribers.filter((subscriber) => pick(subscriber).length > 0);
  return Object.fromEntries(faulty.map((subscriber) => [subscriber.name, pick(subscriber).slice(0, 5)]));
}
