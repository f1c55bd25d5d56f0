import type {
  CreateMCASIPRangeInput,
  DeleteMCASIPRangeInput,
  UpdateMCASIPRangeInput,
} from '../../../schema/inputs/mcasIPRange.input.js';
import type { DeleteMCASIPRangePayload, MCASIPRangePayload } from '../../../schema/types/mcasMutation.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { toTicks } from '../../../time/instant.js';
import { NotFoundError } from '../../../upstream/contract.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import { lengthProblems, maxCharacters } from '../../mutations/inputChecks.js';
import { problem } from '../../mutations/mutationErrors.js';
import { isRefusal, type McasCaller, runMutation } from '../mutationParts.js';
import { fromEpochMs } from '../time.js';
import type { IPRangeBody } from './calls.js';
import type { McasIPRangesDataSource } from './McasIPRangesDataSource.js';
import { createProblems, shows, toChangedBody, toNewBody, updateProblems } from './rangeBody.js';
import type { IPRangeWire } from './wire.js';

type RangeOutcome = MCASIPRangePayload & { readonly isFinal: boolean };
type DeleteOutcome = DeleteMCASIPRangePayload & { readonly isFinal: boolean };

const missing = problem('NOT_FOUND', 'There is no IP range with this id.', 'id');
const changed = problem('CONFLICT', 'The range has changed since "expectedLastUpdate".', 'expectedLastUpdate');
const builtIn = problem('INVALID_INPUT', 'The product made this range; it cannot be changed.', 'id');
const refused = problem('INVALID_INPUT', 'The upstream refused these values: names are unique, ranges do not overlap.');
const undecided = problem('OUTCOME_UNKNOWN', 'Whether this was done could not be found out; it was not sent again.');

/** The mutations of IP ranges, from input to payload. A lost answer is settled by reading the ranges, never by writing again. */
export class McasIPRangeMutations {
  constructor(
    private readonly ranges: McasIPRangesDataSource,
    private readonly caller: McasCaller,
  ) {}

  /** @throws {UserInputError} for members that cannot be set. @throws {UpstreamError} when nothing was written. */
  async create(input: CreateMCASIPRangeInput): Promise<MCASIPRangePayload> {
    return runMutation(this.caller, 'createMCASIPRange', input, createProblems(input), failedRange, async () => {
      const body = toNewBody(input);
      return this.#settling(refusedRange, async () => writtenRange(await this.#create(body)));
    });
  }

  /** @throws {UserInputError} for members that cannot be set. @throws {UpstreamError} when nothing was written. */
  async update(input: UpdateMCASIPRangeInput): Promise<MCASIPRangePayload> {
    const fail = (errors: readonly MutationError[]) => failedRange(errors, input.id);
    return runMutation(
      this.caller,
      'updateMCASIPRange',
      input,
      [...idProblems(input), ...updateProblems(input)],
      fail,
      () =>
        this.ranges.alone(input.id, () =>
          this.#settling(
            () => fail([refused]),
            () => this.#update(input, fail),
          ),
        ),
    );
  }

  /** @throws {UpstreamError} when nothing was deleted because of missing rights, throttling or an outage. */
  async delete(input: DeleteMCASIPRangeInput): Promise<DeleteMCASIPRangePayload> {
    return runMutation<DeleteOutcome>(this.caller, 'deleteMCASIPRange', input, idProblems(input), failedDelete, () =>
      this.ranges.alone(input.id, () =>
        this.#settling(
          () => failedDelete([refused]),
          () => this.#delete(input),
        ),
      ),
    );
  }

  /** Whatever happened, what others have read of the ranges may be wrong now. */
  async #settling<T>(onRefusal: () => T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isRefusal(error)) return onRefusal();
      throw error;
    } finally {
      await this.ranges.forget();
    }
  }

  /** @returns the new id, or null when it is not known whether there is one. */
  async #create(body: IPRangeBody): Promise<string | null> {
    try {
      return await this.ranges.create(body);
    } catch (error) {
      if (!outcomeIsUnknown(error)) throw error;
      const now = await this.ranges.fresh().catch(() => undefined);
      const named = now?.find((range) => range.name === body.name);
      if (now !== undefined && named === undefined) throw error;
      return named !== undefined && shows(named, body) ? named._id : null;
    }
  }

  async #update(
    input: UpdateMCASIPRangeInput,
    fail: (errors: readonly MutationError[]) => RangeOutcome,
  ): Promise<RangeOutcome> {
    const { id, expectedLastUpdate } = input;
    const before = (await this.ranges.fresh()).find((range) => range._id === id);
    const problems = before === undefined ? [missing] : stateProblems(before, expectedLastUpdate);
    if (before === undefined || problems.length > 0) return failedRange(problems, before === undefined ? null : id);
    const body = toChangedBody(before, input);
    try {
      await this.ranges.replace(id, body);
      return writtenRange(id);
    } catch (error) {
      if (error instanceof NotFoundError) return failedRange([missing]);
      if (!outcomeIsUnknown(error)) throw error;
      const now = await this.ranges.fresh().catch(() => undefined);
      if (now === undefined) return { ...fail([undecided]), isFinal: true };
      const after = now.find((range) => range._id === id);
      if (after !== undefined && shows(after, body)) return writtenRange(id);
      throw error;
    }
  }

  async #delete({ id, expectedLastUpdate }: DeleteMCASIPRangeInput): Promise<DeleteOutcome> {
    if (expectedLastUpdate) {
      const before = (await this.ranges.fresh()).find((range) => range._id === id);
      const problems = before === undefined ? [missing] : stateProblems(before, expectedLastUpdate);
      if (problems.length > 0) return failedDelete(problems);
    }
    try {
      await this.ranges.delete(id);
    } catch (error) {
      if (error instanceof NotFoundError) return failedDelete([missing]);
      if (!outcomeIsUnknown(error)) throw error;
      const now = await this.ranges.fresh().catch(() => undefined);
      if (now === undefined) return { ...failedDelete([undecided]), isFinal: true };
      if (now.some((range) => range._id === id)) throw error;
    }
    return { deletedId: id, errors: [], isFinal: true };
  }
}

function idProblems({ id }: { readonly id: string }): MutationError[] {
  return lengthProblems('id', id, maxCharacters.id);
}

/** Compared at 100 ns; a range without a time of change matches nothing. */
function stateProblems(before: IPRangeWire, expectedLastUpdate: string | null | undefined): MutationError[] {
  if (before.builtIn === true) return [builtIn];
  if (!expectedLastUpdate) return [];
  return toTicks(expectedLastUpdate) === toTicks(fromEpochMs(before.lastModified) ?? '') ? [] : [changed];
}

/** @param id null when it is not known whether the range was made. */
function writtenRange(id: string | null): RangeOutcome {
  return { rangeId: id, errors: id === null ? [undecided] : [], isFinal: true };
}

/** @param id The range to show as it is. */
function failedRange(errors: readonly MutationError[], id: string | null = null): RangeOutcome {
  return { rangeId: id, errors, isFinal: false };
}

function refusedRange(): RangeOutcome {
  return failedRange([refused]);
}

function failedDelete(errors: readonly MutationError[]): DeleteOutcome {
  return { deletedId: null, errors, isFinal: false };
}
