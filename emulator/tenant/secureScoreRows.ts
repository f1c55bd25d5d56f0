import type { Random } from '../random.js';
import type { Row } from './Tenant.js';
import { DAY_MS } from './timestamps.js';

/** Days that Microsoft keeps. */
const keptDays = 90;
/** How many days ago the day without a row was. */
const missingDay = 37;
/** How many days ago the comparison with tenants of equal size was not available, printed as −1. */
const uncomparedDay = 12;

const vendorInformation = { provider: 'SecureScore', providerVersion: null, subProvider: null, vendor: 'Microsoft' };

type Control = readonly [
  id: string,
  category: string,
  title: string,
  maxScore: number,
  service: string,
  tier: string,
  action: string,
];

const controls: readonly Control[] = [
  [
    'AdminMFAV2',
    'Identity',
    'Require multifactor authentication for administrative roles',
    10,
    'AAD',
    'Core',
    'Config',
  ],
  [
    'MFARegistrationV2',
    'Identity',
    'Ensure multifactor authentication is enabled for all users',
    9,
    'AAD',
    'Core',
    'Config',
  ],
  ['BlockLegacyAuthentication', 'Identity', 'Block legacy authentication', 8, 'AAD', 'Core', 'Config'],
  ['SelfServicePasswordReset', 'Identity', 'Enable self-service password reset', 1, 'AAD', 'Core', 'Config'],
  ['SigninRiskPolicy', 'Identity', 'Protect sign-ins that carry risk', 7, 'AAD', 'Defense in Depth', 'Config'],
  ['UserRiskPolicy', 'Identity', 'Protect users that carry risk', 7, 'AAD', 'Defense in Depth', 'Config'],
  ['OneAdmin', 'Identity', 'Designate more than one global administrator', 1, 'AAD', 'Core', 'Review'],
  ['RoleOverlap', 'Identity', 'Use least privileged administrative roles', 1, 'AAD', 'Defense in Depth', 'Review'],
  ['PWAgePolicyNew', 'Identity', 'Do not expire passwords', 8, 'AAD', 'Core', 'Config'],
  [
    'IntegratedApps',
    'Identity',
    'Do not let users consent to unreliable applications',
    4,
    'AAD',
    'Defense in Depth',
    'Config',
  ],
  ['aatp_HoneyToken', 'Identity', 'Set a honeytoken account', 1, 'Azure ATP', 'Advanced', 'Config'],
  [
    'aatp_DefenderForIdentityIsNotInstalled',
    'Identity',
    'Install the sensor on all domain controllers',
    5,
    'Azure ATP',
    'Core',
    'Config',
  ],
  ['DLPEnabled', 'Data', 'Apply data loss prevention policies', 20, 'IP', 'Advanced', 'Config'],
  ['mip_sensitivitylabelspolicies', 'Data', 'Publish sensitivity labels', 1, 'MIP', 'Advanced', 'Config'],
  [
    'mip_autosensitivitylabelspolicies',
    'Data',
    'Apply sensitivity labels automatically',
    1,
    'MIP',
    'Advanced',
    'Config',
  ],
  ['scid_2010', 'Device', 'Turn on antivirus', 10, 'MDATP', 'Core', 'Config'],
  ['scid_2060', 'Device', 'Turn on real-time protection', 10, 'MDATP', 'Core', 'Config'],
  ['scid_2501', 'Device', 'Block Office from creating child processes', 9, 'MDATP', 'Defense in Depth', 'Config'],
  ['scid_96', 'Device', 'Encrypt all supported drives', 9, 'MDATP', 'Core', 'Config'],
  ['mdo_safeattachments', 'Apps', 'Turn on safe attachments', 8, 'MDO', 'Core', 'Config'],
  ['mdo_safelinksforemail', 'Apps', 'Turn on safe links for mail', 9, 'MDO', 'Core', 'Config'],
  ['mdo_phisspamacation', 'Apps', 'Quarantine mail that is detected as phishing', 5, 'MDO', 'Core', 'Config'],
  ['McasAnomalyDetection', 'Apps', 'Review anomaly detection policies', 3, 'MCAS', 'Advanced', 'Review'],
  [
    'CustomerLockBoxEnabled',
    'Apps',
    'Require approval for support access to content',
    1,
    'EXO',
    'Defense in Depth',
    'Behavior',
  ],
  [
    'infra_JitAccess',
    'Infrastructure',
    'Open management ports only just in time',
    6,
    'ASC',
    'Defense in Depth',
    'Config',
  ],
  ['infra_DiskEncryption', 'Infrastructure', 'Encrypt the disks of virtual machines', 5, 'ASC', 'Core', 'Config'],
];

