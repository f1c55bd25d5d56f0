import { toRawCode } from '../../../schema/enums/defineCodedEnum.js';
import { mcasIPRangeCategory } from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASIPRange } from '../../../schema/types/mcasIPRange.type.js';
import { toInt } from '../map.js';
import { fromEpochMs } from '../time.js';
import type { IPRangeWire } from './wire.js';

/** An IP range as ours. */
export function toMcasIPRange(wire: IPRangeWire): MCASIPRange {
  return {
    __typename: 'MCASIPRange',
    id: wire._id,
    name: wire.name ?? null,
    category: mcasIPRangeCategory.fromCode(wire.category),
    rawCategory: toRawCode(wire.category),
    subnets: wire.subnets.map((subnet) => ({
      address: subnet.address ?? null,
      mask: toInt(subnet.mask),
      originalString: subnet.originalString ?? null,
    })),
    location: toLocation(wire.location),
    organization: wire.organization ?? null,
    tags: wire.tags.map((tag) => ({
      id: tag.id ?? null,
      name: tag.name ?? null,
      description: tag.description ?? null,
    })),
    builtIn: wire.builtIn ?? null,
    lastModified: fromEpochMs(wire.lastModified),
  };
}

function toLocation(wire: IPRangeWire['location']): MCASIPRange['location'] {
  if (!wire) return null;
  return {
    name: wire.name ?? null,
    latitude: wire.latitude,
    longitude: wire.longitude,
    countryCode: wire.countryCode ?? null,
    countryName: wire.countryName ?? null,
  };
}
