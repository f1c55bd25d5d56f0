import { registerEnumType } from 'type-graphql';

/**
 * Appliances that block scripts are made for; member name = member value.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-script
 */
export const MCASBlockScriptFormat = {
  BLUECOAT: 'BLUECOAT',
  CISCO_ASA: 'CISCO_ASA',
  FORTIGATE: 'FORTIGATE',
  PALO_ALTO: 'PALO_ALTO',
  ZSCALER: 'ZSCALER',
  JUNIPER_SRX: 'JUNIPER_SRX',
  WEBSENSE: 'WEBSENSE',
} as const;
export type MCASBlockScriptFormat = keyof typeof MCASBlockScriptFormat;

registerEnumType(MCASBlockScriptFormat, {
  name: 'MCASBlockScriptFormat',
  description: 'Appliance that a block script is made for.',
  valuesConfig: {
    BLUECOAT: { description: 'Blue Coat ProxySG.' },
    CISCO_ASA: { description: 'Cisco ASA.' },
    FORTIGATE: { description: 'Fortinet FortiGate.' },
    PALO_ALTO: { description: 'Palo Alto.' },
    ZSCALER: { description: 'Zscaler.' },
    JUNIPER_SRX: { description: 'Juniper SRX.' },
    WEBSENSE: { description: 'Websense.' },
  },
});