const states = ['Default', 'Ignored', 'ThirdParty', 'Reviewed'] as const;
const costs = ['Low', 'Moderate', 'High'] as const;

export function buildControlProfiles(random: Random, tenantId: string, nowMs: number): Row[] {
  return controls.map(([id, controlCategory, title, maxScore, service, tier, actionType], index) => ({
    id,
    azureTenantId: tenantId,
    actionType,
    actionUrl: `https://security.microsoft.com/securescore?viewid=actions&id=${id}`,
    controlCategory,
    title,
    deprecated: index === controls.length - 1,
    implementationCost: costs[index % costs.length],
    lastModifiedDateTime: index % 3 === 0 ? null : new Date(nowMs - random.int(5, 300) * DAY_MS).toISOString(),
    maxScore,
    rank: index + 1,
    remediation: `Open the settings of ${service} and follow the guided steps.`,
    remediationImpact: 'Users may be asked to sign in again.',
    service,
    threats: ['Account Breach', 'Data Exfiltration'].slice(0, 1 + (index % 2)),
    tier,
    userImpact: costs[(index + 1) % costs.length],
    complianceInformation: [
      { certificationName: 'ISO 27001:2013', certificationControls: [{ name: 'A.9.4.2', url: '' }] },
    ],
    controlStateUpdates:
      index % 5 === 0
        ? [
            {
              assignedTo: null,
              comment: 'Handled by another product.',
              state: states[(index / 5) % states.length],
              updatedBy: 'secops@contoso.onmicrosoft.com',
              updatedDateTime: new Date(nowMs - random.int(1, 60) * DAY_MS).toISOString(),
            },
          ]
        : [],
    vendorInformation,
  }));
}

/** One row a day for 90 days, newest first, slowly improving; one day is missing. */
export function buildSecureScores(random: Random, tenantId: string, nowMs: number, userCount: number): Row[] {
  const adoptedAt = controls.map(() => random.int(-20, keptDays));
  const days = Array.from({ length: keptDays }, (_, ago) => ago).filter((ago) => ago !== missingDay);
  return days.map((ago) => buildScore({ tenantId, ago, nowMs, userCount, adoptedAt }));
}

function buildScore(facts: {
  tenantId: string;
  ago: number;
  nowMs: number;
  userCount: number;
  adoptedAt: number[];
}): Row {
  const { ago, userCount } = facts;
  const date = new Date(facts.nowMs - ago * DAY_MS).toISOString().slice(0, 10);
  const controlScores = controls.map((control, index) =>
    controlScore(control, ago <= (facts.adoptedAt[index] ?? 0), userCount),
  );
  const currentScore = controlScores.reduce((sum, control) => sum + control.score, 0);
  return {
    id: `${facts.tenantId}_${date}`,
    azureTenantId: facts.tenantId,
    activeUserCount: Math.max(1, userCount - 7),
    averageComparativeScores: comparisons(ago),
    controlScores,
    createdDateTime: `${date}T00:00:00Z`,
    currentScore: Math.round(currentScore * 100) / 100,
    enabledServices: ['HasAADP2', 'HasExchange', 'HasSharePoint', 'HasMDATP', 'HasMCAS'],
    licensedUserCount: userCount,
    maxScore: controls.reduce((sum, control) => sum + control[3], 0),
    vendorInformation,
  };
}

function controlScore(control: Control, adopted: boolean, userCount: number) {
  const [controlName, controlCategory, title, maxScore] = control;
  const count = adopted ? userCount : Math.floor(userCount / 3);
  return {
    controlCategory,
    controlName,
    description: title,
    score: Math.round((maxScore * 100 * count) / userCount) / 100,
    count: String(count),
    total: String(userCount),
    scoreInPercentage: Math.round((count / userCount) * 100),
    implementationStatus: `${count} of ${userCount} users are covered.`,
  };
}

function comparisons(ago: number): Row[] {
  const areas = { identityScore: 21.4, dataScore: 3.1, deviceScore: 17.9, appsScore: 9.7, infrastructureScore: 2.2 };
  return [
    { basis: 'AllTenants', averageScore: 54.3 + (ago % 4) / 10, ...areas },
    {
      basis: 'TotalSeats',
      averageScore: ago === uncomparedDay ? -1 : 61.8 - ago / 50,
      ...areas,
      seatSizeRangeLowerValue: '1',
      seatSizeRangeUpperValue: '100',
    },
    { basis: 'IndustryTypes', averageScore: 66.2, ...areas, industryTypes: 'Retail' },
  ];
}
