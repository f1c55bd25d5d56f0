import type {
  FinishDiscoveryUploadInput,
  StartDiscoveryUploadInput,
} from '../../../schema/inputs/mcasMutations.input.js';
import type {
  FinishDiscoveryUploadPayload,
  StartDiscoveryUploadPayload,
} from '../../../schema/types/mcasMutation.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import { lengthProblems } from '../../mutations/inputChecks.js';
import { invalid, problem } from '../../mutations/mutationErrors.js';
import { isRefusal, type McasCaller, runMutation } from '../mutationParts.js';
import type { McasDiscoveryDataSource } from './McasDiscoveryDataSource.js';

type StartOutcome = StartDiscoveryUploadPayload & { readonly isFinal: boolean };
type FinishOutcome = FinishDiscoveryUploadPayload & { readonly isFinal: boolean };

const maxNameCharacters = 255;
const maxUrlCharacters = 8_192;

/** What a PUT to each kind of storage has to carry. */
const headersOf: Readonly<Record<string, StartDiscoveryUploadPayload['headers']>> = {
  azure: [{ name: 'x-ms-blob-type', value: 'BlockBlob' }],
};

const refused = invalid(null, 'The upstream refused these values.');
const foreign = invalid('uploadUrl', 'The address is none that startDiscoveryUpload gave to you, or it is too old.');
const undecided = problem('OUTCOME_UNKNOWN', 'Whether the log was taken is not known; it was not handed over again.');

/** The two ends of an upload; the log itself goes from the caller to the storage and never through us. */
export class DiscoveryUploads {
  constructor(
    private readonly discovery: McasDiscoveryDataSource,
    private readonly caller: McasCaller,
  ) {}

  /** @throws {UpstreamError} when the upstream gives no address. */
  async start(input: StartDiscoveryUploadInput): Promise<StartDiscoveryUploadPayload> {
    const { filename, source } = input;
    const problems = [
      ...lengthProblems('filename', filename, maxNameCharacters),
      ...(/^\w{1,100}$/.test(source) ? [] : [invalid('source', '"source" wants a name such as PALO_ALTO.')]),
    ];
    return runMutation<StartOutcome>(this.caller, 'startDiscoveryUpload', input, problems, notStarted, async () => {
      try {
        const { url, provider } = await this.discovery.startUpload(filename, source, this.caller.principal);
        const headers = headersOf[provider.toLowerCase()] ?? [];
        return { uploadUrl: url, provider, headers, errors: [], isFinal: true };
      } catch (error) {
        if (isRefusal(error)) return notStarted([refused]);
        throw error;
      }
    });
  }

  /** @throws {UpstreamError} when the upstream did not take it. */
  async finish(input: FinishDiscoveryUploadInput): Promise<FinishDiscoveryUploadPayload> {
    const { uploadUrl, inputStreamName, uploadAsSnapshot } = input;
    const problems = [
      ...lengthProblems('uploadUrl', uploadUrl, maxUrlCharacters),
      ...lengthProblems('inputStreamName', inputStreamName, maxNameCharacters),
    ];
    return runMutation<FinishOutcome>(this.caller, 'finishDiscoveryUpload', input, problems, notFinished, async () => {
      if (!(await this.discovery.isOwnUpload(uploadUrl, this.caller.principal))) return notFinished([foreign]);
      try {
        await this.discovery.finishUpload({ uploadUrl, inputStreamName, uploadAsSnapshot });
        return { done: true, errors: [], isFinal: true };
      } catch (error) {
        if (isRefusal(error)) return notFinished([refused]);
        if (outcomeIsUnknown(error)) return { ...notFinished([undecided]), isFinal: true };
        throw error;
      }
    });
  }
}

function notStarted(errors: readonly MutationError[]): StartOutcome {
  return { uploadUrl: null, provider: null, headers: [], errors, isFinal: false };
}

function notFinished(errors: readonly MutationError[]): FinishOutcome {
  return { done: false, errors, isFinal: false };
}
