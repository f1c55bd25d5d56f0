import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../../src/server/answerStream.js';
import { type EventOutcome, SharedEvents, type SharedEventsOptions } from '../../../src/server/sharedEvents.js';

function setUp(options: SharedEventsOptions = {}) {
  const outcomes: EventOutcome[] = [];
  const shared = new SharedEvents({ onAnswer: (outcome) => void outcomes.push(outcome), ...options });
  const executions: { finish(answer: Answer): void; fail(error: Error): void; isCancelled: boolean }[] = [];
  const execute = () => {
    let settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
    const answer = new Promise<Answer>((resolve, reject) => (settle = { resolve, reject }));
    const execution = {
      finish: (value: Answer) => settle?.resolve(value),
      fail: (error: Error) => settle?.reject(error),
      isCancelled: false,
    };
    executions.push(execution);
    return { answer, cancel: () => void (execution.isCancelled = true) };
  };
  return { shared, outcomes, executions, execute };
}

const answerOf = (value: unknown): Answer => ({ data: { value } });

describe('subscribers of the same subscription', () => {
  it('are answered by one execution per event, however many they are', async () => {
    const { shared, outcomes, executions, execute } = setUp();
    const members = Array.from({ length: 1_000 }, () => shared.join('s'));
    const waiting = members.map((member) => member.answer('1', execute));
    expect(executions).toHaveLength(1);
    executions[0]?.finish(answerOf(1));
    expect(new Set(await Promise.all(waiting)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'executed')).toHaveLength(1);
    expect(outcomes).toHaveLength(1_000);
  });

  it('find the answer when they come to the event later', async () => {
    const { shared, executions, execute } = setUp();
    const [early, late] = [shared.join('s'), shared.join('s')];
    const first = early.answer('1', execute);
    executions[0]?.finish(answerOf(1));
    expect(await late.answer('1', execute)).toBe(await first);
    expect(executions).toHaveLength(1);
  });

  it('are answered anew when the answer is not kept any more', async () => {
    const { shared, executions, execute } = setUp({ maxAnswers: 1 });
    const [early, late] = [shared.join('s'), shared.join('s')];
    for (const event of ['1', '2']) {
      const answer = early.answer(event, execute);
      executions.at(-1)?.finish(answerOf(event));
      await answer;
    }
    void late.answer('1', execute);
    expect(executions).toHaveLength(3);
  });

  it('keep no answer that is larger alone than all that may be kept', async () => {
    const { shared, executions, execute } = setUp({ maxCharacters: 100 });
    const [early, late] = [shared.join('s'), shared.join('s')];
    const answer = early.answer('1', execute);
    executions[0]?.finish(answerOf('x'.repeat(200)));
    await answer;
    void late.answer('1', execute);
    expect(executions).toHaveLength(2);
  });

  it('do not end an execution that others wait for when they leave', async () => {
    const { shared, executions, execute } = setUp();
    const [leaver, stayer] = [shared.join('s'), shared.join('s')];
    void leaver.answer('1', execute);
    const answer = stayer.answer('1', execute);
    leaver.leave();
    leaver.leave();
    expect(executions[0]?.isCancelled).toBe(false);
    executions[0]?.finish(answerOf(1));
    expect(await answer).toEqual(answerOf(1));
  });

  it('end it when the last of them leaves, and who comes then gets another', async () => {
    const { shared, executions, execute } = setUp();
    const members = [shared.join('s'), shared.join('s')];
    for (const member of members) void member.answer('1', execute);
    for (const member of members) member.leave();
    expect(executions[0]?.isCancelled).toBe(true);
    const answer = shared.join('s').answer('1', execute);
    executions[0]?.finish(answerOf('late'));
    executions[1]?.finish(answerOf('own'));
    expect(await answer).toEqual(answerOf('own'));
  });

  it('hear of a failure together, and none is remembered', async () => {
    const { shared, executions, execute } = setUp();
    const members = [shared.join('s'), shared.join('s')];
    const waiting = members.map((member) => member.answer('1', execute));
    executions[0]?.fail(new Error('broken'));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = members[0]?.answer('1', execute);
    executions[1]?.finish(answerOf(1));
    expect(await again).toEqual(answerOf(1));
  });
});

describe('subscribers of different subscriptions', () => {
  it('never share an answer', () => {
    const { shared, executions, execute } = setUp();
    for (const subscription of ['s', 't']) void shared.join(subscription).answer('1', execute);
    expect(executions).toHaveLength(2);
  });
});

it('who is alone is answered without anything being kept', async () => {
  const { shared, executions, execute } = setUp();
  const only = shared.join('s');
  const answer = only.answer('1', execute);
  executions[0]?.finish(answerOf(1));
  await answer;
  void shared.join('s').answer('1', execute);
  expect(executions).toHaveLength(2);
});
