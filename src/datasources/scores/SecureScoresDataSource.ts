import type { Cache, Cached } from '../../cache/contract.js';
import { UserInputError } from '../../errors/GatewayError.js';
import type { Mirror } from '../../mirror/contract.js';
import { noMirror } from '../../mirror/noMirror.js';
import type { Connection } from '../../schema/types/connection.js';
import type { SecureScore } from '../../schema/types/secureScore.type.js';
import type { SecureScoreControlProfile } from '../../schema/types/secureScoreControlProfile.type.js';
import type { Clock } from '../../time/clock.js';
import { compareInstants } from '../../time/instant.js';
import {
  type AnswerWarning,
  type CallScope,
  NotFoundError,
  type Upstream,
  type UpstreamAnswer,
} from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf } from '../paging/cursor.js';
import { orWhileAway } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { ControlProfiles } from './ControlProfiles.js';
import type { KeptProfiles } from './createKeptProfiles.js';
import { type ListedScores, MirroredScores } from './MirroredScores.js';
import type { ScoreControlWrites } from './mutations/createScoreControlWrites.js';
import { scoresPolicy } from './policies.js';
import { type ControlDecision, decideCall, profileCall } from './profileCalls.js';
import { type ReadRows, readNewestScores } from './readScores.js';

const dayMs = 86_400_000;

/** Rows read at once: few sizes, so that different questions share entries. The upstream keeps 90 days. */
const sizes = [1, 8, 32, 100];
const largestSize = 1_000;
const listKey = listKeyOf('secureScores', {});

export interface SecureScoresDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  /** One per process: what it remembers of its own decisions about controls. */
  readonly scoreControlWrites: ScoreControlWrites;
  /** Absent: nothing is mirrored. */
  readonly mirror?: Mirror;
  /** Absent: profiles are read when they are asked for. */
  readonly keptProfiles?: KeptProfiles;
}

type StoredRows<T> = Omit<ReadRows<T>, 'asOf'>;

interface ReadScores extends ListedScores {
  /** True when there are no others. */
  readonly isAll: boolean;
}

/** Secure scores and control profiles of the tenant, for one operation. */
export class SecureScoresDataSource {
  /** State of our own decisions, shared by the whole process. */
  readonly writes: ScoreControlWrites;
  private readonly mirrored: MirroredScores;
  /** What stands in while the upstream is away. */
  private readonly lastKnown: MirroredScores;
  private readonly newest = new Map<number, Promise<Cached<StoredRows<SecureScore>>>>();
  private readonly profileSource: ControlProfiles;
  private profiles: Promise<readonly SecureScoreControlProfile[]> | undefined;
  private profilesByName: Promise<ReadonlyMap<string, SecureScoreControlProfile>> | undefined;

  constructor(
    private readonly deps: SecureScoresDeps,
    private readonly scope: CallScope,
  ) {
    this.writes = deps.scoreControlWrites;
    const { mirror = noMirror } = deps;
    this.mirrored = new MirroredScores(mirror, scope);
    this.lastKnown = new MirroredScores(mirror, scope, scoresPolicy.staleIfErrorMs);
    this.profileSource = new ControlProfiles({ ...deps, kept: deps.keptProfiles }, scope);
  }

  /** The latest score; null when the tenant has none. */
  async latest(): Promise<SecureScore | null> {
    const [latest] = (await this.readList(1)).rows;
    return latest ?? null;
  }

  /**
   * The score of a day in UTC, or null when there is none (before the 90 days that are kept, missing, or in the future).
   * @param day `yyyy-MM-dd`.
   * @throws {UserInputError} when the text is no day of the calendar.
   */
  async ofDay(day: string): Promise<SecureScore | null> {
    const startMs = isDay(day) ? Date.parse(`${day}T00:00:00Z`) : undefined;
    if (startMs === undefined) throw new UserInputError('"date" wants a day as yyyy-MM-dd.', { argument: 'date' });
    if (startMs > this.deps.clock.now() + dayMs) return null;
    const { rows } =
      this.mirrored.since(startMs) ??
      (await orWhileAway<Pick<ListedScores, 'rows'>>(this.readNewest(this.rowsSince(startMs)), () =>
        this.lastKnown.since(startMs),
      ));
    return rows.find((score) => dayOf(score) === day) ?? null;
  }

  /**
   * One page of scores, newest first.
   * @throws {UserInputError} when the cursor is not acceptable.
   */
  async list(page: PageRequest): Promise<Connection<SecureScore>> {
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    const skipped = after === undefined ? 0 : this.rowsSince(Date.parse(after.order));
    const listed = await this.readList(skipped + page.first + 1);
    const rows = listed.rows.filter((score) => after === undefined || isAfter(score, after));
    return toConnection({
      rows: rows.slice(0, page.first),
      cursorOf: (score) => encodeCursor({ order: score.createdDateTime ?? '', id: score.id }, listKey),
      hasNextPage: rows.length > page.first,
      totalCount: listed.isAll ? listed.rows.length : null,
      info: listed.info,
    });
  }

