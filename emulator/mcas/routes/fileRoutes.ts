import { answerList, type ListDefinition, requireRow } from '../answerList.js';
import { fileFilters } from '../filters/inventoryFilters.js';
import { toListInput } from '../readInput.js';
import type { RouteKit } from './RouteKit.js';

const list: ListDefinition = {
  filters: fileFilters,
  sortFields: { modifiedDate: (row) => Number(row.modifiedDate), createdDate: (row) => Number(row.createdDate) },
};

/**
 * Files: legacy tokens only.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files
 */
export function addFileRoutes(kit: RouteKit): void {
  kit.on(['GET', 'POST'], '/files/', 'files', ({ context, input }) => {
    const query = toListInput(input);
    const showsDeleted = 'trashed' in query.filters || 'allowDeleted' in query.filters;
    const rows = [...context.tenant.files.values()].filter((row) => showsDeleted || row.trashed !== true);
    return answerList(rows, query, list, context);
  });
  kit.on(['GET'], '/files/:id/', 'files', ({ context, param }) => requireRow(context.tenant.files, param('id')));
}
