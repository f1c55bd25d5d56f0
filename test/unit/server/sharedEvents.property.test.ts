import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../../src/server/answerStream.js';
import { type Member, SharedEvents } from '../../../src/server/sharedEvents.js';
import { settle } from '../cache/manualClock.js';

interface Run {
  readonly of: string;
  readonly finish: () => void;
  readonly fail: () => void;
  isOver: boolean;
}

/** A subscriber wants one event after the other, as a stream does. */
interface Subscriber {
  readonly subscription: string;
  readonly member: Member;
  wants: string | undefined;
  hasLeft: boolean;
}

const action = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), subscription: fc.constantFrom('s', 't') }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('want' as const), who: fc.nat(9), event: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(9), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
);

it('everybody gets the answer to what they wanted, from one execution at a time that ends early only when unwanted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      async (actions, maxAnswers) => {
        const shared = new SharedEvents({ maxAnswers });
        const runs: Run[] = [];
        const subscribers: Subscriber[] = [];
        const violations: string[] = [];
        const underWay = () => runs.filter(({ isOver }) => !isOver);
        const wantedBy = (of: string) => subscribers.filter(({ wants, hasLeft }) => wants === of && !hasLeft);

        const execute = (of: string) => () => {
          if (underWay().some((run) => run.of === of)) violations.push(`${of} is executed twice at a time`);
          let resolve: (answer: Answer) => void = () => undefined;
          let reject: (error: Error) => void = () => undefined;
          const answer = new Promise<Answer>((accept, refuse) => {
            resolve = accept;
            reject = refuse;
          });
          const end = (how: () => void) => () => {
            run.isOver = true;
            how();
          };
          const run: Run = {
            of,
            isOver: false,
            finish: end(() => resolve({ data: { of } })),
            fail: end(() => reject(new Error(of))),
          };
          runs.push(run);
          return {
            answer,
            cancel: () => {
              if (wantedBy(of).length > 0) violations.push(`${of} is given up although it is wanted`);
              run.isOver = true;
            },
          };
        };

        const want = (subscriber: Subscriber, event: number) => {
          const of = `${subscriber.subscription} ${event}`;
          subscriber.wants = of;
          const check = (answer: Answer) => {
            if (answer.data?.of !== of) violations.push(`${of} is answered with ${JSON.stringify(answer)}`);
          };
          const answer = subscriber.member.answer(String(event), execute(of));
          void answer
            .then(check, () => undefined)
            .then(() => {
              subscriber.wants = undefined;
            });
        };

        for (const step of actions) {
          if (step.do === 'join') {
            const { subscription } = step;
            subscribers.push({ subscription, member: shared.join(subscription), wants: undefined, hasLeft: false });
          } else if (step.do === 'pause') await settle(1);
          else if (step.do === 'end') {
            const run = underWay()[step.which % Math.max(1, underWay().length)];
            if (step.fails) run?.fail();
            else run?.finish();
          } else {
            const present = subscribers.filter(({ hasLeft }) => !hasLeft);
            const subscriber = present[step.who % Math.max(1, present.length)];
            if (subscriber === undefined) continue;
            if (step.do === 'leave') {
              subscriber.hasLeft = true;
              subscriber.member.leave();
            } else if (subscriber.wants === undefined) want(subscriber, step.event);
          }
        }
        await settle(1);
        for (const run of underWay()) run.finish();
        await settle(1);
        expect(violations).toEqual([]);
        expect(subscribers.filter(({ wants, hasLeft }) => wants !== undefined && !hasLeft)).toEqual([]);
      },
    ),
  );
});
