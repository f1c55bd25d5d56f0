import type { EmulatorContext } from '../../context.js';
import { createRandom } from '../../random.js';
import { type AddressBlock, blocksOverlap, buildSubnet, parseBlock } from '../../tenant/subnetRows.js';
import type { Row } from '../../tenant/Tenant.js';
import { answerList, type ListDefinition, requireRow } from '../answerList.js';
import { isRow } from '../filters/FilterDefinition.js';
import { subnetFilters } from '../filters/inventoryFilters.js';
import { badRequest, insufficientRoleBody, McasError } from '../McasError.js';
import { toListInput } from '../readInput.js';
import type { Call, RouteKit } from './RouteKit.js';

const list: ListDefinition = {
  filters: subnetFilters,
  sortFields: {
    name: (row) => String(row.name),
    category: (row) => Number(row.category),
    tags: (row) => String(Array.isArray(row.tags) && isRow(row.tags[0]) ? row.tags[0].name : ''),
  },
};

/**
 * IP ranges: names are unique, ranges do not overlap, an update replaces everything.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-data-enrichment
 */
export function addSubnetRoutes(kit: RouteKit): void {
  kit.on(['GET', 'POST'], '/subnet/', 'readSubnets', ({ context, input }) =>
    answerList(context.tenant.subnets.values(), toListInput(input), list, context),
  );
  kit.on(['POST'], '/subnet/create_rule/', 'writeSubnets', create);
  kit.on(['POST'], '/subnet/:id/update_rule/', 'writeSubnets', (call) => {
    write(call, requireOwn(call));
    return {};
  });
  kit.on(['GET'], '/subnet/:id/', 'readSubnets', ({ context, param }) =>
    requireRow(context.tenant.subnets, param('id')),
  );
  kit.on(['DELETE'], '/subnet/:id/', 'writeSubnets', (call) => {
    call.context.tenant.subnets.delete(requireOwn(call));
    return {};
  });
}

/** The answer is the new id as a bare JSON text. */
function create(call: Call): unknown {
  const { tenant } = call.context;
  tenant.serial += 1;
  const id = createRandom(`${tenant.tenantId}/subnet/${tenant.serial}`).hex(24);
  write(call, id);
  return call.reply.type('application/json; charset=utf-8').send(JSON.stringify(id));
}

/** Built-in ranges are read only. */
function requireOwn({ context, param }: Call): string {
  const id = param('id');
  const row = requireRow(context.tenant.subnets, id);
  if (row.builtIn === true) throw new McasError(403, insufficientRoleBody());
  return id;
}

function write({ context, input }: Call, id: string): void {
  const { tenant, clock } = context;
  const name = readName(context, input.name, id);
  const subnets = readBlocks(context, input.subnets, id);
  const category = input.category ?? 0;
  if (!Number.isInteger(category) || Number(category) < 0 || Number(category) > 6)
    throw badRequest('category is not valid');
  const tags = input.tags ?? [];
  if (!Array.isArray(tags)) throw badRequest('tags is not valid');
  const organization = typeof input.organization === 'string' && input.organization !== '' ? input.organization : null;
  const lastModifiedMs = clock.now() + 0.25;
  const row = buildSubnet({ id, name, category: Number(category), subnets, organization, tags, lastModifiedMs });
  tenant.subnets.set(id, row);
}

function readName({ tenant }: EmulatorContext, name: unknown, id: string): string {
  if (typeof name !== 'string' || name.trim() === '') throw badRequest('name is required');
  for (const row of tenant.subnets.values()) {
    if (row._id !== id && String(row.name).toLowerCase() === name.toLowerCase())
      throw badRequest('name must be unique');
  }
  return name;
}

function readBlocks(context: EmulatorContext, subnets: unknown, id: string): string[] {
  if (!Array.isArray(subnets) || subnets.length === 0) throw badRequest('subnets is required');
  const blocks = subnets.map((cidr) => {
    const block = typeof cidr === 'string' ? parseBlock(cidr) : undefined;
    if (block === undefined) throw badRequest(`${JSON.stringify(cidr)} is not a valid IP range`);
    return block;
  });
  const others = takenBlocks(context, id);
  const overlaps = blocks.some((block, index) =>
    [...others, ...blocks.slice(0, index)].some((other) => blocksOverlap(block, other)),
  );
  if (overlaps) throw badRequest('IP ranges must not overlap');
  return subnets.map(String);
}

function takenBlocks({ tenant }: EmulatorContext, id: string): AddressBlock[] {
  return [...tenant.subnets.values()]
    .filter((row) => row._id !== id && row.builtIn !== true && Array.isArray(row.subnets))
    .flatMap((row) => (row.subnets as Row[]).map((subnet) => parseBlock(String(subnet.originalString))))
    .filter((block) => block !== undefined);
}