  /** Every control profile, in the order of the upstream. One call while they are kept. */
  async controlProfiles(): Promise<readonly SecureScoreControlProfile[]> {
    this.profiles ??= this.readProfiles();
    return this.profiles;
  }

  /** The profile of a control, or null when the upstream has none of that name; names are compared without case. */
  async controlProfile(controlName: string): Promise<SecureScoreControlProfile | null> {
    this.profilesByName ??= this.controlProfiles().then(
      (profiles) => new Map(profiles.map((profile) => [profile.id.toLowerCase(), profile])),
    );
    return (await this.profilesByName).get(controlName.toLowerCase()) ?? null;
  }

  /** A profile read past every cache; our own decisions that the upstream does not show yet are in it. Null when it is unknown. */
  async freshProfile(id: string): Promise<SecureScoreControlProfile | null> {
    try {
      return this.writes.pending.apply((await this.deps.upstream.send(profileCall(id), this.scope)).value);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  /**
   * Appends a decision to a control; never repeated after an unclear outcome.
   * @returns The profile as the answer has it, which may lag; null when the answer has none.
   * @throws {NotFoundError} when the upstream does not know the control.
   */
  decide(
    profile: SecureScoreControlProfile,
    decision: ControlDecision,
  ): Promise<UpstreamAnswer<SecureScoreControlProfile | null>> {
    return this.deps.upstream.send(decideCall(profile, decision), this.scope);
  }

  /** Whoever reads profiles from here on reads them anew. */
  async forgetProfiles(): Promise<void> {
    this.profiles = undefined;
    this.profilesByName = undefined;
    await this.profileSource.forget();
  }

  /** How many of the newest rows hold everything since an instant, at one row a day. */
  private rowsSince(epochMs: number): number {
    const ageMs = Math.max(0, this.deps.clock.now() - (Number.isNaN(epochMs) ? 0 : epochMs));
    return Math.min(sizes.at(-1) ?? 0, Math.ceil(ageMs / dayMs) + 1);
  }

  /** At least so many of the newest rows, or all. */
  private async readList(count: number): Promise<ReadScores> {
    const part = (listed: ListedScores | undefined) => listed && { ...listed, isAll: false };
    return (
      part(this.mirrored.newest(count)) ?? orWhileAway(this.readNewest(count), () => part(this.lastKnown.newest(count)))
    );
  }

  private async readNewest(count: number): Promise<ReadScores> {
    const size = sizes.find((candidate) => candidate >= count) ?? largestSize;
    const known = this.newest.get(size) ?? this.fetchNewest(size);
    this.newest.set(size, known);
    const { value, asOf, source, stale } = await known;
    const { rows, isAll, warnings } = value ?? noRows;
    return { rows, isAll, info: { asOf, source, stale, warnings } };
  }

  private async fetchNewest(size: number): Promise<Cached<StoredRows<SecureScore>>> {
    const cached = await this.deps.cache.read<StoredRows<SecureScore>>(
      scoresPolicy,
      `newest:${size}`,
      this.scope,
      async (scope) => {
        const { asOf, ...value } = await readNewestScores(this.deps.upstream, scope, size);
        return { value, asOf, tags: ['secureScores'] };
      },
    );
    this.tell(cached.value?.warnings);
    return cached;
  }

  private async readProfiles(): Promise<readonly SecureScoreControlProfile[]> {
    const rows = await this.profileSource.read();
    return rows.map((profile) => this.writes.pending.apply(profile));
  }

  /** Warnings of kept answers have to reach this answer too. */
  private tell(warnings: readonly AnswerWarning[] | undefined): void {
    for (const warning of warnings ?? []) this.scope.meter.warning(warning);
  }
}

const noRows: StoredRows<SecureScore> = { rows: [], isAll: true, warnings: [] };

/** The day is the end of the id; rows without it go by their time. */
function dayOf(score: SecureScore): string | undefined {
  const day = /_(\d{4}-\d{2}-\d{2})$/.exec(score.id)?.[1];
  return day ?? score.createdDateTime?.slice(0, 10);
}

function isDay(text: string): boolean {
  const startMs = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(text);
}

function isAfter(score: SecureScore, position: KeysetPosition): boolean {
  const order = compareInstants(score.createdDateTime ?? '', position.order);
  return order < 0 || (order === 0 && score.id > position.id);
}
