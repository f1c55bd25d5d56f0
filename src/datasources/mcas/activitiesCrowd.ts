import type { Filled } from '../../cache/contract.js';
import { compareInstants } from '../../time/instant.js';
import type { CallScope, Upstream, UpstreamAnswer } from '../../upstream/contract.js';
import type { Boarded, CrowdKind, Waiting } from '../crowd/Crowd.js';
import { type CallAllowance, listActivitiesCall } from './calls.js';
import { groupWants } from './groupWants.js';
import { toMcasActivity } from './map.js';
import { type UserActivities, type UserRead, UserWalk, type UserWant } from './UserWalk.js';
import type { ActivityPage } from './wire.js';

export interface ActivitiesWant extends UserWant {
  /** The calls that the operation it belongs to may spend. */
  readonly allowance: CallAllowance;
}

/** Nothing at all could be asked for a user; unlike a prefix of rows this is not worth keeping. */
export class NoCallLeftError extends Error {
  override readonly name = 'NoCallLeftError';
}

/** Rows that operations share a walk for. */
const rowsOfWalk = 200;

/** Users share walks over their combined activities; each has its answer as soon as its own rows are complete. */
export function buildActivitiesCrowd(upstream: Upstream): CrowdKind<ActivitiesWant, Filled<UserActivities>> {
  return {
    select: together,
    async ask(leader, board, land, scope) {
      const trip = new Trip(leader, board, land);
      await trip.go(upstream, scope);
    },
  };
}

/**
 * The first, whoever is of its operation, and others as long as their rows fit into few pages: a longer walk costs fewer
 * calls for each, but keeps everybody on it waiting.
 */
function together(waiting: readonly Waiting<ActivitiesWant>[]): readonly ActivitiesWant[] {
  const [first] = waiting;
  if (first === undefined) return [];
  let rows = 0;
  const near = waiting.filter(({ want, requestId }) => {
    rows += want.need;
    return requestId === first.requestId || rows <= rowsOfWalk;
  });
  const groups = groupWants(near.map(({ want }) => want));
  return groups.find((group) => group.includes(first.want)) ?? [first.want];
}

type Board = () => readonly Boarded<ActivitiesWant>[];
type Land = (want: ActivitiesWant, result: Filled<UserActivities>) => void;

/** One walk, with those who were waiting when its first call could start, as far as the leader's calls reach. */
class Trip {
  private walk: UserWalk | undefined;
  private boarded: readonly Boarded<ActivitiesWant>[] = [];
  private first: UserRead = { users: [], date: {}, skip: 0 };
  private asOf = '';

  constructor(
    private readonly leader: ActivitiesWant,
    private readonly board: Board,
    private readonly land: Land,
  ) {}

  async go(upstream: Upstream, scope: CallScope): Promise<void> {
    this.accept(await upstream.send({ ...toCall(this.first), atStart: () => this.start(scope) }, scope));
    const { walk } = this;
    if (walk === undefined) throw new Error('A call was answered that never started.');
    while (!walk.isDone && this.leader.allowance.take(scope)) {
      this.accept(await upstream.send(toCall(walk.next()), scope));
    }
    walk.stop();
    this.landFinished(({ isOwn }) => isOwn);
  }

  /** The first call as it is when it may start; asked again for a repeated attempt, it is the same. */
  private start(scope: CallScope): { body: unknown } {
    if (this.walk === undefined) {
      if (!this.leader.allowance.take(scope)) throw new NoCallLeftError();
      this.boarded = this.board();
      this.walk = new UserWalk(this.boarded.map(({ want }) => want));
      this.first = this.walk.next();
    }
    return { body: toCall(this.first).body };
  }

  private accept({ value, asOf }: UpstreamAnswer<ActivityPage>): void {
    this.asOf = this.asOf === '' || compareInstants(asOf, this.asOf) < 0 ? asOf : this.asOf;
    this.walk?.accept(value.rows.map(toMcasActivity), value.hasNext);
    this.landFinished(() => true);
  }

  private landFinished(isMeant: (boarded: Boarded<ActivitiesWant>) => boolean): void {
    for (const boarded of this.boarded) {
      const value = this.walk?.results.get(boarded.want.key);
      if (value !== undefined && isMeant(boarded))
        this.land(boarded.want, { value, asOf: this.asOf, tags: ['mcasActivities'] });
    }
  }
}

function toCall({ users, date, skip }: UserRead) {
  return listActivitiesCall({ 'user.username': { eq: users } }, date, skip);
}
