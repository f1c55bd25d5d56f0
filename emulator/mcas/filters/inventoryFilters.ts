import type { Row, Tenant } from '../../tenant/Tenant.js';
import { at, each, type FilterTable, filter, isOrNot, isOrSet, isRow, read } from './FilterDefinition.js';

const admin = filter('flag', ['eq'], (row) => [row.isAdmin === true]);
const external = filter('flag', ['eq'], (row) => (typeof row.isExternal === 'boolean' ? [row.isExternal] : []));
const app = filter('number', isOrNot, at('appData', 'saas'));

/**
 * Filters of the entity list (users and accounts).
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
export function entityFilters(tenant: Tenant): FilterTable {
  const owners = ownersOf(tenant);
  return {
    type: filter('text', isOrNot, at('type')),
    isAdmin: admin,
    entity: filter('entity', isOrNot, (row) => keysOf(row, owners)),
    userGroups: filter('text', isOrNot, (row) =>
      Array.isArray(row.userGroups) ? row.userGroups.filter(isRow).map((group) => group.id) : [],
    ),
    app,
    service: app,
    instance: filter('number', isOrNot, (row) => [...at('appData', 'saas')(row), ...at('appData', 'instance')(row)]),
    isExternal: external,
    affiliation: external,
    domain: filter('text', isOrSet, at('domain')),
    organization: filter('text', isOrSet, at('organization')),
    status: filter('text', isOrNot, at('status')),
    displayName: filter('text', ['eq'], at('displayName')),
  };
}

/** The entity's own key; an account is found by the key of its user too. */
function keysOf(row: Row, owners: ReadonlyMap<unknown, unknown>): Row[] {
  const saas = read(row, ['appData', 'saas']) ?? read(row, ['appData', 'appId']);
  const inst = read(row, ['appData', 'instance']) ?? 0;
  const owner = row.type === 1 ? owners.get(row.id) : undefined;
  return [row.id, ...(owner === undefined ? [] : [owner])].map((id) => ({ id, saas, inst }));
}

/** User id by account id. */
export function ownersOf(tenant: Tenant): Map<unknown, unknown> {
  const owners = new Map<unknown, unknown>();
  for (const row of tenant.mcasEntities.values()) {
    if (!Array.isArray(row.accounts)) continue;
    for (const account of row.accounts.filter(isRow)) owners.set(account.i, row.id);
  }
  return owners;
}

/**
 * Filters of the list of IP ranges.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-data-enrichment
 */
export const subnetFilters: FilterTable = {
  category: filter('number', isOrNot, at('category')),
  tags: filter('text', isOrNot, (row) =>
    Array.isArray(row.tags) ? row.tags.filter(isRow).flatMap((tag) => [tag._id, tag.id, tag.name]) : [],
  ),
  builtIn: filter('flag', ['eq'], (row) => [row.builtIn === true]),
};

const dates = ['lte', 'gte', 'range'] as const;

/**
 * Filters of the file list.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files
 */
export const fileFilters: FilterTable = {
  service: filter('number', isOrNot, at('appId')),
  instance: filter('number', isOrNot, at('instId')),
  fileType: filter('number', isOrNot, at('ftype')),
  sharing: filter('number', isOrNot, at('facl')),
  allowDeleted: filter('flag', ['eq'], () => [true, false]),
  policy: filter('text', ['cabinetmatchedrulesequals', 'neq', 'isset', 'isnotset'], each('policies')),
  filename: filter('text', ['eq', 'text'], at('name')),
  modifiedDate: filter('time', [...dates, 'lte_ndays', 'gte_ndays'], at('modifiedDate')),
  createdDate: filter('time', dates, at('createdDate')),
  snapshotLastModifiedDate: filter('time', dates, (row) =>
    typeof row.snapshotLastModifiedDate === 'string' ? [Date.parse(row.snapshotLastModifiedDate)] : [],
  ),
  parentFolder: filter('text', isOrNot, (row) => [...at('parentId')(row), ...each('parentIds')(row)]),
  'owner.entity': filter('entity', isOrNot, at('owner')),
  'owner.orgUnit': filter('text', isOrNot, at('ownerOrgUnit')),
  'owner.username': filter('text', isOrNot, at('ownerAddress')),
  'collaborators.entity': filter('entity', isOrNot, collaborators),
  'collaborators.users': filter('text', isOrNot, (row) => collaborators(row).map((person) => person.id)),
  'collaborators.domains': filter('text', isOrNot, each('domains')),
  'collaborators.withDomain': filter('text', [...isOrNot, 'deq'], each('domains')),
  'collaborators.groups': filter('text', isOrNot, each('groupIds')),
  fileId: filter('text', isOrNot, (row) => [...at('_id')(row), ...at('id')(row), ...at('originalId')(row)]),
  extension: filter('text', isOrNot, at('fileExtension')),
  mimeType: filter('text', isOrNot, at('mimeType')),
  fileLabels: filter('text', isOrSet, each('fTags')),
  fileScanLabels: filter('text', isOrSet, each('dlpScanResults')),
  trashed: filter('flag', ['eq'], (row) => [row.trashed === true]),
  folder: filter('flag', ['eq'], (row) => [row.isFolder === true]),
  quarantined: filter('flag', ['eq'], (row) => [row.quarantined === true]),
};

function collaborators(row: Row): Row[] {
  return Array.isArray(row.collaborators) ? row.collaborators.filter(isRow) : [];
}
