import { createRandom } from '../random.js';
import type { Tenant } from './Tenant.js';

/** Days for which discovery data are kept. */
const retainedDays = 90;

/**
 * Categories that the catalogue of cloud apps knows.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-list-categories
 */
const categoryWords = [
  'ACCOUNTING_AND_FINANCE',
  'ADVERTISING',
  'BUSINESS_INTELLIGENCE',
  'CLOUD_COMPUTING_PLATFORM',
  'CLOUD_STORAGE',
  'CODE_HOSTING',
  'COLLABORATION',
  'COMMUNICATIONS',
  'CONTENT_MANAGEMENT',
  'CONTENT_SHARING',
  'CRM',
  'DEVELOPMENT_TOOLS',
  'ECOMMERCE',
  'EDUCATION',
  'FORUMS',
  'GENERATIVE_AI',
  'HEALTH',
  'HOSTING_SERVICES',
  'HUMAN_RESOURCE_MANAGEMENT',
  'IT_SERVICES',
  'MARKETING',
  'ONLINE_MEETINGS',
  'PERSONAL_INSTANT_MESSAGING',
  'PROJECT_MANAGEMENT',
  'SECURITY',
  'SOCIAL_NETWORK',
  'SUPLLY_CHAIN_AND_LOGISTICS',
  'UNCLASSIFIED',
  'WEBMAIL',
] as const;

export interface CategoryCount {
  readonly id: string;
  /** Apps of the category. */
  readonly total: number;
}

/**
 * Categories of the apps that one report shows for the last days; equal tenants, reports and days give equal counts.
 * Longer periods never show fewer apps. Categories without an app are left out.
 * @param days 1 to 90; as long as data are kept, when undefined.
 */
export function countCategories(tenant: Tenant, streamId: string, days = retainedDays): CategoryCount[] {
  const random = createRandom(`${tenant.tenantId}/categories/${streamId}`);
  return categoryWords
    .map((word) => {
      const most = random.int(1, 40);
      const daysPerApp = random.int(1, 30);
      return { id: `SAASDB_CATEGORY_${word}`, total: Math.min(most, Math.floor(days / daysPerApp)) };
    })
    .filter(({ total }) => total > 0);
}

const appDomains = [
  'filedrop.example',
  'pastehub.example',
  'sendbig.example',
  'notesync.example',
  'pixelvault.example',
  'chatterbox.example',
];

/** Domains of the apps that the tenant's administrators have marked as not sanctioned; none in a captured tenant. */
export function bannedDomains(tenant: Tenant): string[] {
  if (tenant.captured) return [];
  return createRandom(`${tenant.tenantId}/banned`).sample(appDomains, 3).sort();
}
