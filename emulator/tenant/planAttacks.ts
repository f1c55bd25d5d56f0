import type { Random } from '../random.js';
import { attackOrigins, type Machine, type Person } from './people.js';
import { type Attack, buildAttack } from './scene.js';
import { type AlertTemplate, type Story, storyBook } from './storyBook.js';
import { DAY_MS, MINUTE_MS } from './timestamps.js';

/** One alert to be built. */
export interface PlannedAlert {
  readonly story: Story;
  readonly template: AlertTemplate;
  readonly attack: Attack;
  readonly victim: Person;
  readonly machine: Machine;
  /** Milliseconds since 1970, with a fraction. */
  readonly atMs: number;
  /** Number of the incident; alerts of one attack share it. */
  readonly incident: number;
}

/** What a plan is made from. */
export interface AttackPlanInput {
  readonly people: readonly Person[];
  readonly machines: readonly Machine[];
  readonly alertCount: number;
  readonly nowMs: number;
  /** Size of the group that the newest attacks hit. */
  readonly recentVictims: number;
}

/** Days that the alerts of a generated tenant reach back. */
export const alertDays = 30;
/** Alerts that are drawn from the small group of recent victims; more than a page of 50, so that a page cannot see past it. */
const recentAlerts = 64;

/** Spreads attacks over the last 30 days. @returns newest first. */
export function planAttacks(random: Random, input: AttackPlanInput): PlannedAlert[] {
  const times = alertTimes(random.fork('times'), input.alertCount, input.nowMs);
  const machineOf = firstMachines(input.machines);
  const victims = buildVictimQueue(random.fork('victims'), input);
  const stories = buildStoryQueue(random.fork('stories'));
  const plan: PlannedAlert[] = [];
  for (let incident = 0; plan.length < times.length; incident += 1) {
    const story = stories();
    const hit = victims(random.int(story.victims[0], story.victims[1]), plan.length < recentAlerts);
    const attack = buildAttack(random, hit, attackOrigins);
    const count = Math.max(story.alerts.length, hit.length) + random.int(0, 1);
    for (let number = count - 1; number >= 0 && plan.length < times.length; number -= 1) {
      const victim = hit[number % hit.length] as Person;
      plan.push({
        story,
        template: story.alerts[number % story.alerts.length] as AlertTemplate,
        attack,
        victim,
        machine: machineOf.get(victim.id) as Machine,
        atMs: times[plan.length] as number,
        incident,
      });
    }
  }
  return plan;
}

/** Instants before `nowMs`, newest first, somewhat denser towards the end, each with its own 100 ns fraction. */
function alertTimes(random: Random, count: number, nowMs: number): number[] {
  const spanMs = alertDays * DAY_MS - 10 * MINUTE_MS;
  const newestMs = nowMs - 2 * MINUTE_MS;
  return Array.from({ length: count }, () => {
    const ms = Math.floor(newestMs - spanMs * random.next() ** 1.2);
    return ms + random.int(0, 9999) / 10_000;
  }).sort((left, right) => right - left);
}

function firstMachines(machines: readonly Machine[]): Map<string, Machine> {
  const first = new Map<string, Machine>();
  for (const machine of machines) {
    if (!first.has(machine.owner.id)) first.set(machine.owner.id, machine);
  }
  return first;
}

/** Hands people out in turn, so that everybody is hit before anybody is hit again. */
function buildVictimQueue(
  random: Random,
  { people, recentVictims }: AttackPlanInput,
): (count: number, recent: boolean) => Person[] {
  const shuffled = random.sample(people, people.length);
  const hot = shuffled.slice(0, Math.max(1, recentVictims));
  const everybody = [...shuffled.slice(hot.length), ...hot];
  const positions = { hot: 0, everybody: 0 };
  return (count, recent) => {
    const pool = recent ? hot : everybody;
    const key = recent ? 'hot' : 'everybody';
    const taken = Array.from({ length: Math.min(count, pool.length) }, (_, index) => {
      return pool[(positions[key] + index) % pool.length] as Person;
    });
    positions[key] += taken.length;
    return taken;
  };
}

/** Every story in random order, again and again. */
function buildStoryQueue(random: Random): () => Story {
  let round: Story[] = [];
  return () => {
    if (round.length === 0) round = random.sample(storyBook, storyBook.length);
    return round.pop() as Story;
  };
}
