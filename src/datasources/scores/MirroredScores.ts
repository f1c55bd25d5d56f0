import type { Mirror, Proof } from '../../mirror/contract.js';
import { rowsSince } from '../../mirror/readPage.js';
import type { SecureScore } from '../../schema/types/secureScore.type.js';
import type { CallScope } from '../../upstream/contract.js';
import type { RowsInfo } from '../paging/connection.js';
import { tellMirrored } from '../paging/mirroredPage.js';

/** Scores, newest first, with the truth about them. */
export interface ListedScores {
  readonly rows: readonly SecureScore[];
  readonly info: RowsInfo;
}

const ticksPerMs = 10_000n;

/** Secure scores from the mirror, for one operation; `undefined` where it cannot prove an answer. */
export class MirroredScores {
  /** @param staleMs As of a {@link MirrorReader}. */
  constructor(
    private readonly mirror: Mirror,
    private readonly scope: CallScope,
    private readonly staleMs?: number,
  ) {}

  /** So many of the newest scores; nothing is said of a list that ends before. */
  newest(count: number): ListedScores | undefined {
    const proof = this.#prove();
    if (proof === undefined) return undefined;
    const rows: SecureScore[] = [];
    for (const { entity, updated } of proof.rows.scan('updated', 'desc')) {
      if (updated < proof.coveredFrom || rows.push(entity) === count) break;
    }
    return rows.length < count ? undefined : this.#told(proof, rows);
  }

  /** Every score from an instant on, in epoch milliseconds. */
  since(epochMs: number): ListedScores | undefined {
    const proof = this.#prove();
    const from = BigInt(epochMs) * ticksPerMs;
    if (proof === undefined || from < proof.coveredFrom) return undefined;
    const rows = [...rowsSince(proof.rows, 'updated', from)].map(({ entity }) => entity);
    return this.#told(proof, rows.reverse());
  }

  #prove(): Proof<SecureScore> | undefined {
    return this.mirror.prove('secureScore', { ...this.scope, staleMs: this.staleMs });
  }

  #told({ asOf, stale }: Proof<SecureScore>, rows: readonly SecureScore[]): ListedScores {
    tellMirrored(this.scope, 'GRAPH_SECURITY', { asOf, stale });
    return { rows, info: { asOf, source: 'MIRROR', stale, warnings: [] } };
  }
}
