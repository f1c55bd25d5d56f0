import type { Row } from '../../tenant/Tenant.js';
import { answerList } from '../answerList.js';
import { isRow, read } from '../filters/FilterDefinition.js';
import { entityFilters, ownersOf } from '../filters/inventoryFilters.js';
import { badRequest, notFound } from '../McasError.js';
import { toListInput } from '../readInput.js';
import type { Call, RouteKit } from './RouteKit.js';

const sortFields = {
  date: (row: Row) => String(row.lastSeen ?? ''),
  lastSeen: (row: Row) => String(row.lastSeen ?? ''),
  username: (row: Row) => String(row.displayName ?? ''),
  severity: (row: Row) => Number(row.threatScore ?? 0),
};

/**
 * Users and accounts.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
export function addEntityRoutes(kit: RouteKit): void {
  kit.on(['GET', 'POST'], '/entities/', 'entities', ({ context, input }) => {
    const list = { filters: entityFilters(context.tenant), sortFields, approximateTotal: true };
    return answerList(context.tenant.mcasEntities.values(), toListInput(input), list, context);
  });
  kit.on(['GET'], '/entities/:key/retrieve_tree/', 'entities', (call) => treeOf(call, findEntity(call)));
  kit.on(['GET'], '/entities/:key/', 'entities', (call) => findEntity(call));
}

/** A user with its accounts; for an account, the user that it belongs to. */
function treeOf({ context }: Call, row: Row): Row {
  const owner = row.type === 1 ? ownersOf(context.tenant).get(row.id) : row.id;
  const user = [...context.tenant.mcasEntities.values()].find((entity) => entity.type === 2 && entity.id === owner);
  return user ?? row;
}

/** The key is the base64 form, of either alphabet, of `{"id","saas","inst"}`. */
function findEntity({ context, param }: Call): Row {
  const key = decodeKey(param('key'));
  for (const row of context.tenant.mcasEntities.values()) {
    if (String(row.id) !== String(key.id)) continue;
    const saas = read(row, ['appData', 'saas']) ?? read(row, ['appData', 'appId']);
    if (key.saas === undefined || saas === undefined || Number(key.saas) === Number(saas)) return row;
  }
  throw notFound();
}

function decodeKey(text: string): Row {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (isRow(key) && key.id !== undefined) return key;
  } catch {
    throw badRequest('The entity key is not valid');
  }
  throw badRequest('The entity key is not valid');
}
