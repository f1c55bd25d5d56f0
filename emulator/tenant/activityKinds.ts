import type { ActivityKind } from './storyBook.js';

/** The tenant's number in Defender for Cloud Apps. */
export const cloudTenantNumber = 97_134_017;

/** How the log writes one kind of activity. */
export interface KindFacts {
  readonly appId: number;
  readonly appName: string;
  readonly eventType: number;
  readonly eventTypeValue: string;
  readonly eventTypeName: string;
  readonly generic: string;
  readonly operation: string;
  readonly text: string;
}

export const activityKinds: Readonly<Record<ActivityKind, KindFacts>> = {
  login: kind(11161, 'Office 365', 2_293_760, 'AAD_LOGIN', 'LOGIN', 'LOGIN', 'UserLoggedIn', 'Log on'),
  failedLogin: kind(
    11161,
    'Office 365',
    2_293_761,
    'AAD_LOGIN_FAILED',
    'FAILED_LOGIN',
    'FAILED_LOGIN',
    'UserLoginFailed',
    'Failed log on',
  ),
  logout: kind(11161, 'Office 365', 2_293_762, 'AAD_LOGOUT', 'LOGOUT', 'LOGOUT', 'UserLoggedOut', 'Log off'),
  viewFile: kind(
    20892,
    'Microsoft SharePoint Online',
    233_581,
    'O365_SHAREPOINT_GENERIC',
    'VIEW_REPORT',
    'VIEW',
    'FilePreviewed',
    'Preview file',
  ),
  downloadFile: kind(
    15600,
    'Microsoft OneDrive for Business',
    233_580,
    'O365_ONEDRIVE_GENERIC',
    'DOWNLOAD_FILE',
    'DOWNLOAD',
    'FileDownloaded',
    'Download file',
  ),
  sendMail: kind(
    20893,
    'Microsoft Exchange Online',
    233_582,
    'O365_EXCHANGE_GENERIC',
    'UNSPECIFIED',
    'SEND',
    'Send',
    'Send item',
  ),
  inboxRule: kind(
    20893,
    'Microsoft Exchange Online',
    233_583,
    'O365_EXCHANGE_GENERIC',
    'UNSPECIFIED',
    'CREATE',
    'New-InboxRule',
    'Create mailbox rule',
  ),
  consent: kind(
    11161,
    'Office 365',
    2_293_770,
    'AAD_CONSENT',
    'UNSPECIFIED',
    'CONSENT',
    'Consent to application.',
    'Consent to app',
  ),
  deleteObject: kind(
    20892,
    'Microsoft SharePoint Online',
    233_584,
    'O365_SHAREPOINT_GENERIC',
    'DELETE_OBJECT',
    'DELETE',
    'FileDeleted',
    'Delete file',
  ),
};

function kind(
  appId: number,
  appName: string,
  eventType: number,
  value: string,
  category: string,
  generic: string,
  operation: string,
  text: string,
): KindFacts {
  return {
    appId,
    appName,
    eventType,
    eventTypeValue: `EVENT_${value}`,
    eventTypeName: `EVENT_CATEGORY_${category}`,
    generic: `ENUM_ACTIVITY_GENERIC_TYPE_${generic}`,
    operation,
    text,
  };
}

/** What people work with. */
export const agents = [
  {
    family: 'CHROME',
    name: 'Chrome',
    system: 'Windows 11',
    systemFamily: 'Windows',
    type: 'Browser',
    deviceType: 'DESKTOP',
    native: false,
  },
  {
    family: 'EDGE',
    name: 'Edge',
    system: 'Windows 10',
    systemFamily: 'Windows',
    type: 'Browser',
    deviceType: 'DESKTOP',
    native: false,
  },
  {
    family: 'SAFARI',
    name: 'Safari',
    system: 'iOS',
    systemFamily: 'iOS',
    type: 'Browser',
    deviceType: 'MOBILE',
    native: false,
  },
  {
    family: 'OUTLOOK',
    name: 'Outlook',
    system: 'Windows 11',
    systemFamily: 'Windows',
    type: 'Application',
    deviceType: 'DESKTOP',
    native: true,
  },
] as const;
