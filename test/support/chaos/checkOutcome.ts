import type { ChaosSubscriber } from './ChaosSubscriber.js';
import { isSameShown, type Shown } from './views.js';

/**
 * What a subscriber holds in the end, against the upstream. It takes no journal: the last event of each alert that was
 * written is its final state, or says that it left the view; and a list that was kept is the upstream's.
 * @param final Every alert as the upstream has it at the end.
 * @param changed Ids of the alerts that were written.
 */
export function checkOutcome(
  subscriber: ChaosSubscriber,
  final: ReadonlyMap<string, Shown>,
  changed: ReadonlySet<string>,
): readonly string[] {
  const { view, keepsList } = subscriber.options;
  return [
    ...checkLastEvents(subscriber, final, changed),
    ...(keepsList ? checkList(subscriber.list, final, view) : []),
  ];
}

function checkLastEvents(
  { events, options: { view } }: ChaosSubscriber,
  final: ReadonlyMap<string, Shown>,
  changed: ReadonlySet<string>,
): string[] {
  const wasTold = new Map(events.map((event) => [event.alertId, event]));
  // A client that was told to read its list again is right by its list, not by what it was told before.
  const mayBeOlder = events.some(({ change }) => change === 'RESYNC');
  return [...changed].flatMap((id) => {
    const state = final.get(id) as Shown;
    const event = wasTold.get(id);
    if (mayBeOlder) return [];
    if (!view.matches(state)) return event?.matchesFilter === true ? [`${id} left the view and nobody said so`] : [];
    return isSameShown(event?.alert, state) ? [] : [`the last event of ${id} is not its final state`];
  });
}

function checkList(
  list: ReadonlyMap<string, Shown>,
  final: ReadonlyMap<string, Shown>,
  view: ChaosSubscriber['options']['view'],
): string[] {
  const wanted = [...final].filter(([, state]) => view.matches(state));
  const stale = wanted
    .filter(([id, state]) => !isSameShown(list.get(id), state))
    .map(([id]) => `${id} is stale in the list`);
  const extra = [...list.keys()].filter((id) => !wanted.some(([known]) => known === id));
  return [...stale, ...extra.map((id) => `${id} is in the list and not in the view`)];
}
