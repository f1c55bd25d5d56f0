/** Names that the words of the id do not give. */
const namesOfTheirOwn: Readonly<Record<string, string>> = {
  ALL: 'All categories',
  CRM: 'CRM',
  ECOMMERCE: 'E-commerce',
  GENERATIVE_AI: 'Generative AI',
  HUMAN_RESOURCE_MANAGEMENT: 'Human-resource management',
  INTERNET_OF_THINGS: 'Internet of Things',
  IT_SERVICES: 'IT services',
  // The upstream's own spelling.
  SUPLLY_CHAIN_AND_LOGISTICS: 'Supply chain and logistics',
};

/**
 * What a category of apps is called, such as `Cloud storage` for `SAASDB_CATEGORY_CLOUD_STORAGE`; null for an id of
 * another form.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-list-categories
 */
export function categoryName(id: string): string | null {
  const words = /^SAASDB_(?:SUB)?CATEGORY_([A-Z][A-Z0-9_]*)$/.exec(id)?.[1];
  if (words === undefined) return null;
  return Object.hasOwn(namesOfTheirOwn, words) ? (namesOfTheirOwn[words] ?? null) : sentence(words);
}

function sentence(words: string): string {
  return `${words.charAt(0)}${words.slice(1).toLowerCase().replaceAll('_', ' ')}`;
}
