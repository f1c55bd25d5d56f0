import { defineCodedEnum } from './defineCodedEnum.js';

/**
 * Numbers of users and accounts.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
export const mcasAccountType = defineCodedEnum({
  name: 'MCASAccountType',
  description: 'Whether Cloud Apps knows a person or one of its accounts.',
  codes: { 1: ['ACCOUNT', 'An account in one app.'], 2: ['USER', 'A user, who has accounts.'] },
});

export const mcasAccountStatus = defineCodedEnum({
  name: 'MCASAccountStatus',
  description: 'State of an account in its app.',
  codes: {
    0: ['NOT_AVAILABLE', 'The app does not say.'],
    1: ['STAGED', 'Made and not active yet.'],
    2: ['ACTIVE', 'Active.'],
    3: ['SUSPENDED', 'Suspended.'],
    4: ['DELETED', 'Deleted.'],
  },
});

/** @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-data-enrichment */
export const mcasIPRangeCategory = defineCodedEnum({
  name: 'MCASIPRangeCategory',
  description: 'What an IP range is.',
  codes: {
    0: ['NONE', 'No category.'],
    1: ['CORPORATE', 'Addresses of the organisation.'],
    2: ['ADMINISTRATIVE', 'Addresses of administrators.'],
    3: ['RISKY', 'Addresses with a bad name.'],
    4: ['VPN', 'Exits of a VPN.'],
    5: ['CLOUD_PROVIDER', 'Addresses of a cloud provider.'],
    6: ['OTHER', 'Anything else.'],
  },
});

/** @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files */
export const mcasFileType = defineCodedEnum({
  name: 'MCASFileType',
  description: 'Kind of a file.',
  codes: {
    0: ['OTHER', 'Anything else.'],
    1: ['DOCUMENT', 'A text document.'],
    2: ['SPREADSHEET', 'A spreadsheet.'],
    3: ['PRESENTATION', 'A presentation.'],
    4: ['TEXT', 'Plain text.'],
    5: ['IMAGE', 'An image.'],
    6: ['FOLDER', 'A folder.'],
  },
});

export const mcasFileAccessLevel = defineCodedEnum({
  name: 'MCASFileAccessLevel',
  description: 'Who can read a file.',
  codes: {
    0: ['PRIVATE', 'Its owner.'],
    1: ['INTERNAL', 'People of the organisation.'],
    2: ['EXTERNAL', 'People outside that it was shared with.'],
    3: ['PUBLIC', 'Everybody who has the link.'],
    4: ['PUBLIC_INTERNET', 'Everybody; search engines can find it.'],
  },
});

/** @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery */
export const mcasStreamType = defineCodedEnum({
  name: 'MCASStreamType',
  description: 'Kind of a discovery report.',
  codes: {
    1: ['INPUT', 'Made from the logs of one source.'],
    3: ['VIEW', 'Put together from other reports.'],
    5: ['PREVIEW', 'A preview.'],
  },
});

export const mcasBuiltInStreamType = defineCodedEnum({
  name: 'MCASBuiltInStreamType',
  description: 'Kind of a discovery report that the product makes by itself.',
  codes: { 0: ['PROXY', 'From the proxy.'], 1: ['WINDOWS_DEFENDER', 'From Microsoft Defender for Endpoint.'] },
});

export const mcasStreamEntityType = defineCodedEnum({
  name: 'MCASStreamEntityType',
  description: 'What a discovery report can tell apart.',
  codes: {
    0: ['INVALID', "The upstream's own word `invalid`."],
    1: ['USER_NAME', 'Users.'],
    2: ['IP_ADDRESS', 'IP addresses.'],
    3: ['MACHINE_NAME', 'Devices.'],
    4: ['RESOURCE', 'Resources.'],
  },
});

export const mcasStreamTrafficType = defineCodedEnum({
  name: 'MCASStreamTrafficType',
  description: 'What traffic a discovery report counts.',
  codes: {
    0: ['INVALID', "The upstream's own word `invalid`."],
    1: ['TOTAL_BYTES', 'All bytes.'],
    2: ['DOWNLOADED_BYTES', 'Bytes downloaded.'],
    3: ['UPLOADED_BYTES', 'Bytes uploaded.'],
  },
});
