import { mcasFileAccessLevel, mcasFileType } from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASFileFilter } from '../../../schema/inputs/mcasFileFilter.input.js';
import { accountOperators } from '../accounts/filter.js';
import {
  type CompiledFilter,
  codeOperators,
  flagOperators,
  hasEmptyList,
  nothingAsked,
  toEpochSpan,
  toFilters,
  valueOperators,
} from '../operators.js';

const valueFields = {
  appId: { field: 'service', canBeUnset: false },
  instanceId: { field: 'instance', canBeUnset: false },
  collaboratorDomain: { field: 'collaborators.domains', canBeUnset: false },
  collaboratorGroupId: { field: 'collaborators.groups', canBeUnset: false },
  idInApp: { field: 'fileId', canBeUnset: false },
  fileExtension: { field: 'extension', canBeUnset: false },
  parentId: { field: 'parentFolder', canBeUnset: false },
  labels: { field: 'fileLabels', canBeUnset: true },
} as const;

/**
 * @throws {UserInputError} when the upstream cannot ask for a condition.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files
 */
export function compileFileFilter(filter: MCASFileFilter | null | undefined): CompiledFilter {
  if (filter === null || filter === undefined) return nothingAsked;
  const filters = toFilters([
    ...Object.entries(valueFields).map(
      ([name, { field, canBeUnset }]) =>
        [field, valueOperators(name, filter[name as keyof typeof valueFields], canBeUnset)] as const,
    ),
    ['fileType', codeOperators('fileType', filter.fileType, mcasFileType)],
    ['sharing', codeOperators('fileAccessLevel', filter.fileAccessLevel, mcasFileAccessLevel)],
    ['owner.entity', accountOperators('ownerAccountId', filter.ownerAccountId)],
    ['collaborators.entity', accountOperators('collaboratorAccountId', filter.collaboratorAccountId)],
    ['filename', filter.name ? { eq: filter.name } : {}],
    ['mimeType', filter.mimeType ? { eq: filter.mimeType } : {}],
    ['policy', filter.matchedPolicyId ? { cabinetmatchedrulesequals: [filter.matchedPolicyId] } : {}],
    ['trashed', flagOperators(filter.trashed)],
    ['folder', flagOperators(filter.isFolder)],
    ['quarantined', flagOperators(filter.quarantined)],
    ['createdDate', { ...toEpochSpan(filter.createdDate) }],
  ]);
  return { filters, date: toEpochSpan(filter.modifiedDate), matchesNothing: hasEmptyList(filter) };
}
