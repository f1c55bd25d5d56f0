import type { ChangedCollection } from '../context.js';
import type { FilterModel } from '../odata/filterModel.js';
import type { OrderKey } from '../odata/parseOrderBy.js';
import type { Row, Tenant } from '../tenant/Tenant.js';

/** How a list cuts itself into pages. */
export interface Paging {
  /** Rows of a page when `$top` is absent. */
  readonly defaultSize: number;
  readonly maxTop: number;
  /** What happens to a larger `$top`: it is cut, or refused with this error. */
  readonly overMax: 'clamp' | { readonly code: string; readonly message: (top: number) => string };
  /** Largest `$skip`; absent where `$skip` is refused altogether. */
  readonly maxSkip?: number;
  readonly skipMessage?: (skip: number) => string;
  /** Whether a page that is followed by more rows links to them. */
  readonly linksNext: (hasTop: boolean) => boolean;
}

/** A collection of Graph with everything that its documentation, or its observed behaviour, says about reading it. */
export interface Resource {
  /** Path below the version, such as `security/alerts_v2`. */
  readonly path: string;
  /** Type of the rows without `#`, such as `microsoft.graph.security.alert`. */
  readonly typeName: string;
  readonly rows: (tenant: Tenant) => Map<string, Row>;
  /** Name under which changes of the rows are published. */
  readonly collection?: ChangedCollection;
  /** Names that `$select` accepts. */
  readonly properties: readonly string[];
  /** What is returned without `$select`; everything, when absent. */
  readonly defaultProperties?: readonly string[];
  readonly filter: FilterModel;
  /** Names that `$orderby` accepts; empty where it is refused. */
  readonly orderBy: readonly string[];
  readonly defaultOrder: readonly OrderKey[];
  readonly paging: Paging;
  /** What `$count=true` does: counts, counts on the first page only, or nothing. */
  readonly count: 'everyPage' | 'firstPage' | 'ignored';
  /** Navigation properties that `$expand` accepts. */
  readonly expand?: readonly string[];
  /** The directory's rules: advanced queries, at most 15 clauses, `$search`. */
  readonly directory?: boolean;
  /** Code of a 404. */
  readonly notFoundCode: string;
}
