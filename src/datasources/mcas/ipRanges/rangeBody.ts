import { UserInputError } from '../../../errors/GatewayError.js';
import { mcasIPRangeCategory } from '../../../schema/enums/mcasInventory.enums.js';
import type { CreateMCASIPRangeInput, UpdateMCASIPRangeInput } from '../../../schema/inputs/mcasIPRange.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { emptyProblems, lengthProblems, nullProblems } from '../../mutations/inputChecks.js';
import { invalid } from '../../mutations/mutationErrors.js';
import { toBlock } from './block.js';
import type { IPRangeBody } from './calls.js';
import type { IPRangeWire } from './wire.js';

const maxNameCharacters = 255;
const maxSubnets = 1_000;
const maxTags = 100;

/** What is wrong with a new range, as far as it can be told without the others. */
export function createProblems(input: CreateMCASIPRangeInput): MutationError[] {
  return partProblems(input);
}

/** What is wrong with a change, as far as it can be told without the range. */
export function updateProblems(input: UpdateMCASIPRangeInput): MutationError[] {
  const { name, category, subnets, organization, overrideOrganization, tags } = input;
  return [
    ...nullProblems(input, ['organization', 'expectedLastUpdate', 'idempotencyKey']),
    ...partProblems(input),
    ...emptyProblems([name, category, subnets, organization, overrideOrganization, tags]),
  ];
}

/** The whole body of a new range. Only for checked inputs. @throws {UserInputError} for members that cannot be set. */
export function toNewBody(input: CreateMCASIPRangeInput): IPRangeBody {
  const { name, category, subnets, organization, overrideOrganization, tags } = input;
  return toBody({
    name,
    category: toCategory(category),
    subnets: subnets.map((text) => toBlock(text) ?? text),
    organization,
    overrideOrganization,
    tags,
  });
}

/**
 * The whole body of a changed range: what the input leaves out is sent again as it was read, blocks as they were typed.
 * Only for checked inputs. @throws {UserInputError} for members that cannot be set.
 */
export function toChangedBody(before: IPRangeWire, input: UpdateMCASIPRangeInput): IPRangeBody {
  const { name, category, subnets, organization, overrideOrganization, tags } = input;
  return toBody({
    name: name ?? before.name ?? '',
    category: category ? toCategory(category) : (before.category ?? 0),
    subnets: subnets?.map((text) => toBlock(text) ?? text) ?? typedSubnets(before),
    organization: organization === undefined ? before.organization : organization,
    overrideOrganization: overrideOrganization ?? before.overrideOrganization,
    tags: tags ?? before.tags,
  });
}

/** Whether the range as it is now is what the body says. */
export function shows(range: IPRangeWire, body: IPRangeBody): boolean {
  const sameText = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();
  return (
    range.name === body.name &&
    (range.category ?? 0) === body.category &&
    sameText(typedSubnets(range), body.subnets) &&
    (range.organization || undefined) === body.organization &&
    sameText(tagNames(range.tags), tagNames(body.tags ?? []))
  );
}

type Parts = { readonly [K in keyof IPRangeBody]: IPRangeBody[K] | null | undefined } & Pick<
  IPRangeBody,
  'name' | 'category' | 'subnets'
>;

function toBody({ name, category, subnets, organization, overrideOrganization, tags }: Parts): IPRangeBody {
  return {
    name,
    category,
    subnets,
    ...(organization ? { organization } : {}),
    ...(typeof overrideOrganization === 'boolean' ? { overrideOrganization } : {}),
    ...(tags && tags.length > 0 ? { tags } : {}),
  };
}

function typedSubnets(range: IPRangeWire): string[] {
  return range.subnets.flatMap(({ originalString }) => originalString ?? []);
}

function tagNames(tags: readonly unknown[]): string[] {
  return tags.map((tag) => (typeof tag === 'object' && tag !== null && 'name' in tag ? String(tag.name) : String(tag)));
}

function toCategory(member: string): number {
  const code = mcasIPRangeCategory.toCode(member);
  if (code !== undefined) return code;
  throw new UserInputError(`"input.category" cannot be set to ${member}.`, { argument: 'input.category' });
}

function partProblems(input: CreateMCASIPRangeInput | UpdateMCASIPRangeInput): MutationError[] {
  const { name, subnets, organization, tags } = input;
  return [
    ...lengthProblems('name', name, maxNameCharacters),
    ...lengthProblems('organization', organization, maxNameCharacters),
    ...(subnets ? subnetProblems(subnets) : []),
    ...(tags ? tagProblems(tags) : []),
  ];
}

function subnetProblems(subnets: readonly string[]): MutationError[] {
  if (subnets.length < 1 || subnets.length > maxSubnets)
    return [invalid('subnets', `"subnets" wants 1 to ${maxSubnets} blocks.`)];
  const wrong = subnets.findIndex((text) => toBlock(text) === undefined);
  return wrong === -1 ? [] : [invalid('subnets', `"subnets[${wrong}]" is no block such as 192.0.2.0/24.`)];
}

function tagProblems(tags: readonly string[]): MutationError[] {
  const isGood = tags.length <= maxTags && tags.every((tag) => tag.trim() !== '' && tag.length <= maxNameCharacters);
  return isGood
    ? []
    : [invalid('tags', `"tags" wants at most ${maxTags} names of 1 to ${maxNameCharacters} characters.`)];
}
